// Who rated what, and how: MovieLens in all its formats, plain or gzipped.
//
//   100K     u.data, u1.base …     user TAB item TAB rating TAB time
//   1M, 10M  ratings.dat           user::item::rating::time
//   latest   ratings.csv           the header userId,movieId,rating,timestamp, then such lines
//
// The time may be left out; it is checked and not kept. Users and items are whole numbers. A rating that is not on the
// declared scale, and a pair of user and item that comes twice, is refused. Limits: 2 GiB of text, 2³¹−1 ratings.
// Harper & Konstan (2015).
//
// Who saw what, with no word of how it was liked, comes as the first two of these columns: user TAB item, user::item,
// or the header userId,movieId and such lines. A third column is refused, lest ratings be given and not be learnt from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

// The ratings that can be given: lowest, lowest + step, … highest.
struct RatingScale {
  double lowest = 1, highest = 5, step = 1;

  std::int64_t levels() const;
  double value(std::int64_t level) const { return lowest + double(level) * step; }
  std::optional<std::uint8_t> level(double rating) const;  // absent: not on the scale
  bool operator==(const RatingScale&) const = default;
};

// InputError unless there are 2 to 100 levels, a whole number of steps apart.
void require_scale(const RatingScale& scale);
std::string to_text(const RatingScale& scale);  // "1, 2, … 5"

struct Rating {
  std::uint32_t user = 0, item = 0;  // numbers of the file
  std::uint8_t level = 0;
  std::uint32_t line = 0;  // where it stands, for messages
};

// A user has seen an item, and the rating is not known.
struct SeenPair {
  std::uint32_t user = 0, item = 0;  // numbers of the file
  std::uint32_t line = 0;
};

// InputError "FILE:LINE: …"
std::vector<Rating> parse_ratings(ByteView bytes, const std::string& file, const RatingScale& scale);
std::vector<Rating> read_ratings(const std::filesystem::path& path, const RatingScale& scale);
std::vector<SeenPair> parse_seen(ByteView bytes, const std::string& file);
std::vector<SeenPair> read_seen(const std::filesystem::path& path);

// InputError "FILE:LINE: …" where a pair of user and item comes twice.
void require_distinct(std::span<const Rating> ratings, const std::string& file);
void require_distinct(std::span<const SeenPair> seen, const std::string& file);

}  // namespace deepboltz
