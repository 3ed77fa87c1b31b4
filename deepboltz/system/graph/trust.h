// Which of several estimates of one number to quote, or why none, in words.
#pragma once

#include "deepboltz/estimate/perplexity.h"
#include "deepboltz/system/graph/evaluation.h"

namespace deepboltz {

std::string which_to_trust(const LogZ& measured);

// Annealing that is too fast misses probability: log Z too low, the perplexity too good.
std::string which_to_trust(const Perplexity& grown, const Perplexity& by_ais);

}  // namespace deepboltz
