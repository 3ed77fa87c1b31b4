#include "deepboltz/kernel/case_bits.h"

#include <numeric>

#include "deepboltz/kernel/cpu/turn_bits_simd.h"

namespace deepboltz {

CaseBits::CaseBits(std::int64_t capacity, std::int64_t units, int planes)
    : cases_(capacity),
      units_(units),
      capacity_groups_((capacity + 15) / 16),
      planes_(planes),
      on_(std::size_t(units)),
      block_set_(std::size_t(blocks())) {
  for (int plane = 0; plane < planes; ++plane) by_case_.emplace_back(capacity, units);
  data_ = allocate_aligned(std::size_t(blocks() * planes * capacity_groups_ * 32) * sizeof(std::uint16_t));
}

std::int64_t CaseBits::set() const { return std::accumulate(block_set_.begin(), block_set_.end(), std::int64_t(0)); }

std::int32_t CaseBits::at(std::int64_t r, std::int64_t unit) const {
  std::int32_t value = 0;
  for (int plane = 0; plane < planes_; ++plane)
    value += (block(unit / 32, plane)[r / 16 * 32 + unit % 32] >> (r % 16) & 1) << plane;
  return value;
}

void CaseBits::take(Context& ctx, const Bits* const* planes) {
  DEEPBOLTZ_ASSERT(planes[0]->units() == units_ && (planes[0]->cases() + 15) / 16 <= capacity_groups_);
  cases_ = planes[0]->cases();
  for (int plane = 0; plane < planes_; ++plane) {
    Bits& kept = by_case_[std::size_t(plane)];
    kept.set_cases(cases_);
    std::copy_n(planes[plane]->row(0), cases_ * kept.words(), kept.row(0));
  }
  ctx.parallel(blocks(), [&](std::int64_t b) {
    const std::int64_t units = std::min<std::int64_t>(32, units_ - 32 * b);
    std::fill_n(on_.begin() + 32 * b, units, 0);
    block_set_[std::size_t(b)] = 0;
    for (int plane = 0; plane < planes_; ++plane) {
      std::int32_t on[32];
      simd::turn_block(*planes[plane], b, block(b, plane), on);
      for (std::int64_t k = 0; k < units; ++k) {
        on_[std::size_t(32 * b + k)] += on[k] << plane;
        block_set_[std::size_t(b)] += on[k];
      }
    }
  });
}

void turn(Context& ctx, const Bits& bits, CaseBits& out) {
  DEEPBOLTZ_ASSERT(out.planes_ == 1);
  const Bits* const plane = &bits;
  out.take(ctx, &plane);
}

void turn(Context& ctx, const Sevenths& means, CaseBits& out) {
  DEEPBOLTZ_ASSERT(out.planes_ == Sevenths::kPlanes);
  const Bits* const planes[] = {&means.plane(0), &means.plane(1), &means.plane(2)};
  out.take(ctx, planes);
}

}  // namespace deepboltz
