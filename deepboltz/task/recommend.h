// Titles for a user, each with its reason.
//
// By a machine whose cases are users: the items that the user has not rated, by E[rating] given the rated ones. The
// reason is what each of the user's ratings did: E[rating] with it, minus E[rating] without it.
//
// By a machine whose cases are items: every item given its other raters, as this user would rate it. The reason is
// which of the items that the user liked are nearest in the hidden units: the correlation of their means.
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/data/rating_data.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct Reason {
  std::uint32_t item = 0;  // one that the user has rated …
  double rating = 0;       // … so
  double weight = 0;       // ratings raised by it, or a correlation
};

struct Recommendation {
  std::uint32_t item = 0;
  double expected = 0;          // E[rating]
  std::vector<Reason> reasons;  // the strongest first; only what speaks for it
};

struct RecommendOptions {
  std::int64_t count = 10, reasons = 3;
  std::int64_t least_ratings = 50;  // of the training set, that an item has: what few have seen is not known well
};

// `mine`: the user's ratings, of which `item` and `level` count, by item.
std::vector<Recommendation> recommend_to_case(Context& ctx, const EnergyModel& model, const RatingData& data,
                                              std::span<const Rating> mine, const RecommendOptions& options);

// `user`: the place of a user of the data. `mine`: that user's ratings.
std::vector<Recommendation> recommend_by_items(Context& ctx, const EnergyModel& model, const RatingData& data,
                                               std::uint32_t user, std::span<const Rating> mine,
                                               const RecommendOptions& options);

// The same for someone whom the machine did not learn (newcomer.h). `mine`: that one's ratings, by item.
std::vector<Recommendation> recommend_to_newcomer(Context& ctx, const EnergyModel& model, const RatingData& data,
                                                  std::span<const Rating> mine, const RecommendOptions& options);

}  // namespace deepboltz
