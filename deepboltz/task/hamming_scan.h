// Search among binary codes by comparing the query with every one of them: the reference for hash_index.h, and what
// that falls back to.
#pragma once

#include <limits>
#include <vector>

#include "deepboltz/task/binary_codes.h"

namespace deepboltz {

// What a search returns: the codes at most `radius` bits from the query, and of those the `most` nearest.
struct Wanted {
  int radius = kMostCodeBits;
  std::int64_t most = kMostCodes;
};

struct Neighbour {
  std::uint32_t number;  // of the stored code
  int distance;          // bits
  bool operator==(const Neighbour&) const = default;
};

// Nearest first, equal distances by number.    query: codes.words() words, bits behind the last one zero
std::vector<Neighbour> scan(const BinaryCodes& codes, const std::uint64_t* query, const Wanted& wanted);

}  // namespace deepboltz
