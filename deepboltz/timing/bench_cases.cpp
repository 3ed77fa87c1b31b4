#include "deepboltz/timing/bench_cases.h"

#include <algorithm>

#include "deepboltz/data/strokes.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

Tensor digit_cases(Context& ctx, std::int64_t cases, std::int64_t units) {
  constexpr std::int64_t kDrawn = 3'000;
  const Dataset digits = stroke_digits(ctx, std::min(cases, kDrawn), Key{1});
  Tensor grey(DType::u8, cases, units);
  for (std::int64_t r = 0; r < cases; ++r) {
    const std::uint8_t* from = digits.x.as<std::uint8_t>().row(r % digits.cases());
    std::uint8_t* to = grey.as<std::uint8_t>().row(r);
    for (std::int64_t i = 0; i < units; ++i) to[i] = from[i % digits.units()];
  }
  return grey;
}

Tensor random_cases(std::int64_t cases, std::int64_t units, double density) {
  Tensor white(DType::u8, cases, units);
  for (std::int64_t r = 0; r < cases; ++r)
    for (std::int64_t i = 0; i < units; ++i)
      white.as<std::uint8_t>()(r, i) = uniform(Key{1}, std::uint32_t(r), std::uint32_t(i)) < density ? 255 : 0;
  return white;
}

Source drawn_from(const Tensor& grey) {
  return {.cases = std::uint32_t(grey.rows()),
          .visible = {{[&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
            binarise(ctx, Binarise::sample, grey, rows, key, out);
          }}},
          .labels = {},
          .bits = [&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out) {
            binarise(ctx, Binarise::sample, grey, rows, key, out);
          }};
}

Source grey_as_they_are(const Tensor& grey) {
  Source source;
  source.cases = std::uint32_t(grey.rows());
  source.visible = {{[&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    binarise(ctx, Binarise::none, grey, rows, key, out);
  }}};
  source.grey = [&grey](Context& ctx, std::span<const std::uint32_t> rows, GreyCases& out) {
    out.take(ctx, grey, rows);
  };
  return source;
}

}  // namespace deepboltz
