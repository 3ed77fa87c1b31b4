#include "deepboltz/kernel/cpu/fixed_means_simd.h"

#include <algorithm>
#include <bit>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/fixed_means_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/exact_logistic-inl.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/philox-inl.h"
#include "deepboltz/kernel/cpu/row_pairs-inl.h"
#include "deepboltz/kernel/cpu/sevenths-inl.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::MeanUpdate;

#if DEEPBOLTZ_PLAIN_BLOCKS

using plain::draw_case;
using plain::round_case;
using plain::update_case;

#else

// ---- Means

HWY_INLINE hn::Vec<I32> mean_steps(const MeanUpdate& update, const std::int32_t* field, const float* bias) {
  const F32 d;
  auto x = hn::Mul(hn::ConvertTo(d, hn::Load(I32(), field)), hn::Set(d, update.step));
  if (update.times != 1) {
    const auto b = hn::LoadU(d, bias);
    x = hn::Add(hn::Mul(hn::Set(d, update.times), hn::Sub(x, b)), b);
  }
  return logistic_steps(x, kMeanBits);
}

// Appends the changes that are not zero, of which `moved` tells, with their places; returns how many. Writes up to 32.
HWY_INLINE std::int64_t append(std::uint32_t moved, std::int64_t first, const std::int16_t* change,
                               std::uint16_t* places, std::int16_t* changes) {
#if HWY_TARGET == HWY_AVX3_DL  // has an instruction for it
  const U16 d;
  std::uint8_t bits[4];
  std::memcpy(bits, &moved, 4);
  const auto here = hn::Add(hn::ShiftLeft<6>(hn::Iota(d, 0)), hn::Set(d, std::uint16_t(64 * first)));
  hn::StoreU(hn::CompressBits(here, bits), d, places);
  hn::StoreU(hn::CompressBits(hn::Load(I16(), change), bits), I16(), changes);
  return std::popcount(moved);
#else
  std::int64_t count = 0;
  for (; moved != 0; moved &= moved - 1, ++count) {
    const int k = std::countr_zero(moved);
    places[count] = std::uint16_t(64 * (first + k));
    changes[count] = change[k];
  }
  return count;
#endif
}

std::int64_t update_case(const MeanUpdate& update, const RowSums& fields, std::int64_t r, FixedMeans& means) {
  const I16 d;
  WeightedRows& changed = means.changes();
  const RowChunks& chunks = changed.chunks();
  HWY_ALIGN std::int16_t there[32], change[32], distance[32];
  auto moved_here = hn::Zero(I32());
  for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk) {
    const std::int64_t words = chunks.words_in(chunk);
    std::uint16_t* places = changed.places(r, chunk);
    std::int16_t* changes = changed.factors(r, chunk);
    std::int64_t length = 0;
    for (std::int64_t word = 0; word < words; ++word) {
      const std::int64_t block = chunks.first_word(chunk) + word, units = means.units() - 32 * block;
      if (units < 32)
        for (int k = 0; k < 32; ++k) there[k] = k < units ? -1 : 0;
      const std::int32_t* field = fields.block(r, block);
      std::int16_t* kept = means.row(r) + 32 * block;
      std::uint32_t moved = 0;
      for (std::size_t part = 0; part < kParts; ++part) {
        const std::size_t half = part * kLanes / 2;
        auto mean = hn::ReorderDemote2To(d, mean_steps(update, field + half, update.bias + 32 * block + half),
                                         mean_steps(update, field + 16 + half, update.bias + 32 * block + 16 + half));
        if (units < 32) mean = hn::And(mean, hn::Load(d, there + part * kLanes));
        const auto by = hn::Sub(mean, hn::Load(d, kept + part * kLanes));
        hn::Store(mean, d, kept + part * kLanes);
        hn::Store(by, d, change + part * kLanes);
        hn::Store(hn::Abs(by), d, distance + part * kLanes);
        moved |= mask_bits(d, hn::Ne(by, hn::Zero(d))) << (part * kLanes);
      }
      if (moved == 0) continue;
      for (std::size_t part = 0; part < kParts; ++part)
        moved_here = add_pair(moved_here, hn::Load(d, distance + part * kLanes), hn::Set(d, 1));
      length += append(moved, 32 * word, change, places + length, changes + length);
    }
    changed.close(r, chunk, length);
  }
  HWY_ALIGN std::int32_t sums[16] = {};
  hn::Store(moved_here, I32(), sums);
  std::int64_t sum = 0;
  for (std::int32_t s : sums) sum += s;
  return sum;
}

// ---- Draws

// Calls take(word, part, its means, 8 random bits for each) for every vector of a case.
template <class Take>
HWY_INLINE void for_means(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Take take) {
  const PhiloxRow noise(key, row);
  HWY_ALIGN std::uint32_t words[32];
  for (std::int64_t word = 0; word < means.changes().chunks().words; ++word) {
    if (word % 2 == 0) noise.pair(word / 2, words);
    const auto* u = reinterpret_cast<const std::uint16_t*>(words + 16 * (word % 2));
    for (std::size_t part = 0; part < kParts; ++part)
      take(word, part, hn::Load(I16(), means.row(r) + 32 * word + std::int64_t(part * kLanes)),
           hn::ShiftRight<8>(hn::Load(U16(), u + part * kLanes)));
  }
}

void draw_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Bits& out) {
  const I16 d;
  for_means(means, key, row, r, [&](std::int64_t word, std::size_t part, auto mean, auto u) DEEPBOLTZ_STEP {
    const std::uint32_t on = mask_bits(d, hn::Lt(hn::BitCast(d, u), mean)) << (part * kLanes);
    std::uint32_t& kept = out.row(r)[word];
    kept = part == 0 ? on : kept | on;
  });
}

void round_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Sevenths& out) {
  for_means(means, key, row, r, [&](std::int64_t word, std::size_t part, auto mean, auto u) DEEPBOLTZ_STEP {
    const auto p = hn::BitCast(U16(), mean);
    const auto k = hn::ShiftRight<8>(hn::Add(hn::Sub(hn::ShiftLeft<3>(p), p), u));
    store_sevenths(k, 0xFFFFFFFF, part, r, word, out);  // means behind the last unit are zero, and 7·0 + u < 2⁸
  });
}

#endif
}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(update_case);
HWY_EXPORT(draw_case);
HWY_EXPORT(round_case);

namespace simd {

std::int64_t update_case(const MeanUpdate& update, const RowSums& fields, std::int64_t r, FixedMeans& means) {
  return HWY_DYNAMIC_DISPATCH(update_case)(update, fields, r, means);
}

void draw_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Bits& out) {
  HWY_DYNAMIC_DISPATCH(draw_case)(means, key, row, r, out);
}

void round_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Sevenths& out) {
  HWY_DYNAMIC_DISPATCH(round_case)(means, key, row, r, out);
}

}  // namespace simd
}  // namespace deepboltz
#endif
