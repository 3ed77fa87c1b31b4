// Someone new in a machine whose cases are items: raters are its visible groups, and whom it did not learn has no
// weights there. They are found from the ratings that the newcomer gives, all else held:
//
//   max over b, W   Σ_i log p(v_i | x_i) − Σ_k (b^k − b̄^k)² / 2σ_b² − Σ_jk (W_j^k − W̄_j^k)² / 2σ_W²
//   log p(v_i = k | x_i) = b^k + Σ_j s(x_ij + W_j^k) − log of the sum over k            docs/models/ratings.md
//
// where x_i are the fields of the hidden units of item i, given all its raters. The prior is what raters are like:
// their mean bias and weights, and the variances about them. Without ratings the newcomer is that mean. Where the
// machine has D, weights are meant as W + D, what a rater who has seen the item sends: all that the newcomer is asked,
// and D = 0.
#pragma once

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/data/ratings.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// The parameters of one group, in double.
struct GroupParameters {
  std::vector<double> bias;    // one a level
  std::vector<double> weight;  // levels · hidden, level by level
};

// What raters are like; variances over all of their numbers, about the mean of each.
struct RaterPrior {
  GroupParameters mean;
  double bias_variance = 0, weight_variance = 0;
};
RaterPrior rater_prior(const EnergyModel& model);

// The objective above at `at`, and its slope.    fields: (ratings, hidden) f64; levels: one a rating
double newcomer_objective(const RaterPrior& prior, ConstMatrix fields, std::span<const std::uint8_t> levels,
                          const GroupParameters& at, GroupParameters& slope);

// Where it is greatest.
GroupParameters fit_newcomer(const RaterPrior& prior, ConstMatrix fields, std::span<const std::uint8_t> levels);

// The machine with one group more, the newcomer's, behind the others. `known`: the items' (rating_cases by item);
// `mine`: the newcomer's ratings, whose `item` and `level` count.
EnergyModel with_newcomer(Context& ctx, const EnergyModel& model, const RatingCases& known,
                          std::span<const Rating> mine);

}  // namespace deepboltz
