// The list of unit types. Adding one is its header, a line here, a row in the table of tests and a page in
// docs/models/.
//
// A unit is an exponential family p(x) ∝ ν(x) exp(f·x) with a field f, log-partition A(f), mean A'(f), a draw and the
// entropy A(f) − f·μ relative to its measure ν, which is 1 where a unit has no log_measure. The one that is none has a
// mean and a draw (relu.h).
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "deepboltz/unit/bernoulli.h"
#include "deepboltz/unit/binomial.h"
#include "deepboltz/unit/counts.h"
#include "deepboltz/unit/gaussian.h"
#include "deepboltz/unit/relu.h"
#include "deepboltz/unit/softmax.h"
#include "deepboltz/unit/spin.h"

namespace deepboltz {

using Unit = std::variant<Bernoulli, Softmax, Spin, Binomial, Gaussian, Counts, Relu>;

// A unit of one number, unlike a group.
template <class U>
concept ScalarUnit = requires(const U& unit, float f) {
  { unit.mean(f) } -> std::same_as<float>;
};

// A unit that is an exponential family: it has log_partition and entropy, and is drawn from its mean.
template <class U>
concept NormalisedUnit = !std::same_as<U, Relu>;

inline bool is_normalised(const Unit& unit) {
  return std::visit([]<class U>(const U&) { return NormalisedUnit<U>; }, unit);
}

// A unit of finitely many values.
template <class U>
concept CountableUnit = requires(const U& unit) {
  unit.values();
};

// A unit whose measure ν is not 1.
template <class U>
concept MeasuredUnit = requires(const U& unit) {
  unit.log_measure(0.0);
};

inline std::string_view name_of(const Unit& unit) {
  return std::visit([](const auto& u) -> std::string_view { return u.name; }, unit);
}

// How many neighbouring numbers of a layer belong to one unit that has others beside it. (A layer of counts is a single
// unit, of any number of words.)
inline std::int64_t group_size(const Unit& unit) {
  const auto* softmax = std::get_if<Softmax>(&unit);
  return softmax ? softmax->classes : 1;
}

// Whether visible units of that kind take the numbers of a file as they are: counts and real values. Others take grey
// values, made binary.
inline bool takes_numbers(const Unit& visible) {
  return std::holds_alternative<Binomial>(visible) || std::holds_alternative<Gaussian>(visible) ||
         std::holds_alternative<Counts>(visible) || std::holds_alternative<Relu>(visible);
}

// The word for a unit in model files and recipes: bernoulli, spin, softmax:CLASSES, binomial:TRIALS, gaussian,
// counts, counts:EXTRA, relu. unit_of: nothing where the word is none of these, or its number is below 1 or too large.
std::string word_of(const Unit& unit);
std::optional<Unit> unit_of(std::string_view word);

}  // namespace deepboltz
