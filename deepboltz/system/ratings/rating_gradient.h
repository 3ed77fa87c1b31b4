// The gradient of a batch of ratings: of pseudo-likelihood, exactly, or by contrastive divergence (rating_learning.h).
#pragma once

#include "deepboltz/system/ratings/rating_learning.h"

namespace deepboltz {

// The gradient of a batch in learning.gradient, as a sum: in the rows of the groups that occur, of D of the groups that
// were seen; others are left as they are. Returns Σ log p(v_q | the rest) of the pseudo-likelihood, else 0. `sweeps`:
// of contrastive divergence.
double rating_gradient(Context& ctx, const RatingLearner& learner, int sweeps, Key key, const EnergyModel& model,
                       const RatingCases& batch, RatingLearning& learning);

}  // namespace deepboltz
