// Titles for a user, each with its reason. What the user has seen, rated or not, is not recommended.
//
// By a machine whose cases are users: the other items by E[rating] given what the user rated, and what was seen where
// the machine has D. The reason is what each of the user's ratings did: E[rating] with it, minus E[rating] without it,
// the item still seen; or what having seen an item did, which has no rating.
//
// By a machine whose cases are items: every item given its other raters, as this user would rate it. The reason is
// which of the items that the user liked are nearest in the hidden units: the correlation of their means.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "deepboltz/data/own_ratings.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct Reason {
  std::uint32_t item = 0;        // one that the user has seen …
  std::optional<double> rating;  // … and rated so
  double weight = 0;             // ratings raised by it, or a correlation
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

// `mine`: what the user rated or saw.
std::vector<Recommendation> recommend_to_case(Context& ctx, const EnergyModel& model, const RatingData& data,
                                              const OwnRatings& mine, const RecommendOptions& options);

// `user`: the place of a user of the data. `mine`: what that user rated or saw.
std::vector<Recommendation> recommend_by_items(Context& ctx, const EnergyModel& model, const RatingData& data,
                                               std::uint32_t user, const OwnRatings& mine,
                                               const RecommendOptions& options);

// The same for someone whom the machine did not learn (newcomer.h).
std::vector<Recommendation> recommend_to_newcomer(Context& ctx, const EnergyModel& model, const RatingData& data,
                                                  const OwnRatings& mine, const RecommendOptions& options);

}  // namespace deepboltz
