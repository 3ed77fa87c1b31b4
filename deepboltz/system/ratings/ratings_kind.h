// The row of the table of kinds for recommenders: a machine over users, items and their ratings. docs/models/ratings.md
#pragma once

#include "deepboltz/system/kind.h"
#include "deepboltz/system/ratings/ratings_recipe.h"

namespace deepboltz {

Kind ratings_kind();

// The cases of a recommender, and the ratings that they are made of: who, what, which titles.
struct RatingSets final : CaseSets {
  RatingData data;
};
RatingSets load_rating_sets(const RatingsRecipe& recipe, const DataPlaces& places);

inline constexpr const char* kRatingsColumn = "ratings";  // what is learnt from, as rating_cases has them
inline constexpr const char* kSeenColumn = "seen";        // what was seen beside; not there: not known
inline constexpr const char* kAskedColumn = "asked";      // held-out ratings of the same cases

RatingCases rating_cases(const Cases& cases);

// Of a trained system. InputError: the ratings are not those that it was trained on.
void require_same_ratings(const System& system, const RatingSets& sets);

}  // namespace deepboltz
