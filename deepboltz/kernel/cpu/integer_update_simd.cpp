#include "deepboltz/kernel/cpu/integer_update_simd.h"

#include <algorithm>
#include <bit>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/integer_update_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/bit_counts-inl.h"
#include "deepboltz/kernel/cpu/grey_counts-inl.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/row_counts-inl.h"
#include "deepboltz/kernel/cpu/update_step-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::UpdateFactors;
using simd::UpdateWork;

#if DEEPBOLTZ_PLAIN_BLOCKS

void spread_pair(const UpdateWork&, std::int64_t) {}
bool rows_are_cheaper(const Ends<const CaseBits&>&, const Ends<const CaseBits&>&) { return false; }

HWY_INLINE std::int32_t count_both(const Ends<const CaseBits&>& states, std::int64_t i, std::int64_t j) {
  std::int32_t both = 0;
  for (int a = 0; a < states.lower.planes(); ++a)
    for (int b = 0; b < states.upper.planes(); ++b) {
      const std::uint16_t *x = states.lower.block(i / 32, a) + i % 32, *y = states.upper.block(j / 32, b) + j % 32;
      for (std::int64_t g = 0; g < states.lower.groups(); ++g)
        both += std::popcount(std::uint16_t(x[32 * g] & y[32 * g])) << (a + b);
    }
  return both;
}

HWY_INLINE std::int32_t count_both(const GreyEnds& states, std::int64_t i, std::int64_t j) {
  std::int32_t both = 0;
  for (std::int64_t r = 0; r < states.lower.cases(); ++r)
    both += states.lower.pixels().as<std::uint8_t>()(r, i) * states.upper.at(r, j);
  return both;
}

void update_rows(const UpdateWork& work, std::int64_t tile) {
  const UpdateFactors& f = work.factors;
  IntegerWeights& integers = work.integers;
  const bool centred = !work.offsets.lower.empty();
  const auto at = [](ConstMatrix row, std::int64_t unit) { return row.as<float>()(0, unit); };
  std::uint32_t* largest = integers.tile_largest().data() + tile * integers.col_blocks();
  std::fill_n(largest, integers.col_blocks(), 0u);
  for (std::int64_t i = 32 * tile; i < std::min(32 * tile + 32, work.weight.rows); ++i)
    for (std::int64_t j = 0; j < work.weight.cols; ++j) {
      float &w = work.weight(i, j), &delta = work.velocity(i, j);
      const std::int32_t data = work.data ? count_both(*work.data, i, j) : count_both(work.grey->data, i, j);
      const std::int32_t n = f.data_times * data - f.model_times * count_both(work.model, i, j);
      float push = f.count * float(n) - f.l2 * w;
      if (f.l1 != 0) push -= w == 0 ? 0 : w > 0 ? f.l1 : -f.l1;
      if (centred)
        push -= f.rate * at(work.offsets.lower, i) * at(work.bias_gradients.upper, j) +
                f.rate * at(work.bias_gradients.lower, i) * at(work.offsets.upper, j);
      delta = f.momentum * delta + push;
      w += f.nesterov ? f.momentum * delta + push : delta;
      largest[j / 32] = std::max(largest[j / 32], std::bit_cast<std::uint32_t>(w) & 0x7FFFFFFFu);
      integers.set(i, j, nearest_integer(w * work.scale));
    }
}

#else

// ---- Bits or bytes

