#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/integer_products.h"

namespace deepboltz {

void integer_field_plain(IntegerInputs inputs, ConstMatrix bias, std::span<std::int32_t> out) {
  const std::int64_t units = inputs[0].units();
  for (std::int64_t r = 0; r < inputs[0].x.cases(); ++r)
    for (std::int64_t j = 0; j < units; ++j) {
      std::int32_t sum = integer_bias(bias.as<float>()(0, j), 1 / inputs[0].weights.step());
      for (const auto& [weights, direction, x] : inputs)
        for (std::int64_t i = 0; i < x.units(); ++i)
          if (x.at(r, i)) sum += direction == Direction::up ? weights.at(i, j) : weights.at(j, i);
      out[std::size_t(r * units + j)] = sum;
    }
}

void integer_sample_plain(IntegerInputs inputs, ConstMatrix bias, Key key, std::int64_t first_case, Bits& out,
                          Sevenths* means) {
  const std::int64_t units = out.units(), cases = inputs[0].x.cases();
  std::vector<std::int32_t> field(std::size_t(cases * units));
  integer_field_plain(inputs, bias, field);
  for (std::int64_t r = 0; r < cases; ++r) {
    const auto row = std::uint32_t(first_case + r);
    std::fill_n(out.row(r), out.words(), 0u);
    for (int b = 0; means && b < Sevenths::kPlanes; ++b) std::fill_n(means->plane(b).row(r), means->words(), 0u);
    for (std::int64_t j = 0; j < units; ++j) {
      const std::int32_t s = field[std::size_t(r * units + j)];
      if (draw_bernoulli(s, inputs[0].weights.exponent(), key, row, std::uint32_t(j)))
        out.row(r)[j / 32] |= 1u << (j % 32);
      if (means) means->set(r, j, round_to_sevenths(s, float(inputs[0].weights.step()), key, row, std::uint32_t(j)));
    }
  }
}

}  // namespace deepboltz
