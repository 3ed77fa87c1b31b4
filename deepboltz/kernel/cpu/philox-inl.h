// Philox4x32-10 (rng/philox.h), many blocks at a time: the words of one row of a key, bit for bit those of
// random_block(key, row, block).
//
// A counter word lies in the low half of a 64-bit lane, one block a lane, as the widening product wants it; the high
// halves hold rubbish until the end. In the first three rounds most of the state is still the same for all blocks of
// the row and is worked out once, in Row.
#if defined(DEEPBOLTZ_KERNEL_CPU_PHILOX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_PHILOX_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_PHILOX_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_PHILOX_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/vectors-inl.h"
#include "deepboltz/rng/draw.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane: no pairs to interleave

class PhiloxRow {
 public:
  HWY_INLINE PhiloxRow(Key key, std::uint32_t row) : key_(key), row_(row) {}

  template <class D> HWY_INLINE void words(D d, std::uint32_t column, hn::Vec<D>& low, hn::Vec<D>& high) const {
    low = hn::Set(d, random_word(key_, row_, column));
    high = hn::Set(d, random_word(key_, row_, column + 1));
  }

 private:
  Key key_;
  std::uint32_t row_;
};

#else

class PhiloxRow {
 public:
  HWY_INLINE PhiloxRow(Key key, std::uint32_t row) : seed_{std::uint32_t(key.seed), std::uint32_t(key.seed >> 32)} {
    // Round 1 on (path, path, row, block): `block` enters third_ by exclusive or, later.
    const std::uint64_t p = kPhiloxMultiplier[0] * (key.path & 0xFFFFFFFFu);
    const std::uint64_t q = std::uint64_t(kPhiloxMultiplier[1]) * row;
    const std::uint32_t first = std::uint32_t(q >> 32) ^ std::uint32_t(key.path >> 32) ^ round_key(0, 0);
    third_ = std::uint32_t(p >> 32) ^ round_key(0, 1);
    // Round 2: the product of `first` is the row's; round 3: that of the third word.
    const std::uint64_t p2 = std::uint64_t(kPhiloxMultiplier[0]) * first;
    const std::uint64_t q3 =
        kPhiloxMultiplier[1] * std::uint64_t(std::uint32_t(p2 >> 32) ^ std::uint32_t(p) ^ round_key(1, 1));
    first2_ = std::uint32_t(q) ^ round_key(1, 0);
    first3_ = std::uint32_t(q3 >> 32) ^ round_key(2, 0);
    third3_ = std::uint32_t(p2) ^ round_key(2, 1);
    second3_ = std::uint32_t(q3);
  }

  // The words of columns column … column + 2·Lanes(d) − 1, in two vectors. `column` is a multiple of their number.
  template <class D> HWY_INLINE void words(D d, std::uint32_t column, hn::Vec<D>& low, hn::Vec<D>& high) const {
    const hn::RepartitionToWide<D> wide;
    const auto m0 = hn::Set(d, kPhiloxMultiplier[0]), m1 = hn::Set(d, kPhiloxMultiplier[1]);
    const auto q2 = hn::MulEven(
        m1, hn::BitCast(d, hn::Xor(hn::Add(blocks_by_lane(wide), hn::Set(wide, column / 4)), hn::Set(wide, third_))));
    const auto p3 = hn::MulEven(m0, hn::BitCast(d, hn::Xor(hn::ShiftRight<32>(q2), hn::Set(wide, first2_))));
    auto first = hn::Xor(q2, hn::Set(wide, first3_));
    auto second = hn::Set(wide, second3_);
    auto third = hn::Xor(hn::ShiftRight<32>(p3), hn::Set(wide, third3_));
    auto fourth = p3;
    for (int round = 3; round < kPhiloxRounds; ++round) {
      const auto p = hn::MulEven(m0, hn::BitCast(d, first)), q = hn::MulEven(m1, hn::BitCast(d, third));
      first = hn::Xor3(hn::ShiftRight<32>(q), second, hn::Set(wide, round_key(round, 0)));
      second = q;
      third = hn::Xor3(hn::ShiftRight<32>(p), fourth, hn::Set(wide, round_key(round, 1)));
      fourth = p;
    }
    const auto front = hn::BitCast(wide, hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(second)), hn::BitCast(d, first)));
    const auto back = hn::BitCast(wide, hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(fourth)), hn::BitCast(d, third)));
    low = hn::BitCast(d, hn::InterleaveLower(wide, front, back));
    high = hn::BitCast(d, hn::InterleaveUpper(wide, front, back));
  }

  // The 32 words of 64 units of 16 bits, from unit 64·pair on.
  HWY_INLINE void pair(std::int64_t pair, std::uint32_t* out) const {
    const hn::ScalableTag<std::uint32_t> d;
    const auto lanes = std::uint32_t(hn::Lanes(d));
    for (std::uint32_t k = 0; k < 32; k += 2 * lanes) {
      auto low = hn::Zero(d), high = hn::Zero(d);
      words(d, std::uint32_t(32 * pair) + k, low, high);
      hn::StoreU(low, d, out + k);
      hn::StoreU(high, d, out + k + lanes);
    }
  }

 private:
  std::uint32_t round_key(int round, int half) const { return seed_[half] + std::uint32_t(round) * kPhiloxWeyl[half]; }

  // Which block a lane holds: the even lanes the first half of the blocks, the odd lanes the second, because the
  // interleaving at the end works on pairs of lanes.
  template <class D64> static HWY_INLINE hn::Vec<D64> blocks_by_lane(D64 wide) {
    const auto lane = hn::Iota(wide, 0);
    const auto odd = hn::And(lane, hn::Set(wide, 1));
    const auto half = hn::Set(wide, hn::Lanes(wide) / 2);
    return hn::Add(hn::ShiftRight<1>(lane), hn::IfThenElseZero(hn::Ne(odd, hn::Zero(wide)), half));
  }

  std::uint32_t seed_[2];
  std::uint32_t third_, first2_, first3_, second3_, third3_;
};

#endif

// Words as uniforms in [0, 1), on the grid of rng/draw.h.
template <class D, class V32> HWY_INLINE hn::Vec<D> uniforms(D d, V32 words) {
  const hn::RebindToSigned<D> d_int;
  return hn::Mul(hn::ConvertTo(d, hn::BitCast(d_int, hn::ShiftRight<8>(words))), hn::Set(d, 0x1p-24f));
}

// Calls step(first unit, how many, their words) for every vector of a row from unit `first` on, a multiple of 32.
template <class Step>
HWY_INLINE void for_random_vectors(const PhiloxRow& noise, std::int64_t first, std::int64_t units, Step step) {
  const Word d;
  const auto lanes = std::int64_t(hn::Lanes(d));
  auto low = hn::Zero(d), high = hn::Zero(d);
  std::int64_t j = first;
  for (; j + 2 * lanes <= units; j += 2 * lanes) {
    noise.words(d, std::uint32_t(j), low, high);
    step(j, std::size_t(lanes), low);
    step(j + lanes, std::size_t(lanes), high);
  }
  if (j == units) return;
  noise.words(d, std::uint32_t(j), low, high);
  step(j, std::size_t(std::min(lanes, units - j)), low);
  if (j + lanes < units) step(j + lanes, std::size_t(units - j - lanes), high);
}

// The same for a whole row.
template <class Step> HWY_INLINE void for_random_vectors(const PhiloxRow& noise, std::int64_t units, Step step) {
  for_random_vectors(noise, 0, units, step);
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
