#include "deepboltz/kernel/cpu/turn_bits_simd.h"

#include <algorithm>
#include <cstring>

// clang-format off
#include "deepboltz/kernel/cpu/targets.h"
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "deepboltz/kernel/cpu/turn_bits_simd.cpp"
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set; must come first
// clang-format on

#include "hwy/highway.h"

#include "deepboltz/kernel/cpu/integer_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace deepboltz::HWY_NAMESPACE {

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

#else

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

#endif
}  // namespace deepboltz::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deepboltz {
HWY_EXPORT(turn_block);

void simd::turn_block(const Bits& bits, std::int64_t block, std::uint16_t* out, std::int32_t* on) {
  HWY_DYNAMIC_DISPATCH(turn_block)(bits, block, out, on);
}

}  // namespace deepboltz
#endif
