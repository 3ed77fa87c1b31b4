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

#include "hwy/cache_control.h"
#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/bit_counts-inl.h"
#include "deepboltz/kernel/cpu/grey_counts-inl.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/row_counts-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::UpdateFactors;
using simd::UpdateWork;

#if DEEPBOLTZ_PLAIN_BLOCKS

void turn_block(const Bits& bits, std::int64_t block, std::uint16_t* out, std::int32_t* on) {
  std::fill_n(out, (bits.cases() + 15) / 16 * 32, std::uint16_t(0));
  std::fill_n(on, 32, 0);
  for (std::int64_t r = 0; r < bits.cases(); ++r)
    for (std::int64_t k = 0; k < 32; ++k) {
      const std::uint32_t bit = bits.row(r)[block] >> k & 1;
      out[r / 16 * 32 + k] = std::uint16_t(out[r / 16 * 32 + k] | bit << (r % 16));
      on[k] += std::int32_t(bit);
    }
}

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

// ---- Bits by unit

void turn_block(const Bits& bits, std::int64_t block, std::uint16_t* out, std::int32_t* on) {
  const U16 d;
  hn::Vec<U16> sum[kParts];
  for (std::size_t part = 0; part < kParts; ++part) sum[part] = hn::Zero(d);
  for (std::int64_t first = 0; first < bits.cases(); first += 16, out += 32) {
    hn::Vec<U16> word[kParts];
    for (std::size_t part = 0; part < kParts; ++part) word[part] = hn::Zero(d);
    const std::int64_t cases = std::min<std::int64_t>(16, bits.cases() - first);
    for (std::int64_t k = 0; k < cases; ++k) {
      std::uint8_t bytes[8] = {};  // LoadMaskBits may read eight
      std::memcpy(bytes, bits.row(first + k) + block, 4);
      const auto bit = hn::Set(d, std::uint16_t(1u << k));
      for (std::size_t part = 0; part < kParts; ++part)
        word[part] = hn::Or(word[part], hn::IfThenElseZero(hn::LoadMaskBits(d, bytes + part * kLanes / 8), bit));
    }
    for (std::size_t part = 0; part < kParts; ++part) {
      hn::Store(word[part], d, out + part * kLanes);
      sum[part] = hn::Add(sum[part], hn::PopulationCount(word[part]));
    }
  }
  HWY_ALIGN std::uint16_t sums[32];
  for (std::size_t part = 0; part < kParts; ++part) hn::Store(sum[part], d, sums + part * kLanes);
  std::copy_n(sums, 32, on);
}

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

// ---- The step

using HalfI16 = hn::Half<I16>;
constexpr std::int64_t kFloats = std::int64_t(hn::MaxLanes(F32()));

// `count` floats (all, or those of the last columns) and zeros behind them.
HWY_INLINE hn::Vec<F32> load_some(const float* from, std::int64_t count) {
  const F32 d;
  if (HWY_LIKELY(count >= kFloats)) return hn::LoadU(d, from);
  if (count <= 0) return hn::Zero(d);
#if HWY_TARGET <= HWY_AVX2  // masked loads that do not touch what is masked
  return hn::MaskedLoad(hn::FirstN(d, std::size_t(count)), d, from);
#else
  return load(d, from, std::size_t(count));
#endif
}
HWY_INLINE void store_some(hn::Vec<F32> x, float* to, std::int64_t count) {
  const F32 d;
  if (HWY_LIKELY(count >= kFloats)) return hn::StoreU(x, d, to);
  if (count <= 0) return;
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(x, hn::FirstN(d, std::size_t(count)), d, to);
#else
  store(d, x, to, std::size_t(count));
#endif
}

