#include "deepboltz/system/graph/trust.h"

#include <cmath>

namespace deepboltz {

QuotedPerplexity which_to_trust(const Perplexity& grown, const Perplexity& by_ais) {
  constexpr double kNear = 0.01;
  const double apart = by_ais.per_document.value / grown.per_document.value - 1;
  if (std::abs(apart) < kNear)
    return {"perplexity", fmt::format("AIS of each length is {:.1f} % from it", 100 * apart)};
  return {apart > 0 ? "perplexity_by_ais" : "perplexity",
          fmt::format("the two are {:.1f} % apart, and too low where annealing is too fast; take more {}",
                      100 * std::abs(apart), apart > 0 ? "evaluate.population_chains" : "evaluate.ais_steps")};
}

}  // namespace deepboltz
