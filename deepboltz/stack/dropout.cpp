#include "deepboltz/stack/dropout.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

// uniform() < keep as integers; both sides of it are exact.
std::uint32_t threshold(double keep) { return std::uint32_t(std::ceil(keep * 0x1p24)); }

template <class Real>
void drop_row(std::uint32_t below, Real scale, Key key, std::uint32_t row, std::int64_t units, Real* x,
              std::uint8_t* mask) {
  for (std::int64_t first = 0; first < units; first += 4) {
    const auto words = random_block(key, row, std::uint32_t(first / 4));
    const std::int64_t count = std::min<std::int64_t>(4, units - first);
    for (std::int64_t i = 0; i < count; ++i) mask[first + i] = (words[std::size_t(i)] >> 8) < below;
  }
  for (std::int64_t c = 0; c < units; ++c) x[c] = mask[c] ? x[c] * scale : Real(0);
}

}  // namespace

void drop_out(Context& ctx, double keep, std::span<const std::uint32_t> rows, Key key, Matrix x, Matrix mask) {
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      drop_row(threshold(keep), Real(1 / keep), key, rows[std::size_t(r)], x.cols, x.as<Real>().row(r),
               mask.as<std::uint8_t>().row(r));
    });
  });
}

}  // namespace deepboltz
