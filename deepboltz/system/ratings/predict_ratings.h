// Ratings that are not known, from those of the same case that are: E[rating] under a machine of softmax groups
// (docs/models/ratings.md). A group that is asked for is never among the known ones of its case. Where the machine has
// D, what is asked for counts as seen, in its own question only: how would it be rated if it were seen? That is what it
// was learnt from, and what does not depend on how much of D is written as W.
#pragma once

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/data/ratings.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

enum class RatingInference : std::uint8_t {
  exact,       // hidden units summed out: p(v_q | V)
  mean_field,  // one up, one down: hidden units by their means given V
};

// Of every entry of `asked` (columns: groups), the probability of each level, (entries, levels) f64. `known` (columns:
// group·levels + level) has the same cases. InputError: a case is asked for what it has; widths that do not fit.
Tensor predict_levels(Context& ctx, const EnergyModel& model, const RatingCases& known, const SparseRows& asked,
                      RatingInference inference);

// E[rating] of every row of probabilities.
std::vector<double> expected_ratings(const RatingScale& scale, const Tensor& probability);

struct RatingScore {
  Estimate rmse;   // of E[rating]
  Estimate log_p;  // mean log p of the rating, nats
};

// `held_out`: ratings of the same cases, as `known` has them.    at least 2 ratings
RatingScore score_ratings(Context& ctx, const EnergyModel& model, const RatingScale& scale, const RatingCases& known,
                          const SparseRows& held_out, RatingInference inference);

// The root of a mean square, and its error by the delta method.    at least 2 squares
Estimate root_mean_square(std::span<const double> squares);

}  // namespace deepboltz
