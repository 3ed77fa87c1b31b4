// What the items of ratings are called: the films of MovieLens in all its formats.
//
//   100K     u.item      number|title|date|…|19 flags, one a genre (the order is that of u.genre)
//   1M, 10M  movies.dat  number::title::genre|genre|…
//   latest   movies.csv  the header movieId,title,genres, then such lines; titles may be quoted
//
// Text is UTF-8; a line that is not is taken for Latin-1, as these files have it. Limits: 256 MiB, 2³¹−1 films.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct Film {
  std::uint32_t number = 0;
  std::string title;
  std::vector<std::string> genres;
};

// InputError "FILE:LINE: …": malformed lines, a number that comes twice.
std::vector<Film> parse_films(ByteView bytes, const std::string& file);
std::vector<Film> read_films(const std::filesystem::path& path);

}  // namespace deepboltz
