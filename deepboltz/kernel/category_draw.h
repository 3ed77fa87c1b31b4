// The draw of a softmax unit from integer fields, defined so that every processor draws the same: as bernoulli_draw.h,
// by inverting the distribution function with 32 uniform bits, in doubles that are each rounded as IEEE 754 says.
#pragma once

#include <algorithm>
#include <span>

#include "deepboltz/kernel/bernoulli_draw.h"

namespace deepboltz {

// The class drawn, 0 … fields.size()−1; fields in steps of 2⁻ᵉ. `unit`: of the group's first class.
inline std::int64_t draw_category(std::span<const std::int32_t> fields, int exponent, Key key, std::uint32_t row,
                                  std::uint32_t unit) {
  const std::int32_t largest = std::ranges::max(fields);
  const auto weight = [&](std::int32_t field) {
    const double below = std::ldexp(double(largest) - double(field), -exponent);
    return below < 32 ? exp_of_minus(below) : 0;
  };
  double sum = 0;
  for (std::int32_t field : fields) sum += weight(field);
  double left = double(random_word(key, row, unit)) * 0x1p-32 * sum;
  std::int64_t last = 0;  // that can come
  for (std::int64_t k = 0; k < std::int64_t(fields.size()); ++k) {
    const double w = weight(fields[std::size_t(k)]);
    if (w == 0) continue;
    last = k;
    if (left < w) break;
    left -= w;
  }
  return last;
}

}  // namespace deepboltz
