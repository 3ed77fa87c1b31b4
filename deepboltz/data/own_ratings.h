// A user's own ratings by title: one film a line, its number or its title as the data have it, then a tab or a comma,
// then the rating; or the word "seen", of what was seen and is not rated.
//
//   Toy Story (1995),5
//   2571	4
//   Fargo (1996),seen
#pragma once

#include <filesystem>

#include "deepboltz/data/rating_data.h"

namespace deepboltz {

// What one user rated, and what else the user has seen; by item.
struct OwnRatings {
  std::vector<Rating> ratings;      // `item`, a place in data.items, and `level` count
  std::vector<std::uint32_t> seen;  // places in data.items
};

// InputError "FILE:LINE: …": a film that the data do not have (with the titles that contain it), a title that several
// films have, a rating off the scale, a film twice.
OwnRatings parse_own_ratings(ByteView bytes, const std::string& file, const RatingData& data);
OwnRatings read_own_ratings(const std::filesystem::path& path, const RatingData& data);

// Those of a user of the data: of the training ratings, and of the pairs seen.
OwnRatings ratings_of_user(const RatingData& data, std::uint32_t user);

}  // namespace deepboltz
