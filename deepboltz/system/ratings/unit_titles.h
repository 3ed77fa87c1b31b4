// What the hidden units of a recommender stand for, in titles and genres.
//
// Cases are users: how many stars a unit adds to every item when it turns on, the other units at their means over the
// cases. Cases are items: how much more active than on average a unit is at every item.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct UnitTitles {
  std::int64_t unit = 0;
  double spread = 0;                                          // root mean square over the items
  std::vector<std::pair<std::uint32_t, double>> most, least;  // items, the strongest first
  std::vector<std::pair<std::string, double>> genres;         // mean over the genre's items, the greatest first
};

struct UnitTitlesOptions {
  std::int64_t titles = 8;
  std::int64_t least_ratings = 50;  // of the training set, that an item has; or as many as the median item, if fewer
};

// All units, those with the greatest spread first.
std::vector<UnitTitles> unit_titles(Context& ctx, const EnergyModel& model, const RatingData& data, RatingCase of,
                                    const UnitTitlesOptions& options = {});

}  // namespace deepboltz
