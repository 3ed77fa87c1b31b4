#include "deepboltz/model/length.h"

#include <algorithm>

#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

bool counts(const Layer& layer) { return std::holds_alternative<Counts>(layer.unit); }

}  // namespace

bool beside_counts(const EnergyModel& model, LayerId layer) {
  return std::ranges::any_of(model.connections(), [&](const Connection& c) {
    return (c.lower == layer && counts(model.layer(c.upper))) || (c.upper == layer && counts(model.layer(c.lower)));
  });
}

void take_lengths(const EnergyModel& model, State& state) {
  for (LayerId id : model.ids()) {
    if (!counts(model.layer(id))) continue;
    const ConstMatrix x = state.x(id);
    visit_real(x.dtype, [&](auto real) {
      for (std::int64_t r = 0; r < x.rows; ++r) {
        double sum = 0;
        for (std::int64_t k = 0; k < x.cols; ++k) sum += double(x.as<decltype(real)>()(r, k));
        state.length[std::size_t(r)] = sum;
      }
    });
  }
}

Field with_bias(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer, const State& state,
                Matrix bias, Matrix input) {
  require(std::ranges::none_of(state.lengths(), [](double d) { return d < 1; }),
          "'{}' needs the lengths of the documents, of at least one word each", model.layer(layer).name);
  Field field{.input = input, .bias = bias, .beta = {}, .base = {}, .cases = state.cases};
  if (counts(model.layer(layer))) field.length = state.lengths();
  if (!beside_counts(model, layer)) return field;
  const Matrix length = scope.matrix(model.precision(), state.cases, 1), zero = scope.matrix(bias.dtype, 1, bias.cols);
  visit_real(length.dtype, [&](auto real) {
    using Real = decltype(real);
    std::ranges::transform(state.lengths(), length.as<Real>().data, [](double d) { return Real(d); });
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
