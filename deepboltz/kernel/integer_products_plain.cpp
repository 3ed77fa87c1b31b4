#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/integer_products.h"

namespace deepboltz {

void integer_field_plain(const IntegerWeights& weights, Direction direction, const Bits& x, ConstMatrix bias,
                         std::span<std::int32_t> out) {
  const bool up = direction == Direction::up;
  const std::int64_t units = up ? weights.cols() : weights.rows();
  for (std::int64_t r = 0; r < x.cases(); ++r)
    for (std::int64_t j = 0; j < units; ++j) {
      std::int32_t sum = integer_bias(bias.as<float>()(0, j), 1 / weights.step());
      for (std::int64_t i = 0; i < x.units(); ++i)
        if (x.at(r, i)) sum += up ? weights.at(i, j) : weights.at(j, i);
      out[std::size_t(r * units + j)] = sum;
    }
}

void integer_sample_plain(const IntegerWeights& weights, Direction direction, const Bits& x, ConstMatrix bias, Key key,
                          std::int64_t first_case, Bits& out) {
  const std::int64_t units = out.units();
  std::vector<std::int32_t> field(std::size_t(x.cases() * units));
  integer_field_plain(weights, direction, x, bias, field);
  for (std::int64_t r = 0; r < x.cases(); ++r) {
    std::fill_n(out.row(r), out.words(), 0u);
    for (std::int64_t j = 0; j < units; ++j)
      if (draw_bernoulli(field[std::size_t(r * units + j)], weights.exponent(), key, std::uint32_t(first_case + r),
                         std::uint32_t(j)))
        out.row(r)[j / 32] |= 1u << (j % 32);
  }
}

}  // namespace deepboltz
