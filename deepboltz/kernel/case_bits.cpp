#include "deepboltz/kernel/case_bits.h"

#include "deepboltz/kernel/cpu/integer_update_simd.h"

namespace deepboltz {

CaseBits::CaseBits(std::int64_t capacity, std::int64_t units)
    : cases_(capacity), units_(units), capacity_groups_((capacity + 15) / 16), on_(std::size_t(units)) {
  data_ = allocate_aligned(std::size_t(blocks() * capacity_groups_ * 32) * sizeof(std::uint16_t));
}

void turn(Context& ctx, const Bits& bits, CaseBits& out) {
  DEEPBOLTZ_ASSERT(bits.units() == out.units() && (bits.cases() + 15) / 16 <= out.capacity_groups_);
  out.cases_ = bits.cases();
  ctx.parallel(out.blocks(), [&](std::int64_t b) {
    const std::int64_t units = std::min<std::int64_t>(32, out.units() - 32 * b);
    std::int32_t on[32];
    simd::turn_block(bits, b, out.block(b), on);
    std::copy_n(on, units, out.on_.begin() + 32 * b);
  });
}

}  // namespace deepboltz
