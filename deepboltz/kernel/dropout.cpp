#include "deepboltz/kernel/dropout.h"

#include <cmath>

#include "deepboltz/kernel/cpu/dropout_simd.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

template <class Real>
void drop_row(float keep_below, Real scale, Key key, std::uint32_t row, std::int64_t units, Real* x,
              std::uint8_t* mask) {
  for (std::int64_t c = 0; c < units; ++c) {
    mask[c] = uniform(key, row, std::uint32_t(c)) < keep_below;
    x[c] = mask[c] ? x[c] * scale : Real(0);
  }
}

void drop_row(float keep_below, float scale, Key key, std::uint32_t row, std::int64_t units, float* x,
              std::uint8_t* mask) {
  simd::drop_row(keep_below, scale, key, row, units, x, mask);
}

}  // namespace

void drop_out(Context& ctx, double keep, std::span<const std::uint32_t> rows, Key key, Matrix x, Matrix mask) {
  // A float uniform lies below `keep` exactly where it lies below the next multiple of 2⁻²⁴.
  const float keep_below = float(std::ceil(keep * 0x1p24) * 0x1p-24);
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      drop_row(keep_below, Real(1 / keep), key, rows[std::size_t(r)], x.cols, x.as<Real>().row(r),
               mask.as<std::uint8_t>().row(r));
    });
  });
}

}  // namespace deepboltz
