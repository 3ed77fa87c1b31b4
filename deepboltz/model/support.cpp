#include "deepboltz/model/support.h"

#include <cmath>
#include <limits>

namespace deepboltz {
namespace {

struct Expected {
  std::string operator()(const Bernoulli&) const { return "0 or 1"; }
  std::string operator()(const Spin&) const { return "−1 or 1"; }
  std::string operator()(const Softmax&) const { return "0 or 1"; }
  std::string operator()(const Gaussian&) const { return "a finite number"; }
  std::string operator()(const Relu&) const { return "a number from 0 on"; }
  std::string operator()(const Counts&) const { return "a whole number from 0 on"; }
  std::string operator()(const Binomial& unit) const { return fmt::format("a whole number from 0 to {}", unit.trials); }
};

}  // namespace

std::int64_t count_values(const Unit& unit) {
  return std::visit(
      []<class U>(const U& u) -> std::int64_t {
        if constexpr (CountableUnit<U>)
          return u.values();
        else
          return 0;
      },
      unit);
}

void set_value(const Unit& any_unit, std::int64_t number, std::int64_t row, std::int64_t first, Matrix x) {
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    Real* here = x.as<Real>().row(row) + first;
    std::visit(
        [&]<class U>(const U& unit) {
          if constexpr (!CountableUnit<U>)
            DEEPBOLTZ_ASSERT(CountableUnit<U>);
          else if constexpr (ScalarUnit<U>)
            *here = Real(unit.value(number));
          else
            for (std::int64_t k = 0; k < unit.classes; ++k) here[k] = k == number;
        },
        any_unit);
  });
}

std::optional<std::int64_t> value_number(const Unit& any_unit, ConstMatrix x, std::int64_t row, std::int64_t first) {
  std::optional<std::int64_t> number;
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real* here = x.as<Real>().row(row) + first;
    std::visit(
        [&]<class U>(const U& unit) {
          if constexpr (!CountableUnit<U>) {
            DEEPBOLTZ_ASSERT(CountableUnit<U>);
          } else if constexpr (ScalarUnit<U>) {
            const double k = (double(*here) - unit.value(0)) / (unit.value(1) - unit.value(0));  // evenly spaced
            if (k >= 0 && k < double(unit.values()) && k == std::floor(k)) number = std::int64_t(k);
          } else {
            std::int64_t ones = 0, zeros = 0;
            for (std::int64_t k = 0; k < unit.classes; ++k) {
              if (here[k] == 1) number = k;
              ones += here[k] == 1;
              zeros += here[k] == 0;
            }
            if (ones != 1 || ones + zeros != unit.classes) number.reset();
          }
        },
        any_unit);
  });
  return number;
}

void require_states(const Target& model, LayerId layer, const State& state, std::string_view who) {
  const Variable& l = model.variable(layer);
  const bool some_words = std::holds_alternative<Counts>(l.unit) && !state.mask(layer).empty();
  const ConstMatrix x = some_words ? state.mask(layer) : state.x(layer);
  const Tensor& values =
      some_words ? state.clamped[std::size_t(layer.index)].mask : state.layers[std::size_t(layer.index)];
  const std::int64_t group = group_size(l.unit);
  const bool counts = std::holds_alternative<Counts>(l.unit), real_valued = count_values(l.unit) == 0 && !counts;
  const double least = std::holds_alternative<Relu>(l.unit) ? 0 : -std::numeric_limits<double>::infinity();
  const auto is_value = [&](std::int64_t r, std::int64_t first) {
    const double value = values.at(r, first);
    if (counts) return std::isfinite(value) && value >= 0 && value == std::floor(value);
    return real_valued ? std::isfinite(value) && value >= least : value_number(l.unit, x, r, first).has_value();
  };
  for (std::int64_t r = 0; r < x.rows; ++r)
    for (std::int64_t first = 0; first < x.cols; first += group) {
      if (is_value(r, first)) continue;
      require(group == 1, "{}: expected one class of '{}' at case {}, units {} to {}: one 1 and zeros", who, l.name, r,
              first, first + group - 1);
      throw InputError(fmt::format("{}: expected {}, got {} in '{}' at case {}, unit {}", who,
                                   std::visit(Expected{}, l.unit), values.at(r, first), l.name, r, first));
    }
  for (std::int64_t r = 0; counts && r < x.rows; ++r) {
    double sum = 0;
    for (std::int64_t k = 0; k < x.cols; ++k) sum += values.at(r, k);
    const double length = state.lengths(layer)[std::size_t(r)];
    require(some_words ? sum <= length : sum == length, "{}: '{}' has {} words at case {}, but its length is {}", who,
            l.name, sum, r, length);
  }
}

}  // namespace deepboltz
