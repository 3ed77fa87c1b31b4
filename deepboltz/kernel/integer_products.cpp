#include "deepboltz/kernel/integer_products.h"

#include "deepboltz/kernel/category_draw.h"
#include "deepboltz/kernel/integer_tiles.h"

namespace deepboltz {

using simd::ProductWork;

void integer_field(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::span<std::int32_t> out) {
  DEEPBOLTZ_ASSERT(std::int64_t(out.size()) == inputs[0].x.cases() * inputs[0].units());
  IntegerTiles(ctx, inputs, bias).run([&](const ProductWork& work, auto pair, auto first, auto cases) {
    simd::field_tile(work, pair, first, cases, out.data());
  });
}

void bias_field(ConstMatrix bias, int exponent, std::span<std::int32_t> out) {
  const double scale = std::ldexp(1.0, exponent);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = i < std::size_t(bias.cols) ? integer_bias(bias.as<float>()(0, std::int64_t(i)), scale)
                                        : out[i - std::size_t(bias.cols)];
}

void integer_message(Context& ctx, const IntegerInput& input, double scale, double keep, Matrix out,
                     RunningSums* running) {
  DEEPBOLTZ_ASSERT(out.rows == input.x.cases() && out.cols == input.units());
  const simd::Message message{float(scale * input.weights.step()), float(keep), out.as<float>()};
  IntegerTiles(ctx, {&input, 1}, {}, {&running, 1})
      .run([&](const ProductWork& work, auto pair, auto first, auto cases) {
        simd::message_tile(work, pair, first, cases, message);
      });
  if (running) running->keep(input.x);
}

void integer_sample(Context& ctx, IntegerInputs inputs, ConstMatrix bias, Key key, std::int64_t first_case, Bits& out,
                    Sevenths* means) {
  DEEPBOLTZ_ASSERT(out.units() == inputs[0].units() && (!means || means->units() == out.units()));
  out.set_cases(inputs[0].x.cases());
  if (means) means->set_cases(out.cases());
  IntegerTiles(ctx, inputs, bias).run([&](const ProductWork& work, auto pair, auto first, auto cases) {
    simd::sample_tile(work, pair, first, cases, {key, first_case, out, means});
  });
}

void sample_fields(Context& ctx, std::span<const std::int32_t> fields, std::int64_t cases, int exponent, Key key,
                   std::int64_t first_case, Bits& out, Sevenths* means) {
  DEEPBOLTZ_ASSERT(std::int64_t(fields.size()) == cases * out.units() && (!means || means->units() == out.units()));
  out.set_cases(cases);
  if (means) means->set_cases(cases);
  const simd::FieldWork work{fields.data(), out.units(), exponent};
  const std::int64_t pairs = (out.units() + 63) / 64, tiles = (cases + simd::kTileCases - 1) / simd::kTileCases;
  ctx.parallel(pairs * tiles, [&](std::int64_t t) {
    const std::int64_t first = t / pairs * simd::kTileCases;
    simd::sample_fields_tile(work, t % pairs, first, std::min(simd::kTileCases, cases - first),
                             {key, first_case, out, means});
  });
}

void integer_sample_groups(Context& ctx, IntegerInputs inputs, ConstMatrix bias, std::int64_t classes, Key key,
                           std::int64_t first_case, Bits& out) {
  const std::int64_t units = inputs[0].units(), cases = inputs[0].x.cases();
  ScratchScope scope(ctx);
  const Matrix memory = scope.matrix(DType::u8, cases, 4 * units);
  const std::span field(reinterpret_cast<std::int32_t*>(memory.data), std::size_t(cases * units));
  integer_field(ctx, inputs, bias, field);
  out.set_cases(cases);
  for (std::int64_t r = 0; r < cases; ++r) {
    std::fill_n(out.row(r), out.words(), 0u);
    for (std::int64_t first = 0; first < units; first += classes) {
      const std::int64_t on =
          first + draw_category(field.subspan(std::size_t(r * units + first), std::size_t(classes)),
                                inputs[0].weights.exponent(), key, std::uint32_t(first_case + r), std::uint32_t(first));
      out.row(r)[on / 32] |= 1u << (on % 32);
    }
  }
}

}  // namespace deepboltz
