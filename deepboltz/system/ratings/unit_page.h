// The hidden units of a recommender as a page of titles and genres.
#pragma once

#include "deepboltz/system/ratings/unit_titles.h"

namespace deepboltz {

// A web page of its own, a section a unit.
std::string unit_page(const RatingData& data, RatingCase of, const std::vector<UnitTitles>& units);

// The same as text, of the first `count` units.
std::string unit_lines(const RatingData& data, const std::vector<UnitTitles>& units, std::size_t count);

}  // namespace deepboltz
