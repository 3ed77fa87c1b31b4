// A user's own ratings by title: one film a line, its number or its title as the data have it, then a tab or a comma,
// then the rating.
//
//   Toy Story (1995),5
//   2571	4
#pragma once

#include <filesystem>

#include "deepboltz/data/rating_data.h"

namespace deepboltz {

// By item; `item` is a place in data.items. InputError "FILE:LINE: …": a film that the data do not have (with the
// titles that contain it), a rating off the scale, a film twice.
std::vector<Rating> parse_own_ratings(ByteView bytes, const std::string& file, const RatingData& data);
std::vector<Rating> read_own_ratings(const std::filesystem::path& path, const RatingData& data);

}  // namespace deepboltz
