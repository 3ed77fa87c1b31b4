#include "deepboltz/model/length.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

bool counts(const Layer& layer) { return std::holds_alternative<Counts>(layer.unit); }

}  // namespace

bool counts_once_a_word(const EnergyModel& model, LayerId layer) {
  return counts(model.layer(layer)) && model.layer(layer).role != Role::hidden;
}

std::optional<LayerId> counts_beside(const EnergyModel& model, LayerId layer) {
  for (const Connection& c : model.connections()) {
    if (c.lower == layer && counts_once_a_word(model, c.upper)) return c.upper;
    if (c.upper == layer && counts_once_a_word(model, c.lower)) return c.lower;
  }
  return std::nullopt;
}

std::int64_t extra_words(const Target& model) {
  for (LayerId id : model.ids())
    if (const auto* unit = std::get_if<Counts>(&model.variable(id).unit)) return unit->extra;
  return 0;
}

void take_documents(const EnergyModel& model, State& state) {
  constexpr double kRounding = 1e-3;
  const double extra = double(extra_words(model));
  for (LayerId id : model.ids()) {
    if (!counts(model.layer(id))) continue;
    const Matrix x = state.x(id);
    Tensor& known = state.clamped[std::size_t(id.index)].mask;
    if (extra > 0 && known.empty())
      state.clamp(id, Tensor(x.dtype, state.layers[std::size_t(id.index)].rows(), x.cols));
    visit_real(x.dtype, [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < x.rows; ++r) {
        Real* row = x.as<Real>().row(r);
        double words = 0;
        for (std::int64_t k = 0; k < x.cols; ++k) words += double(row[k]);
        if (std::abs(words - std::round(words)) < kRounding) words = std::round(words);  // of scaled documents
        state.lengths(id)[std::size_t(r)] = words + extra;
        if (extra == 0) continue;
        std::copy_n(row, x.cols, known.as<Real>().row(r));
        for (std::int64_t k = 0; k < x.cols; ++k) row[k] *= Real(1 + extra / words);
      }
    });
  }
}

std::vector<double> document_lengths(const Target& model, const State& state) {
  std::vector<double> words(state.lengths().begin(), state.lengths().end());
  for (double& length : words) length -= double(extra_words(model));
  return words;
}

Field with_bias(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer, const State& state,
                Matrix bias, Matrix input) {
  Field field{.input = input, .bias = bias, .beta = {}, .base = {}, .cases = state.cases};
  const auto known_lengths = [&](LayerId counted) {
    const auto lengths = state.lengths(counted);
    require(std::ranges::none_of(lengths, [](double d) { return d < 0; }),
            "'{}' needs the lengths of the documents of '{}'", model.layer(layer).name, model.layer(counted).name);
    return lengths;
  };
  if (counts(model.layer(layer))) field.length = known_lengths(layer);
  const auto counted = counts_beside(model, layer);
  if (!counted) return field;
  const Matrix length = scope.matrix(model.precision(), state.cases, 1), zero = scope.matrix(bias.dtype, 1, bias.cols);
  visit_real(length.dtype, [&](auto real) {
    using Real = decltype(real);
    std::ranges::transform(known_lengths(*counted), length.as<Real>().data, [](double d) { return Real(d); });
    std::fill_n(zero.as<Real>().data, zero.cols, Real(0));
  });
  const bool alone = input.empty();
  if (alone) input = scope.matrix(model.precision(), state.cases, bias.cols);
  multiply(ctx, 1, length, Transpose::no, bias, Transpose::no, alone ? 0 : 1, input);
  field.input = input;
  field.bias = zero;
  return field;
}

}  // namespace deepboltz
