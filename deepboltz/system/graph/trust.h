// Which of two perplexities to quote, and why.
#pragma once

#include "deepboltz/estimate/perplexity.h"

namespace deepboltz {

struct QuotedPerplexity {
  std::string name;  // of the finding
  std::string reason;
};

// Annealing that is too fast misses probability: log Z too low, the perplexity too good.
QuotedPerplexity which_to_trust(const Perplexity& grown, const Perplexity& by_ais);

}  // namespace deepboltz
