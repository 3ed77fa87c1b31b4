// What a recipe of a recommender says: its table [ratings] (docs/models/ratings.md).
#pragma once

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/setting/refuse.h"
#include "deepboltz/setting/section.h"
#include "deepboltz/system/ratings/rating_learning.h"
#include "deepboltz/system/system_recipe.h"

namespace deepboltz {

struct RatingsRecipe final : SystemRecipe {
  RatingPlan plan;  // its key is the recipe's seed
  RatingCase cases = RatingCase::user;
  std::int64_t hidden = 100;
  double weight_scale = 0.02;  // of the initial weights
  std::int64_t epochs = 30, batch = 50;
  RatingLearner learner;
  std::int64_t checkpoint_every = 5;  // epochs
};

void declare_ratings(Section s, RatingsRecipe& ratings);

// Refuses settings that contradict each other.
void check_ratings(const RatingsRecipe& ratings, const Refuse& refuse);

}  // namespace deepboltz
