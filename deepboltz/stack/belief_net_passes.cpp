#include "deepboltz/stack/belief_net_passes.h"

#include <algorithm>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/unit_ops.h"

namespace deepboltz {
namespace {

bool counts(const Unit& unit) { return std::holds_alternative<Counts>(unit); }

std::vector<double> row_sums(ConstMatrix x) {
  std::vector<double> sums(std::size_t(x.rows));
  visit_real(x.dtype, [&](auto real) {
    const auto from = x.as<decltype(real)>();
    for (std::int64_t r = 0; r < x.rows; ++r)
      for (std::int64_t c = 0; c < x.cols; ++c) sums[std::size_t(r)] += double(from(r, c));
  });
  return sums;
}

// field ← field with the bias once a word: in the input, which has a row a case.
void add_bias_once_a_word(Context& ctx, ScratchScope& scope, ConstMatrix below, ConstMatrix bias, Matrix input,
                          Field& field) {
  const std::vector<double> words = row_sums(below);
  const Matrix votes = scope.matrix(bias.dtype, input.rows, 1), zero = scope.matrix(bias.dtype, 1, bias.cols);
  visit_real(bias.dtype, [&](auto real) {
    using Real = decltype(real);
    std::ranges::transform(words, votes.as<Real>().data, [](double n) { return Real(n); });
    std::fill_n(zero.as<Real>().data, zero.cols, Real(0));
  });
  multiply(ctx, 1, votes, Transpose::no, bias, Transpose::no, 1, input);
  field.bias = zero;
}

Field field_of(Context& ctx, ScratchScope& scope, const Affine& map, ConstMatrix x, Matrix& input) {
  input = scope.matrix(map.weight.dtype(), x.rows, map.units());
  multiply(ctx, 1, x, Transpose::no, map.weight, Transpose::no, 0, input);
  Field field;
  field.input = input;
  field.bias = map.bias;
  field.cases = x.rows;
  return field;
}

}  // namespace

std::vector<double> document_lengths(const BeliefNet& net, ConstMatrix bottom) {
  return counts(net.bottom_unit()) ? row_sums(bottom) : std::vector<double>();
}

Field field_above(Context& ctx, ScratchScope& scope, const DirectedLayer& layer, ConstMatrix below) {
  Matrix input;
  Field field = field_of(ctx, scope, layer.recognition, below, input);
  if (counts(layer.generative.unit)) add_bias_once_a_word(ctx, scope, below, layer.recognition.bias, input, field);
  return field;
}

Field field_below(Context& ctx, ScratchScope& scope, const DirectedLayer& layer, ConstMatrix above,
                  std::span<const double> lengths) {
  Matrix input;
  Field field = field_of(ctx, scope, layer.generative, above, input);
  if (!counts(layer.generative.unit)) return field;
  require(std::int64_t(lengths.size()) == above.rows &&
              std::ranges::all_of(lengths, [](double words) { return words >= 1; }),
          "belief net: documents need a length of at least one word each");
  field.length = lengths;
  return field;
}

std::vector<Matrix> layer_scratch(ScratchScope& scope, const BeliefNet& net, std::int64_t cases, std::int64_t first) {
  std::vector<Matrix> x;
  for (std::int64_t l = first; l <= net.depth(); ++l) x.push_back(scope.matrix(net.dtype(), cases, net.units(l)));
  return x;
}

void pass_up_means(Context& ctx, const BeliefNet& net, std::span<const Matrix> x) {
  for (std::size_t k = 0; k < net.layers.size(); ++k) {
    ScratchScope scope(ctx);
    unit_mean(ctx, net.layers[k].recognition.unit, field_above(ctx, scope, net.layers[k], x[k]), {}, x[k + 1]);
  }
}

void pass_up_draws(Context& ctx, const BeliefNet& net, Key key, std::int64_t first_case, std::span<const Matrix> x) {
  for (std::size_t k = 0; k < net.layers.size(); ++k) {
    ScratchScope scope(ctx);
    unit_sample(ctx, net.layers[k].recognition.unit, field_above(ctx, scope, net.layers[k], x[k]), key.fold(k + 1),
                first_case, {}, x[k + 1], {});
  }
}

void pass_down(Context& ctx, const BeliefNet& net, std::span<const double> lengths, Key key, std::int64_t first_case,
               std::span<const Matrix> x, Matrix bottom_draw) {
  for (std::size_t k = net.layers.size(); k-- > 0;) {
    const DirectedLayer& layer = net.layers[k];
    ScratchScope scope(ctx);
    const Field field = field_below(ctx, scope, layer, x[k + 1], lengths);
    if (k > 0)
      unit_sample(ctx, layer.generative.unit, field, key.fold(k), first_case, {}, x[k], {});
    else if (bottom_draw)
      unit_sample(ctx, layer.generative.unit, field, key.fold(k), first_case, {}, bottom_draw, x[0]);
    else
      unit_mean(ctx, layer.generative.unit, field, {}, x[0]);
  }
}

}  // namespace deepboltz
