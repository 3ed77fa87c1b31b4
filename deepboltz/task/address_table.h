// Binary codes as addresses: a table that says, for each of the 2^bits addresses, which codes have it.
//
// The table is 2^bits + 1 offsets into the numbers of the codes, ordered by address; a counting sort makes it, so that
// numbers of one address ascend. An address is a piece of up to 24 bits of a code, bit i of the piece in bit i.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/task/binary_codes.h"

namespace deepboltz {

inline constexpr int kMostAddressBits = 24;

// `bits` bits of a code from bit `first` on, as an address.
std::uint32_t address_of(const std::uint64_t* code, int first, int bits);

class AddressTable {
 public:
  // 1 ≤ bits ≤ 24, first + bits ≤ codes.bits()
  AddressTable(const BinaryCodes& codes, int first, int bits);

  int first() const { return first_; }
  int bits() const { return bits_; }
  // The numbers of the codes at an address, ascending.
  std::span<const std::uint32_t> at(std::uint32_t address) const {
    return {numbers_.data() + begin_[address], numbers_.data() + begin_[address + 1]};
  }

  // numbers ← those of the codes at the addresses that differ from `centre` in exactly `distance` bits, address by
  // address.
  void at_distance(std::uint32_t centre, int distance, std::vector<std::uint32_t>& numbers) const;

 private:
  int first_, bits_;
  std::vector<std::uint32_t> begin_, numbers_;
};

// Calls visit(address) for the addresses that differ from `centre` in exactly `distance` of `bits` bits: each once, in
// the order of the flipped bits read as a number.
template <class Visit> void for_each_at_distance(std::uint32_t centre, int bits, int distance, Visit&& visit) {
  if (distance > bits) return;
  if (distance == 0) return visit(centre);
  const std::uint64_t end = std::uint64_t(1) << bits;
  for (std::uint64_t flipped = (std::uint64_t(1) << distance) - 1; flipped < end;) {
    visit(centre ^ std::uint32_t(flipped));
    // The next number with as many bits (Gosper; HAKMEM 1972, item 175).
    const std::uint64_t lowest = flipped & -flipped, carried = flipped + lowest;
    flipped = carried | ((flipped ^ carried) / lowest >> 2);
  }
}

// How many addresses that visits: "bits over distance"; at most `limit`.
std::int64_t addresses_at_distance(int bits, int distance, std::int64_t limit);

}  // namespace deepboltz
