#include "deepboltz/kernel/cpu/weighted_rows_simd.h"

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/weighted_rows_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/row_pairs-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

#if DEEPBOLTZ_PLAIN_BLOCKS

using plain::add_rows_block;

#else

void add_rows_block(const IntegerWeights& weights, Direction direction, const WeightedRows& from, std::int64_t block,
                    std::int64_t first_case, std::int64_t cases, RowSums& sums) {
  HWY_ALIGN std::byte turned[64 * (32 * RowChunks::kMostWords + 1)];
  const RowChunks& chunks = from.chunks();
  const I32 d;
  for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk) {
    const std::byte* rows = turned;
    if (direction == Direction::up)
      rows = reinterpret_cast<const std::byte*>(weights.block(block) + 32 * chunks.place(chunks.first_word(chunk)));
    else
      turn_rows(weights, block, chunks.first_word(chunk), chunks.words_in(chunk), turned);
    for (std::int64_t r = first_case; r < first_case + cases; ++r) {
      const std::int64_t length = from.length(r, chunk);
      if (length == 0) continue;
      const PairSums<kParts> added(rows, from.places(r, chunk), from.factors(r, chunk), length);
      std::int32_t* sum = sums.block(r, block);
      for (std::size_t part = 0; part < kParts; ++part, sum += kLanes / 2) {
        hn::Store(hn::Add(hn::Load(d, sum), added.lower[part]), d, sum);
        hn::Store(hn::Add(hn::Load(d, sum + 16), added.upper[part]), d, sum + 16);
      }
    }
  }
}

#endif
}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(add_rows_block);

void simd::add_rows_block(const IntegerWeights& weights, Direction direction, const WeightedRows& from,
                          std::int64_t block, std::int64_t first_case, std::int64_t cases, RowSums& sums) {
  HWY_DYNAMIC_DISPATCH(add_rows_block)(weights, direction, from, block, first_case, cases, sums);
}

}  // namespace deepboltz
#endif
