#include "deepboltz/task/squared_errors.h"

#include "deepboltz/base/error.h"

namespace deepboltz {

std::vector<double> squared_errors(ConstMatrix x, ConstMatrix y) {
  require(x.rows == y.rows && x.cols == y.cols, "squared errors: {} × {} numbers and {} × {}", x.rows, x.cols, y.rows,
          y.cols);
  std::vector<double> errors(static_cast<std::size_t>(x.rows));
  visit_real(x.dtype, [&](auto one) {
    visit_real(y.dtype, [&](auto other) {
      const auto from = x.as<decltype(one)>();
      const auto to = y.as<decltype(other)>();
      for (std::int64_t r = 0; r < x.rows; ++r)
        for (std::int64_t i = 0; i < x.cols; ++i) {
          const double difference = double(from(r, i)) - double(to(r, i));
          errors[std::size_t(r)] += difference * difference;
        }
    });
  });
  return errors;
}

}  // namespace deepboltz
