#include "deepboltz/kernel/cpu/integer_update_simd.h"

#include <algorithm>
#include <bit>

// clang-format off
#define HWY_DISABLED_TARGETS HWY_SSSE3  // as the products
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/integer_update_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
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

HWY_INLINE std::int32_t count_both(const Ends<const CaseBits&>& states, std::int64_t i, std::int64_t j) {
  std::int32_t both = 0;
  for (std::int64_t g = 0; g < states.lower.groups(); ++g)
    both += std::popcount(
        std::uint16_t(states.lower.block(i / 32)[32 * g + i % 32] & states.upper.block(j / 32)[32 * g + j % 32]));
  return both;
}

void update_rows(const UpdateWork& work, std::int64_t tile) {
  const UpdateFactors& f = work.factors;
  IntegerWeights& integers = work.integers;
  const bool centred = !work.offsets.lower.empty();
  const auto at = [](ConstMatrix row, std::int64_t unit) { return row.as<float>()(0, unit); };
  std::uint32_t* largest = integers.tile_largest().data() + tile * integers.col_blocks();
  std::fill_n(largest, integers.col_blocks(), 0u);
  const float scale = float(1 / integers.step());
  for (std::int64_t i = 32 * tile; i < std::min(32 * tile + 32, work.weight.rows); ++i)
    for (std::int64_t j = 0; j < work.weight.cols; ++j) {
      float &w = work.weight(i, j), &delta = work.velocity(i, j);
      const std::int32_t n = f.data_times * count_both(work.data, i, j) - f.model_times * count_both(work.model, i, j);
      float push = f.count * float(n) - f.l2 * w;
      if (f.l1 != 0) push -= w == 0 ? 0 : w > 0 ? f.l1 : -f.l1;
      if (centred)
        push -= f.rate * at(work.offsets.lower, i) * at(work.bias_gradients.upper, j) +
                f.rate * at(work.bias_gradients.lower, i) * at(work.offsets.upper, j);
      delta = f.momentum * delta + push;
      w += f.nesterov ? f.momentum * delta + push : delta;
      largest[j / 32] = std::max(largest[j / 32], std::bit_cast<std::uint32_t>(w) & 0x7FFFFFFFu);
      integers.block(j / 32)[(integers.chunks().place(tile) + i % 32) * 32 + j % 32] =
          std::int16_t(std::bit_cast<std::uint32_t>(w * scale + 0x1.8p23f));
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

// ---- Counts

constexpr std::int64_t kRows = 4;  // that share a load of the upper units' words

// Popcounts of 16-bit lanes, or of their two bytes where that is what a processor counts: of at most 31 words.
#if HWY_TARGET == HWY_AVX3_DL
using Count = U16;
HWY_INLINE hn::Vec<U16> folded(hn::Vec<Count> count) { return count; }
#else
using Count = hn::Repartition<std::uint8_t, U16>;
HWY_INLINE hn::Vec<U16> folded(hn::Vec<Count> count) {
  const U16 d;
  const auto both = hn::BitCast(d, count);
  return hn::Add(hn::ShiftRight<8>(both), hn::And(both, hn::Set(d, std::uint16_t(0xFF))));
}
#endif
constexpr std::int64_t kMostWords = 31;

// In how many cases rows i … of a tile and 32·kBlocks columns are on together.
template <std::int64_t kRowCount, std::int64_t kBlocks> struct Counts {
  hn::Vec<U16> both[kRowCount][kBlocks][kParts];

  HWY_INLINE Counts(const std::uint16_t* lower, const std::uint16_t* const* upper, std::int64_t groups) {
    for (auto& row : both)
      for (auto& block : row)
        for (auto& part : block) part = hn::Zero(U16());
    for (std::int64_t first = 0; first < groups; first += kMostWords)
      add(lower + 32 * first, upper, 32 * first, std::min(kMostWords, groups - first));
  }

  HWY_INLINE void add(const std::uint16_t* lower, const std::uint16_t* const* upper, std::int64_t offset,
                      std::int64_t groups) {
    const U16 d;
    const Count d_count;
    hn::Vec<Count> count[kRowCount][kBlocks][kParts];
    for (auto& row : count)
      for (auto& block : row)
        for (auto& part : block) part = hn::Zero(d_count);
    for (std::int64_t g = 0; g < groups; ++g)
      for (std::int64_t b = 0; b < kBlocks; ++b)
        for (std::size_t part = 0; part < kParts; ++part) {
          const auto y = hn::Load(d, upper[b] + offset + 32 * g + part * kLanes);
          for (std::int64_t i = 0; i < kRowCount; ++i) {
            const auto x = hn::Set(d, lower[32 * g + i]);
            auto& c = count[i][b][part];
            c = hn::Add(c, hn::PopulationCount(hn::BitCast(d_count, hn::And(x, y))));
          }
        }
    for (std::int64_t i = 0; i < kRowCount; ++i)
      for (std::int64_t b = 0; b < kBlocks; ++b)
        for (std::size_t part = 0; part < kParts; ++part)
          both[i][b][part] = hn::Add(both[i][b][part], folded(count[i][b][part]));
  }
};

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

// One row of 32 columns at most.
struct RowStep {
  const UpdateWork& work;
  std::int64_t row, col, cols;  // weights (row, col) …, so many
  std::int16_t* integers;

  // kBare: no l1, no offsets.
  template <bool kBare>
  HWY_INLINE void operator()(const hn::Vec<U16>* data, const hn::Vec<U16>* model, hn::Vec<I32>& largest) const {
    const I16 d16;
    const HalfI16 half;
    const I32 d32;
    const auto scale = hn::Set(F32(), float(1 / work.integers.step()));
    for (std::size_t part = 0; part < kParts; ++part) {
      hn::Vec<I32> n[2];
      count_difference(hn::BitCast(d16, data[part]), hn::BitCast(d16, model[part]), n);
      hn::Vec<HalfI16> q[2];
      for (int side = 0; side < 2; ++side) {
        const std::int64_t first = std::int64_t(part * kLanes) + side * kFloats;
        const auto w = step<kBare>(n[side], first);
        largest = hn::Max(largest, hn::And(hn::BitCast(d32, w), hn::Set(d32, 0x7FFFFFFF)));
        // A float of 1.5·2²³ and a bit has its units in the lowest bits: w·2ᵉ to the nearest, ties to even.
        const auto shifted = hn::BitCast(d32, hn::Add(hn::Mul(w, scale), hn::Set(F32(), 0x1.8p23f)));
        q[side] = hn::DemoteTo(half, hn::Sub(shifted, hn::Set(d32, 0x4B400000)));
      }
      hn::Store(hn::Combine(d16, q[1], q[0]), d16, integers + part * kLanes);
    }
  }

  HWY_INLINE void count_difference(hn::Vec<I16> data, hn::Vec<I16> model, hn::Vec<I32>* n) const {
    const HalfI16 half;
    const I32 d;
    if (work.factors.data_times == 1 && work.factors.model_times == 1) {
      const auto difference = hn::Sub(data, model);
      n[0] = hn::PromoteTo(d, hn::LowerHalf(half, difference));
      n[1] = hn::PromoteTo(d, hn::UpperHalf(half, difference));
      return;
    }
    const auto up = hn::Set(d, work.factors.data_times), down = hn::Set(d, work.factors.model_times);
    n[0] = hn::Sub(hn::Mul(up, hn::PromoteTo(d, hn::LowerHalf(half, data))),
                   hn::Mul(down, hn::PromoteTo(d, hn::LowerHalf(half, model))));
    n[1] = hn::Sub(hn::Mul(up, hn::PromoteTo(d, hn::UpperHalf(half, data))),
                   hn::Mul(down, hn::PromoteTo(d, hn::UpperHalf(half, model))));
  }

  // Columns first … of the row; returns the new weights.
  template <bool kBare> HWY_INLINE hn::Vec<F32> step(hn::Vec<I32> n, std::int64_t first) const {
    const F32 d;
    const UpdateFactors& f = work.factors;
    const std::int64_t count = cols - first;
    float *const weight = &work.weight(row, col) + first, *const velocity = &work.velocity(row, col) + first;
    const auto w = load_some(weight, count), m = hn::Set(d, f.momentum);
    auto push = hn::Sub(hn::Mul(hn::Set(d, f.count), hn::ConvertTo(d, n)), hn::Mul(hn::Set(d, f.l2), w));
    if constexpr (!kBare) push = penalised(push, w, first, count);
    const auto delta = hn::Add(hn::Mul(m, load_some(velocity, count)), push);
    const auto next = hn::Add(w, f.nesterov ? hn::Add(hn::Mul(m, delta), push) : delta);
    store_some(delta, velocity, count);
    store_some(next, weight, count);
    return next;
  }

  HWY_INLINE hn::Vec<F32> penalised(hn::Vec<F32> push, hn::Vec<F32> w, std::int64_t first, std::int64_t count) const {
    const F32 d;
    const UpdateFactors& f = work.factors;
    if (f.l1 != 0) push = hn::Sub(push, hn::IfThenZeroElse(hn::Eq(w, hn::Zero(d)), hn::CopySign(hn::Set(d, f.l1), w)));
    if (work.offsets.lower.empty()) return push;
    const auto at = [](ConstMatrix units, std::int64_t unit) { return units.as<float>().data + unit; };
    const float offset = f.rate * *at(work.offsets.lower, row), gradient = f.rate * *at(work.bias_gradients.lower, row);
    const auto g = load_some(at(work.bias_gradients.upper, col + first), count),
               o = load_some(at(work.offsets.upper, col + first), count);
    return hn::Sub(push, hn::Add(hn::Mul(hn::Set(d, offset), g), hn::Mul(hn::Set(d, gradient), o)));
  }
};

template <bool kBare, std::int64_t kRowCount, std::int64_t kBlocks>
HWY_INLINE void update_blocks(const UpdateWork& work, std::int64_t row, std::int64_t block, std::uint32_t* largest) {
  const std::uint16_t *data_upper[kBlocks], *model_upper[kBlocks];
  for (std::int64_t b = 0; b < kBlocks; ++b) {
    data_upper[b] = work.data.upper.block(block + b);
    model_upper[b] = work.model.upper.block(block + b);
  }
  const Counts<kRowCount, kBlocks> data(work.data.lower.block(row / 32) + row % 32, data_upper,
                                        work.data.lower.groups());
  const Counts<kRowCount, kBlocks> model(work.model.lower.block(row / 32) + row % 32, model_upper,
                                         work.model.lower.groups());
  IntegerWeights& integers = work.integers;
  const std::int64_t place = integers.chunks().place(row / 32) + row % 32;
  for (std::int64_t b = 0; b < kBlocks; ++b) {
    auto* kept = reinterpret_cast<std::int32_t*>(largest + (block + b) * UpdateWork::kLargest);
    auto most = hn::Load(I32(), kept);
    const std::int64_t col = 32 * (block + b);
    for (std::int64_t i = 0; i < kRowCount; ++i)
      RowStep{work, row + i, col, std::min<std::int64_t>(32, work.weight.cols - col),
              integers.block(block + b) + (place + i) * 32}
          .template operator()<kBare>(data.both[i][b], model.both[i][b], most);
    hn::Store(most, I32(), kept);
  }
}

template <bool kBare, std::int64_t kRowCount>
HWY_INLINE void update_row_group(const UpdateWork& work, std::int64_t row, std::uint32_t* largest) {
  const std::int64_t blocks = work.integers.col_blocks();
  std::int64_t block = 0;
  for (; block + 2 <= blocks; block += 2) update_blocks<kBare, kRowCount, 2>(work, row, block, largest);
  if (block < blocks) update_blocks<kBare, kRowCount, 1>(work, row, block, largest);
}

template <bool kBare> HWY_INLINE void update_tile(const UpdateWork& work, std::int64_t tile) {
  const std::int64_t blocks = work.integers.col_blocks(), last = std::min(32 * tile + 32, work.weight.rows);
  std::uint32_t* largest = work.largest + tile * blocks * UpdateWork::kLargest;
  std::fill_n(largest, blocks * UpdateWork::kLargest, 0u);
  std::int64_t row = 32 * tile;
  for (; row + kRows <= last; row += kRows) update_row_group<kBare, kRows>(work, row, largest);
  for (; row < last; ++row) update_row_group<kBare, 1>(work, row, largest);
  for (std::int64_t b = 0; b < blocks; ++b, largest += UpdateWork::kLargest)
    work.integers.tile_largest()[std::size_t(tile * blocks + b)] =
        *std::max_element(largest, largest + UpdateWork::kLargest);
}

void update_rows(const UpdateWork& work, std::int64_t tile) {
  if (work.factors.l1 == 0 && work.offsets.lower.empty())
    update_tile<true>(work, tile);
  else
    update_tile<false>(work, tile);
}

#endif
}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(turn_block);
HWY_EXPORT(update_rows);

namespace simd {

void turn_block(const Bits& bits, std::int64_t block, std::uint16_t* out, std::int32_t* on) {
  HWY_DYNAMIC_DISPATCH(turn_block)(bits, block, out, on);
}

void update_rows(const UpdateWork& work, std::int64_t tile) { HWY_DYNAMIC_DISPATCH(update_rows)(work, tile); }

}  // namespace simd
}  // namespace deepboltz
#endif
