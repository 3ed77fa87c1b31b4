// Which of several estimates of one number to quote, or why none, in words.
#pragma once

#include "deepboltz/recipe/evaluate.h"

namespace deepboltz {

// Of log_z_exact, or else of log_z, log_z_reverse and log_z_bridge, which are there, and of tempering.
std::string which_to_trust(const Likelihood& measured);

// Annealing that is too fast misses probability: log Z too low, the perplexity too good.
std::string which_to_trust(const Perplexity& grown, const Perplexity& by_ais);

}  // namespace deepboltz