// Cycles for 64 upper units: of a word of 16 cases by popcounts, of a case's row of bytes, of a list. Counts of
// instructions, two vectors of 512 bits a cycle, three smaller ones; and what Zen 4 takes for rows from the second
// cache, for lists that end where they were not foreseen to, and for weights from main memory in short pieces.
bool rows_are_cheaper(const Ends<const CaseBits&>& data, const Ends<const CaseBits&>& model) {
  if (most_counted(data) != most_counted(model) || data.upper.whole() != model.upper.whole()) return false;
  constexpr std::int64_t kWord = HWY_TARGET == HWY_AVX3_DL ? 3 : HWY_TARGET == HWY_AVX3 ? 8 : kLanes == 16 ? 11 : 21;
  constexpr std::int64_t kRowsInCache = 450, kWeightsInCache = 2 << 20, kMostRows = 0xFFFF;  // that lists can name
  const std::int64_t lists = data.lower.units() * data.lower.planes();
  const std::int64_t groups = data.lower.groups() + model.lower.groups();
  if (16 * groups > kMostRows) return false;
  const std::int64_t row = kLanes < 16 || 16 * groups > kRowsInCache ? 2 : 1;
  const std::int64_t list = data.lower.units() * data.upper.units() > kWeightsInCache ? 125 : 25;
  return (data.lower.set() + model.lower.set()) * row + lists * list < lists * data.upper.planes() * groups * kWord;
}

template <std::int64_t kRowCount, std::int64_t kBlocks, class Step>
HWY_INLINE void update_blocks(const UpdateWork& work, Step step, const LowerWords& lower, std::int64_t row,
                              std::int64_t place, std::int64_t block, std::uint32_t* largest) {
  const Counts<kRowCount, kBlocks> data(*work.data, lower.data, block);
  const Counts<kRowCount, kBlocks> model(work.model, lower.model, block);
  step_blocks<kRowCount, kBlocks>(work, step, data, model, row, place, block, largest);
}

template <std::int64_t kRowCount, class Step>
HWY_INLINE void update_row_group(const UpdateWork& work, Step step, std::int64_t row, std::uint32_t* largest) {
  LowerWords lower;
  lower.read(work.data->lower, row, kRowCount, lower.data);
  lower.read(work.model.lower, row, kRowCount, lower.model);
  const std::int64_t blocks = work.integers.col_blocks(), place = work.integers.chunks().place(row / 32) + row % 32;
  std::int64_t block = 0;
  for (; block + 2 <= blocks; block += 2) update_blocks<kRowCount, 2>(work, step, lower, row, place, block, largest);
  if (block < blocks) update_blocks<kRowCount, 1>(work, step, lower, row, place, block, largest);
}

template <class Step>
HWY_NOINLINE void update_by_bits(const UpdateWork& work, Step step, std::int64_t tile, std::uint32_t* largest) {
  const std::int64_t last = std::min(32 * tile + 32, work.weight.rows);
  std::int64_t row = 32 * tile;
  for (; row + kRows <= last; row += kRows) update_row_group<kRows>(work, step, row, largest);
  for (; row < last; ++row) update_row_group<1>(work, step, row, largest);
}

constexpr std::int64_t kAhead = 3;

// Pair of blocks by pair, whose bytes stay in the first cache. The weights of a row, which lie apart from the last
// row's, are asked for kAhead rows ahead.
template <class Step>
HWY_NOINLINE void update_by_rows(const UpdateWork& work, Step step, std::int64_t tile, std::uint32_t* largest) {
  const std::int64_t blocks = work.integers.col_blocks(),
                     units = std::min<std::int64_t>(32, work.weight.rows - 32 * tile);
  const CaseRows& rows = *work.rows;
  list_cases(work, tile);
  const auto order = by_length(units, [&](std::int64_t i) { return rows.length(32 * tile + i, 0); });
  const std::int64_t whole = work.model.upper.whole(), most = 255 / whole / 4 * 4,
                     first_place = work.integers.chunks().place(tile);
  const std::int32_t* in_model = work.model.lower.counts().on.data() + 32 * tile;
  for (std::int64_t block = 0; block < blocks; block += 2) {
    const std::uint8_t* pair = rows.pair(block / 2);
    for (std::int64_t k = 0; k < units; ++k) {
      const std::int64_t i = order[std::size_t(k)], row = 32 * tile + i;
      if (k + kAhead < units) step.prefetch(32 * tile + order[std::size_t(k + kAhead)], 32 * block);
      const RowCounts sums(rows, pair, most, row);
      const SameCounts model(whole * in_model[i]);
      if (block + 2 <= blocks)
        step_blocks<1, 2>(work, step, sums, model, row, first_place + i, block, largest);
      else
        step_blocks<1, 1>(work, step, sums, model, row, first_place + i, block, largest);
    }
  }
}

