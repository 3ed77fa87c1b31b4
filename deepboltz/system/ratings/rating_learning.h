// Learning of a machine whose visible layer is softmax groups of which every case has few: what a user rated. The model
// is an EnergyModel of two layers; groups that a case does not have send nothing and are not reconstructed. The work
// is in proportion to the ratings (kernel/sparse_linear.h, kernel/leave_one_out.h).
//
//   pseudo-likelihood   Σ_q log p(v_q | the case's other ratings), by its exact gradient: what a prediction will be
//                       asked for, at no sampling noise. Besag (1975)
//   contrastive-divergence   Salakhutdinov, Mnih & Hinton (2007), Eq. 6: T sweeps on the case's own groups
//
// Where the machine has D, cases tell what was seen beside their ratings: r, which stays as it is when a rating is left
// out or drawn. Hence D has the slopes of the hidden fields, in the rows of what was seen.
//
// Gradients are sums over the ratings of a batch. A group that no case of the batch has stands still, its momentum too.
// Penalties count once a rating, so that what is rated often is bound as tightly as what is not:
//
//   l2 / 2 · |W_i^k|²    and, because levels are ordered,    smoothness / 2 · Σ_k |W_i^{k+1} − W_i^k|²
//
// and of D, once an item that was seen, seen_l2 / 2 · |D_i|².
#pragma once

#include <functional>

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/learn/schedule.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/model/parameters.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/system/ratings/factored_weights.h"

namespace deepboltz {

struct RatingLearner {
  enum class Method : std::uint8_t { pseudo_likelihood, contrastive_divergence };
  // What the sum over a batch is divided by: nothing, or, group by group, by how many cases of it have the group.
  enum class Average : std::uint8_t { none, raters };

  Method method = Method::pseudo_likelihood;
  Average average = Average::none;
  int sweeps = 1;        // of contrastive divergence …
  int sweeps_every = 0;  // > 0: one more sweep after every N epochs
  Schedule rate{.kind = Schedule::Kind::constant, .start = 0.0005};
  Schedule momentum{.kind = Schedule::Kind::constant, .start = 0.9};
  std::int64_t factors = 0;   // above 0: W = A·B with this inner dimension (factored_weights.h)
  double hidden_rate = 0.02;  // hidden biases, and B, move at N times the rate: each rating pulls at them
  double squares = 0;         // of pseudo-likelihood: share of the square error of E[level] in the objective, 0 … 1
  double l2 = 0, smoothness = 0.06;
  double seen_rate = 1, seen_l2 = 1;  // of D: it moves at N times the rate; its decay
};

// InputError if a field is out of its range, or the model is not one of rating_machine.h.
void require_rating_learner(const RatingLearner& learner, const EnergyModel& model);

// What learning carries from update to update, beside the model.
struct RatingLearning {
  std::int64_t epoch = 0, batch = 0, updates = 0;  // where it stands: batches of this epoch done
  double objective = 0;                            // Σ log p(v_q | the rest) of this epoch's batches so far
  Parameters velocity;
  FactoredWeights factors;  // empty: the weights are not factored

  double mean_objective = 0;  // of the epoch that ended last, a rating
  Parameters gradient;        // working memory
};

// With factors, initialise_factors is to follow.
RatingLearning start_rating_learning(const RatingLearner& learner, const EnergyModel& model);

// Initial parameters: weights N(0, scale²) times the level's distance from the middle, so that at first a hidden unit
// knows better from worse; biases the logs of the shares of every level, `prior` ratings of the average group added.
// D stays 0: what was seen says nothing yet.
void initialise_ratings(const SparseRows& cases, double scale, Key key, EnergyModel& model);

// Trains to the end of the epoch that `learning` stands in; `keep_going` is asked after every update but the last, and
// false leaves `learning` where it stands. Cases without ratings take no part. Each log p(v_q | the rest) enters the
// objective as it was when its batch came; there is none by contrastive divergence. Draws depend on (key, epoch, batch)
// only.
bool rating_epoch(Context& ctx, const RatingLearner& learner, const RatingCases& cases, std::int64_t batch, Key key,
                  const KeepGoing& keep_going, EnergyModel& model, RatingLearning& learning);

// What a checkpoint holds of it. InputError, naming the archive's file: a part is missing or of another shape.
void add_rating_learning(const RatingLearning& learning, Archive& archive);
void take_rating_learning(Archive& archive, RatingLearning& learning);

}  // namespace deepboltz
