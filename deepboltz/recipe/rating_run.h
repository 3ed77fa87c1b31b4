// A recipe with [ratings] becomes a trained recommender (docs/models/ratings.md), and is measured. The folder holds
// what that of recipe/run.h does: model.safetensors, checkpoint.safetensors, metrics.csv, log.jsonl.
//
//   metrics.csv: stage, epoch, updates, rate, log_p_train (of a rating given the case's others, pseudo-likelihood
//   only), rmse_validation, log_p_validation
//
// An epoch is whole or not there: a run that is asked to stop does so at the end of one, and resumed gives the same
// bytes as one that was not stopped.
#pragma once

#include "deepboltz/recipe/run.h"
#include "deepboltz/task/predict_ratings.h"
#include "deepboltz/task/rating_baselines.h"

namespace deepboltz {

// The ratings of the recipe, split by its seed.
RatingData load_rating_data(const Recipe& recipe, const DataPlaces& places);

// A machine with the recipe's layers and initial parameters.
EnergyModel untrained_recommender(const Recipe& recipe, const RatingData& data);

Outcome train_recommender(Context& ctx, const Recipe& recipe, const RatingData& data, const RunOptions& options);

struct RatingEvaluation {
  std::int64_t ratings = 0, cold = 0;  // measured; of them, of users or items that the training ratings do not have
  std::int64_t told = 0;               // … and those whose pair was told as seen
  RatingScore exact, mean_field;
  RatingBaselines baselines;
};

// Measured on `held_out`, from the training ratings alone, and from what was seen where that is told.
RatingEvaluation evaluate_recommender(Context& ctx, const Recipe& recipe, const EnergyModel& model,
                                      const RatingData& data, std::span<const Rating> held_out, const Report& report);

}  // namespace deepboltz