// The same of grey data: pixels times counts, less the rows of the model.
template <class Step>
HWY_NOINLINE void update_by_grey(const UpdateWork& work, Step step, std::int64_t tile, std::uint32_t* largest) {
  const std::int64_t blocks = work.integers.col_blocks(),
                     units = std::min<std::int64_t>(32, work.weight.rows - 32 * tile),
                     most = 255 / work.model.upper.whole() / 4 * 4, first_place = work.integers.chunks().place(tile);
  list_cases(work, tile);
  list_grey(*work.grey, tile);
  const auto order = by_length(units, [&](std::int64_t i) { return work.grey->lengths[32 * tile + i]; });
  for (std::int64_t block = 0; block < blocks; block += 2)
    for (std::int64_t k = 0; k < units; ++k) {
      const std::int64_t i = order[std::size_t(k)], row = 32 * tile + i;
      if (k + kAhead < units) step.prefetch(32 * tile + order[std::size_t(k + kAhead)], 32 * block);
      const GreyCounts data(*work.grey, block / 2, row);
      const RowCounts model(*work.rows, work.rows->pair(block / 2), most, row);
      if (block + 2 <= blocks)
        step_blocks<1, 2>(work, step, data, model, row, first_place + i, block, largest);
      else
        step_blocks<1, 1>(work, step, data, model, row, first_place + i, block, largest);
    }
}

template <class Step> HWY_INLINE void update_tile(const UpdateWork& work, Step step, std::int64_t tile) {
  const std::int64_t blocks = work.integers.col_blocks();
  std::uint32_t* largest = work.largest + tile * blocks * UpdateWork::kLargest;
  std::fill_n(largest, blocks * UpdateWork::kLargest, 0u);
  if (work.grey)
    update_by_grey(work, step, tile, largest);
  else if (work.rows)
    update_by_rows(work, step, tile, largest);
  else
    update_by_bits(work, step, tile, largest);
  for (std::int64_t b = 0; b < blocks; ++b, largest += UpdateWork::kLargest)
    work.integers.tile_largest()[std::size_t(tile * blocks + b)] =
        *std::max_element(largest, largest + UpdateWork::kLargest);
}

void spread_pair(const UpdateWork& work, std::int64_t pair) {
  spread_rows(work, pair);
  if (work.grey) spread_grey(*work.grey, pair);
}

void update_rows(const UpdateWork& work, std::int64_t tile) {
  const UpdateFactors& f = work.factors;
  const bool bare = f.l1 == 0 && work.offsets.lower.empty() && !f.nesterov;
  if (f.data_times != f.model_times && bare)
    update_tile(work, TileStep<true, false>(work), tile);
  else if (f.data_times != f.model_times)
    update_tile(work, TileStep<false, false>(work), tile);
  else if (bare)
    update_tile(work, TileStep<true, true>(work), tile);
  else
    update_tile(work, TileStep<false, true>(work), tile);
}

#endif
}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(spread_pair);
HWY_EXPORT(rows_are_cheaper);
HWY_EXPORT(update_rows);

namespace simd {

void spread_pair(const UpdateWork& work, std::int64_t pair) { HWY_DYNAMIC_DISPATCH(spread_pair)(work, pair); }

bool rows_are_cheaper(const Ends<const CaseBits&>& data, const Ends<const CaseBits&>& model) {
  return HWY_DYNAMIC_DISPATCH(rows_are_cheaper)(data, model);
}

void update_rows(const UpdateWork& work, std::int64_t tile) { HWY_DYNAMIC_DISPATCH(update_rows)(work, tile); }

}  // namespace simd
}  // namespace deepboltz
#endif
