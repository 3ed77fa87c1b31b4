#include "deepboltz/stack/slope.h"

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {

bool has_slope(const Unit& unit) {
  return std::holds_alternative<Bernoulli>(unit) || std::holds_alternative<Gaussian>(unit) ||
         std::holds_alternative<Spin>(unit) || std::holds_alternative<Binomial>(unit);
}

void times_slope(Context& ctx, const Unit& unit, ConstMatrix shown, ConstMatrix mask, double keep, Matrix delta) {
  visit_real(delta.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real p = mask ? Real(keep) : Real(1);
    const auto each = [&](auto slope) {  // slope(y): that of the shown number, 0 where it was dropped
      for_rows(ctx, delta.rows, delta.cols, [&](std::int64_t r) {
        const Real* y = shown.as<Real>().row(r);
        Real* d = delta.as<Real>().row(r);
        for (std::int64_t c = 0; c < delta.cols; ++c) d[c] *= slope(y[c], r, c);
      });
    };
    const auto kept = [&](std::int64_t r, std::int64_t c) {
      return mask ? Real(mask.as<std::uint8_t>()(r, c)) / p : Real(1);
    };
    if (std::holds_alternative<Bernoulli>(unit)) {
      each([p](Real y, std::int64_t, std::int64_t) { return y * (1 - p * y); });
    } else if (const auto* binomial = std::get_if<Binomial>(&unit)) {
      const Real trials = Real(binomial->trials);
      each([p, trials](Real y, std::int64_t, std::int64_t) { return y * (1 - p * y / trials); });
    } else if (std::holds_alternative<Spin>(unit)) {
      each([&](Real y, std::int64_t r, std::int64_t c) { return kept(r, c) * (1 - p * p * y * y); });
    } else if (mask) {
      each([&](Real, std::int64_t r, std::int64_t c) { return kept(r, c); });
    }
  });
}

}  // namespace deepboltz
