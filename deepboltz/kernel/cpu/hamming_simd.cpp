#include <bit>

#include "deepboltz/kernel/hamming.h"

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/hamming_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

// std::popcount is one instruction here, as the instruction set of the namespace has it.
HWY_INLINE std::uint16_t distance_of(const std::uint64_t* query, const std::uint64_t* code, std::int64_t words) {
  int differ = 0;
  for (std::int64_t w = 0; w < words; ++w) differ += std::popcount(query[w] ^ code[w]);
  return std::uint16_t(differ);
}

void distances_in_turn(const std::uint64_t* query, const std::uint64_t* codes, std::int64_t words, std::int64_t cases,
                       std::uint16_t* distance) {
  if (words == 1) {  // the compiler unrolls it
    for (std::int64_t i = 0; i < cases; ++i) distance[i] = distance_of(query, codes + i, 1);
    return;
  }
  for (std::int64_t i = 0; i < cases; ++i) distance[i] = distance_of(query, codes + i * words, words);
}

void distances_of_listed(const std::uint64_t* query, const std::uint64_t* codes, std::int64_t words,
                         const std::uint32_t* numbers, std::int64_t count, std::uint16_t* distance) {
  constexpr std::int64_t kAhead = 8;  // codes that are wanted soon come from all over the memory
  for (std::int64_t i = 0; i < count; ++i) {
    if (i + kAhead < count) __builtin_prefetch(codes + std::int64_t(numbers[i + kAhead]) * words);
    distance[i] = distance_of(query, codes + std::int64_t(numbers[i]) * words, words);
  }
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(distances_in_turn);
HWY_EXPORT(distances_of_listed);

void hamming_distances(const std::uint64_t* query, const std::uint64_t* codes, std::int64_t words,
                       std::span<std::uint16_t> distance) {
  HWY_DYNAMIC_DISPATCH(distances_in_turn)(query, codes, words, std::int64_t(distance.size()), distance.data());
}

void hamming_distances(const std::uint64_t* query, const std::uint64_t* codes, std::int64_t words,
                       std::span<const std::uint32_t> numbers, std::uint16_t* distance) {
  HWY_DYNAMIC_DISPATCH(distances_of_listed)
  (query, codes, words, numbers.data(), std::int64_t(numbers.size()), distance);
}

}  // namespace deepboltz
#endif
