// Hamming distances: in how many bits a query and stored codes differ, by counting the bits of words of 64.
//
// A code is `words` words. All codes lie one after the other; bits behind the last one are zero in query and codes.
#pragma once

#include <cstdint>
#include <span>

namespace deepboltz {

// distance[i] ← that of code number i.    codes: distance.size() · words
void hamming_distances(const std::uint64_t* query, const std::uint64_t* codes, std::int64_t words,
                       std::span<std::uint16_t> distance);

// distance[i] ← that of code number numbers[i].
void hamming_distances(const std::uint64_t* query, const std::uint64_t* codes, std::int64_t words,
                       std::span<const std::uint32_t> numbers, std::uint16_t* distance);

}  // namespace deepboltz
