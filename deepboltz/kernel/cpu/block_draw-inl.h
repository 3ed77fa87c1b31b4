// Draws from the sums of a block of 32 columns: quick ones (quick_draw.h), and exact ones where these are in doubt.
#if defined(DEEPBOLTZ_KERNEL_CPU_BLOCK_DRAW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPBOLTZ_KERNEL_CPU_BLOCK_DRAW_INL_H_
#undef DEEPBOLTZ_KERNEL_CPU_BLOCK_DRAW_INL_H_
#else
#define DEEPBOLTZ_KERNEL_CPU_BLOCK_DRAW_INL_H_
#endif

#include <bit>

#include "hwy/highway.h"

#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/cpu/integer_blocks-inl.h"
#include "deepboltz/kernel/cpu/integer_products_simd.h"
#include "deepboltz/kernel/cpu/philox-inl.h"
#include "deepboltz/kernel/cpu/quick_draw.h"
#include "deepboltz/kernel/cpu/vectors-inl.h"

#if !DEEPBOLTZ_PLAIN_BLOCKS
HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

using simd::Draw;

// quick_draw.h on the 32 sums of every case.
struct BlockDraw {
  const Draw& draw;
  std::int64_t block, first_case;
  std::uint32_t there;  // the units that there are
  int exponent;
  float to_log2;  // |s|·to_log2 = T

  // words: random, 32 a case, from those of this block on
  HWY_INLINE void operator()(const std::int32_t* sums, const std::uint32_t* words, std::int64_t cases) const {
    for (std::int64_t r = 0; r < cases; ++r) {
      std::uint32_t zeros = 0, doubts = 0;
      const auto* noise = reinterpret_cast<const std::uint16_t*>(words + 32 * r);
      const Sums s = load_sums(sums + 32 * r);
      for (std::size_t part = 0; part < kParts; ++part) {
        hn::Mask<U16> doubt;
        const auto zero = draw_zero(s.even[part], s.odd[part], hn::Load(U16(), noise + part * kLanes), doubt);
        zeros |= mask_bits(U16(), zero) << (part * kLanes);
        doubts |= mask_bits(U16(), doubt) << (part * kLanes);
      }
      std::uint32_t& word = draw.out.row(first_case + r)[block];
      word = ~zeros & there;
      if (HWY_UNLIKELY((doubts & there) != 0)) word = draw_again(first_case + r, sums + 32 * r, word, doubts & there);
    }
  }

  // T of 32-bit sums, in the lower halves of lanes: a float of 2²³ and more has its units in the lowest bits.
  HWY_INLINE hn::Vec<U32> log2_odds(hn::Vec<I32> sum) const {
    const F32 d;
    const auto t = hn::Mul(hn::ConvertTo(d, hn::Abs(sum)), hn::Set(d, to_log2));
    return hn::BitCast(U32(), hn::Add(hn::Min(t, hn::Set(d, 65535.0f)), hn::Set(d, 0x1p23f)));
  }

  // Which units are 0.
  HWY_INLINE hn::Mask<U16> draw_zero(hn::Vec<I32> even, hn::Vec<I32> odd, hn::Vec<U16> u, hn::Mask<U16>& doubt) const {
    const U16 d;
    const I16 d_signed;
    const auto t = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<16>(log2_odds(odd))), hn::BitCast(d, log2_odds(even)));
    const auto f = hn::ShiftLeft<4>(t);
    auto e = hn::Sub(hn::Set(d, quick::kCubic[2]), hn::MulHigh(f, hn::Set(d, quick::kCubic[3])));
    e = hn::Sub(hn::Set(d, quick::kCubic[1]), hn::MulHigh(f, e));
    e = hn::Sub(hn::Set(d, quick::kCubic[0]), hn::MulHigh(f, e));
    e = hn::Shr(e, hn::ShiftRight<12>(t));
    const auto side = hn::SaturatedAdd(u, hn::MulHigh(u, e));
    const auto above = hn::SaturatedSub(e, side), below = hn::SaturatedSub(side, e);
    doubt = hn::Lt(hn::Max(above, below), hn::Set(d, std::uint16_t(quick::kDoubt + 1)));
    const auto sign = hn::OddEven(hn::BitCast(d_signed, odd), hn::BitCast(d_signed, hn::ShiftRight<16>(even)));
    const auto negative = hn::BitCast(d, hn::VecFromMask(d_signed, hn::Lt(sign, hn::Zero(d_signed))));
    return hn::MaskFromVec(hn::Xor(negative, hn::VecFromMask(d, hn::Gt(above, hn::Zero(d)))));
  }

  HWY_NOINLINE std::uint32_t draw_again(std::int64_t r, const std::int32_t* sums, std::uint32_t word,
                                        std::uint32_t doubts) const {
    for (; doubts != 0; doubts &= doubts - 1) {
      const int j = std::countr_zero(doubts);
      const bool on = draw_bernoulli(sums[j % 2 * 16 + j / 2], exponent, draw.key, std::uint32_t(draw.first_case + r),
                                     std::uint32_t(32 * block + j));
      word = (word & ~(1u << j)) | std::uint32_t(on) << j;
    }
    return word;
  }
};

// The random words of 64 units of every case.
HWY_INLINE void fill_words(Key key, std::uint32_t first_row, std::int64_t cases, std::int64_t pair,
                           std::uint32_t* words) {
  for (std::int64_t r = 0; r < cases; ++r) PhiloxRow(key, first_row + std::uint32_t(r)).pair(pair, words + 32 * r);
}

}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
