// The one stage of a recommender's training.
#pragma once

#include "deepboltz/system/ratings/ratings_kind.h"

namespace deepboltz {

// What the key of a recommender's run is folded by.
struct RatingUse {
  enum : std::uint64_t { initialise, train, split, baselines, factors };
};

Stages rating_stages(const SystemRecipe& recipe, const CaseSets& sets, System& system);

}  // namespace deepboltz