// What a tile multiplies by, and where its weights are: copies, so that the compiler need not read them again after
// every store. kBare: no l1, no offsets, no Nesterov; kEven: as many cases of data as of the model.
template <bool kBare, bool kEven> struct TileStep {
  hn::Vec<F32> count, l2, momentum, scale;
  float* weight;
  float* velocity;
  std::int64_t weight_stride, velocity_stride, cols;
  const UpdateWork& work;

  HWY_INLINE explicit TileStep(const UpdateWork& w)
      : count(hn::Set(F32(), w.factors.count)),
        l2(hn::Set(F32(), w.factors.l2)),
        momentum(hn::Set(F32(), w.factors.momentum)),
        scale(hn::Set(F32(), w.scale)),
        weight(w.weight.data),
        velocity(w.velocity.data),
        weight_stride(w.weight.stride),
        velocity_stride(w.velocity.stride),
        cols(w.weight.cols),
        work(w) {}

  // Asks for 64 columns of a row.
  HWY_INLINE void prefetch(std::int64_t row, std::int64_t col) const {
    for (std::int64_t line = 0; line < 64; line += 16) {
      hwy::Prefetch(weight + row * weight_stride + col + line);
      hwy::Prefetch(velocity + row * velocity_stride + col + line);
    }
  }

  // 32 columns of a row, or, if not kFull, those that are there; returns the largest |w|, or `largest`, as bits. lower:
  // null where integers have 16 bits.
  template <bool kFull, class Data>
  HWY_INLINE hn::Vec<I32> row(std::int64_t row, std::int64_t col, const Data* data, const hn::Vec<U16>* model,
                              hn::Vec<I32> largest, std::int16_t* integers, std::uint8_t* lower) const {
    const I32 d32;
    for (std::size_t part = 0; part < kParts; ++part) {
      hn::Vec<I32> n[2];
      count_difference(data[part], model[part], n);
      hn::Vec<F32> scaled[2];
      for (int side = 0; side < 2; ++side) {
        const auto w = step<kFull>(n[side], row, col + std::int64_t(part * kLanes) + side * kFloats);
        largest = hn::Max(largest, hn::And(hn::BitCast(d32, w), hn::Set(d32, 0x7FFFFFFF)));
        scaled[side] = hn::Mul(w, scale);
      }
      if (lower)
        store_24(scaled, integers + part * kLanes, lower + part * kLanes);
      else
        store_16(scaled, integers + part * kLanes);
    }
    return largest;
  }

  // To the nearest, ties to even: a float of 1.5·2²³ and a bit has its units in the lowest bits.
  HWY_INLINE static void store_16(const hn::Vec<F32>* x, std::int16_t* integers) {
    const I16 d;
    const auto q = [&](int side) HWY_ATTR { return hn::BitCast(d, hn::Add(x[side], hn::Set(F32(), 0x1.8p23f))); };
    hn::Store(hn::ConcatEven(d, q(1), q(0)), d, integers);
  }
  HWY_INLINE static void store_24(const hn::Vec<F32>* x, std::int16_t* integers, std::uint8_t* lower) {
    const I16 d;
    const hn::Rebind<std::uint8_t, I16> d8;
    const auto q0 = hn::NearestInt(x[0]), q1 = hn::NearestInt(x[1]);
    hn::Store(hn::ConcatEven(d, hn::BitCast(d, hn::ShiftRight<8>(q1)), hn::BitCast(d, hn::ShiftRight<8>(q0))), d,
              integers);
    const auto low = hn::And(hn::ConcatEven(d, hn::BitCast(d, q1), hn::BitCast(d, q0)), hn::Set(d, 0xFF));
    hn::Store(hn::DemoteTo(d8, low), d8, lower);
  }

  HWY_INLINE static WideCount widened(hn::Vec<U16> count) {
    const HalfI16 half;
    const auto x = hn::BitCast(I16(), count);
    return {hn::PromoteTo(I32(), hn::LowerHalf(half, x)), hn::PromoteTo(I32(), hn::UpperHalf(half, x))};
  }
  HWY_INLINE void count_difference(hn::Vec<U16> data, hn::Vec<U16> model, hn::Vec<I32>* n) const {
    if constexpr (kEven) {
      const WideCount difference = widened(hn::Sub(data, model));
      n[0] = difference.half[0];
      n[1] = difference.half[1];
    } else {
      count_difference(widened(data), model, n);
    }
  }
  HWY_INLINE void count_difference(const WideCount& data, hn::Vec<U16> model, hn::Vec<I32>* n) const {
    const I32 d;
    const WideCount wide = widened(model);
    for (int side = 0; side < 2; ++side)
      n[side] = hn::Sub(hn::Mul(hn::Set(d, work.factors.data_times), data.half[side]),
                        hn::Mul(hn::Set(d, work.factors.model_times), wide.half[side]));
  }

  // Columns col … of a row, a vector of floats; returns the new weights.
  template <bool kFull> HWY_INLINE hn::Vec<F32> step(hn::Vec<I32> n, std::int64_t row, std::int64_t col) const {
    const F32 d;
    const std::int64_t there = kFull ? kFloats : cols - col;
    float* to_weight = weight + row * weight_stride + col;
    float* to_velocity = velocity + row * velocity_stride + col;
    const auto w = load_some(to_weight, there);
    auto push = hn::Sub(hn::Mul(count, hn::ConvertTo(d, n)), hn::Mul(l2, w));
    if constexpr (!kBare) push = penalised(push, w, row, col);
    const auto delta = hn::Add(hn::Mul(momentum, load_some(to_velocity, there)), push);
    auto change = delta;
    if constexpr (!kBare)
      if (work.factors.nesterov) change = hn::Add(hn::Mul(momentum, delta), push);
    const auto next = hn::Add(w, change);
    store_some(delta, to_velocity, there);
    store_some(next, to_weight, there);
    return next;
  }

  HWY_INLINE hn::Vec<F32> penalised(hn::Vec<F32> push, hn::Vec<F32> w, std::int64_t row, std::int64_t col) const {
    const F32 d;
    const UpdateFactors& f = work.factors;
    if (f.l1 != 0) push = hn::Sub(push, hn::IfThenZeroElse(hn::Eq(w, hn::Zero(d)), hn::CopySign(hn::Set(d, f.l1), w)));
    if (work.offsets.lower.empty()) return push;
    const auto at = [](ConstMatrix units, std::int64_t unit) { return units.as<float>().data + unit; };
    const float offset = f.rate * *at(work.offsets.lower, row), gradient = f.rate * *at(work.bias_gradients.lower, row);
    const auto g = load_some(at(work.bias_gradients.upper, col), cols - col),
               o = load_some(at(work.offsets.upper, col), cols - col);
    return hn::Sub(push, hn::Add(hn::Mul(hn::Set(d, offset), g), hn::Mul(hn::Set(d, gradient), o)));
  }
};

