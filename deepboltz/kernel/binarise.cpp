#include "deepboltz/kernel/binarise.h"

#include "deepboltz/kernel/cpu/binarise_simd.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

constexpr float kWhite = 255, kThreshold = 128;

template <class Real>
void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row, Real* out) {
  switch (how) {
    case Binarise::none:
      for (std::int64_t c = 0; c < units; ++c) out[c] = Real(grey[c]) / Real(kWhite);
      break;
    case Binarise::threshold:
      for (std::int64_t c = 0; c < units; ++c) out[c] = grey[c] >= kThreshold ? 1 : 0;
      break;
    case Binarise::sample:
      for (std::int64_t c = 0; c < units; ++c) {
        const float mean = float(grey[c]) / kWhite;  // in float for both number types: the same draw
        out[c] = uniform(key, row, std::uint32_t(c)) < mean ? 1 : 0;
      }
      break;
  }
}

void binarise_row(Binarise how, const std::uint8_t* grey, std::int64_t units, Key key, std::uint32_t row, float* out) {
  simd::binarise_row(how, grey, units, key, row, out);
}

}  // namespace

void binarise(Context& ctx, Binarise how, ConstMatrix grey, std::span<const std::uint32_t> rows, Key key, Matrix out) {
  DEEPBOLTZ_ASSERT(grey.dtype == DType::u8 && grey.cols == out.cols && std::int64_t(rows.size()) == out.rows);
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, out.rows, out.cols, [&](std::int64_t r) {
      const std::uint32_t row = rows[std::size_t(r)];
      binarise_row(how, grey.as<std::uint8_t>().row(row), out.cols, key, row, out.as<Real>().row(r));
    });
  });
}

}  // namespace deepboltz
