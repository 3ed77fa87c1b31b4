#include "deepboltz/task/address_table.h"

#include <algorithm>

namespace deepboltz {

std::uint32_t address_of(const std::uint64_t* code, int first, int bits) {
  const int word = first / 64, shift = first % 64;
  std::uint64_t piece = code[word] >> shift;
  if (shift + bits > 64) piece |= code[word + 1] << (64 - shift);
  return std::uint32_t(piece & ((std::uint64_t(1) << bits) - 1));
}

AddressTable::AddressTable(const BinaryCodes& codes, int first, int bits) : first_(first), bits_(bits) {
  DEEPBOLTZ_ASSERT(bits >= 1 && bits <= kMostAddressBits && first >= 0 && first + bits <= codes.bits());
  begin_.resize((std::size_t(1) << bits) + 1);
  numbers_.resize(static_cast<std::size_t>(codes.cases()));
  for (std::int64_t c = 0; c < codes.cases(); ++c) ++begin_[address_of(codes.code(c), first, bits) + 1];
  for (std::size_t a = 1; a < begin_.size(); ++a) begin_[a] += begin_[a - 1];
  std::vector<std::uint32_t> next = begin_;
  for (std::int64_t c = 0; c < codes.cases(); ++c)
    numbers_[next[address_of(codes.code(c), first, bits)]++] = std::uint32_t(c);
}

void AddressTable::at_distance(std::uint32_t centre, int distance, std::vector<std::uint32_t>& numbers) const {
  // Addresses lie all over the memory: all offsets are looked up, and numbers asked for, before the first number is
  // read.
  std::vector<std::span<const std::uint32_t>> filled;
  std::size_t count = 0;
  for_each_at_distance(centre, bits_, distance, [&](std::uint32_t address) {
    const auto here = at(address);
    if (here.empty()) return;
    __builtin_prefetch(here.data());
    count += here.size();
    filled.push_back(here);
  });
  numbers.resize(count);
  auto place = numbers.begin();
  for (const auto here : filled) place = std::copy(here.begin(), here.end(), place);
}

std::int64_t addresses_at_distance(int bits, int distance, std::int64_t limit) {
  if (distance < 0 || distance > bits) return 0;
  const int chosen = std::min(distance, bits - distance);
  std::int64_t count = 1;
  for (int i = 1; i <= chosen; ++i) {
    count = count * (bits - chosen + i) / i;  // a binomial coefficient after every step
    if (count >= limit) return limit;
  }
  return count;
}

}  // namespace deepboltz