// Steps kRowCount rows and kBlocks blocks of columns by what has been counted of them. place: of the row in a block.
template <std::int64_t kRowCount, std::int64_t kBlocks, class Step, class Data, class Model>
HWY_INLINE void step_blocks(const UpdateWork& work, Step step, const Data& data, const Model& model, std::int64_t row,
                            std::int64_t place, std::int64_t block, std::uint32_t* largest) {
  for (std::int64_t b = 0; b < kBlocks; ++b) {
    auto* kept = reinterpret_cast<std::int32_t*>(largest + (block + b) * UpdateWork::kLargest);
    std::int16_t* integers = work.integers.block(block + b) + place * 32;
    std::uint8_t* lower_bytes = work.integers.bits() == 24 ? work.integers.lower(block + b) + place * 32 : nullptr;
    const auto lower_of = [&](std::int64_t i) { return lower_bytes ? lower_bytes + 32 * i : nullptr; };
    auto most = hn::Load(I32(), kept);
    const std::int64_t col = 32 * (block + b);
    if (col + 32 <= step.cols) {
      for (std::int64_t i = 0; i < kRowCount; ++i)
        most = step.template row<true>(row + i, col, data.both[i][b], model.both[i][b], most, integers + 32 * i,
                                       lower_of(i));
    } else {
      for (std::int64_t i = 0; i < kRowCount; ++i)
        most = step.template row<false>(row + i, col, data.both[i][b], model.both[i][b], most, integers + 32 * i,
                                        lower_of(i));
    }
    hn::Store(most, I32(), kept);
  }
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
HWY_INLINE void update_by_bits(const UpdateWork& work, Step step, std::int64_t tile, std::uint32_t* largest) {
  const std::int64_t last = std::min(32 * tile + 32, work.weight.rows);
  std::int64_t row = 32 * tile;
  for (; row + kRows <= last; row += kRows) update_row_group<kRows>(work, step, row, largest);
  for (; row < last; ++row) update_row_group<1>(work, step, row, largest);
}

constexpr std::int64_t kAhead = 3;

// Pair of blocks by pair, whose bytes stay in the first cache. The weights of a row, which lie apart from the last
// row's, are asked for kAhead rows ahead.
template <class Step>
HWY_INLINE void update_by_rows(const UpdateWork& work, Step step, std::int64_t tile, std::uint32_t* largest) {
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
HWY_INLINE void update_by_grey(const UpdateWork& work, Step step, std::int64_t tile, std::uint32_t* largest) {
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
HWY_EXPORT(turn_block);
HWY_EXPORT(spread_pair);
HWY_EXPORT(rows_are_cheaper);
HWY_EXPORT(update_rows);

namespace simd {

void turn_block(const Bits& bits, std::int64_t block, std::uint16_t* out, std::int32_t* on) {
  HWY_DYNAMIC_DISPATCH(turn_block)(bits, block, out, on);
}

void spread_pair(const UpdateWork& work, std::int64_t pair) { HWY_DYNAMIC_DISPATCH(spread_pair)(work, pair); }

bool rows_are_cheaper(const Ends<const CaseBits&>& data, const Ends<const CaseBits&>& model) {
  return HWY_DYNAMIC_DISPATCH(rows_are_cheaper)(data, model);
}

void update_rows(const UpdateWork& work, std::int64_t tile) { HWY_DYNAMIC_DISPATCH(update_rows)(work, tile); }

}  // namespace simd
}  // namespace deepboltz
#endif
