#include "deepboltz/kernel/bits.h"

#include <algorithm>
#include <atomic>

#include "deepboltz/kernel/cpu/binarise_simd.h"
#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

bool pack_row(const double* x, std::int64_t units, std::uint32_t* out) {
  bool binary = true;
  std::fill_n(out, (units + 31) / 32, 0u);
  for (std::int64_t j = 0; j < units; ++j) {
    binary &= x[j] == 0 || x[j] == 1;
    out[j / 32] |= std::uint32_t(x[j] == 1) << (j % 32);
  }
  return binary;
}

bool pack_row(const float* x, std::int64_t units, std::uint32_t* out) { return simd::pack_row(x, units, out); }

}  // namespace

bool pack(Context& ctx, ConstMatrix x, Bits& out) {
  DEEPBOLTZ_ASSERT(x.cols == out.units());
  out.set_cases(x.rows);
  std::atomic<bool> binary = true;
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      if (!pack_row(x.as<Real>().row(r), x.cols, out.row(r))) binary = false;
    });
  });
  return binary;
}

void unpack(Context& ctx, const Bits& bits, Matrix out) {
  DEEPBOLTZ_ASSERT(out.rows == bits.cases() && out.cols == bits.units());
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, out.rows, out.cols, [&](std::int64_t r) {
      for (std::int64_t c = 0; c < out.cols; ++c) out.as<Real>()(r, c) = Real(bits.at(r, c));
    });
  });
}

void binarise(Context& ctx, Binarise how, ConstMatrix grey, std::span<const std::uint32_t> rows, Key key, Bits& out) {
  constexpr std::int64_t kAhead = 4;
  DEEPBOLTZ_ASSERT(how != Binarise::none && grey.dtype == DType::u8 && grey.cols == out.units());
  out.set_cases(std::int64_t(rows.size()));
  for_rows(ctx, out.cases(), out.units(), [&](std::int64_t r) {
    const std::uint32_t row = rows[std::size_t(r)], soon = rows[std::size_t(std::min(r + kAhead, out.cases() - 1))];
    simd::prefetch(grey.as<std::uint8_t>().row(soon), out.units());  // rows come from all over a large data set
    simd::binarise_row(how, grey.as<std::uint8_t>().row(row), out.units(), key, row, out.row(r));
  });
}

}  // namespace deepboltz
