#include "deepboltz/stack/propagate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/dropout.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/kernel/sparse_linear.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/stack/slope.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPixels, kDropBelow, kDropExtra };

Field biased(ConstMatrix field, ConstMatrix bias) {
  Field sum;
  sum.input = field;
  sum.bias = bias;
  sum.cases = field.rows;
  return sum;
}

// fields += noise, drawn once a case.
void add_noise(Context& ctx, const Presentation& presentation, std::span<const std::uint32_t> rows, Matrix fields) {
  visit_real(fields.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, fields.rows, 16 * fields.cols, [&](std::int64_t r) {
      Real* f = fields.as<Real>().row(r);
      for (std::int64_t c = 0; c < fields.cols; ++c)
        f[c] += Real(presentation.noise * normal(presentation.noise_key, rows[std::size_t(r)], std::uint32_t(c)));
    });
  });
}

// The given rows, each entry kept with probability `keep` and then divided by it.
SparseRows shown_entries(const SparseRows& x, std::span<const std::uint32_t> rows, double keep, Key key) {
  SparseRows shown = select_rows(x, rows);
  if (keep == 1) return shown;
  if (shown.value.empty()) shown.value.assign(shown.column.size(), 1);
  for (std::int64_t r = 0; r < shown.rows(); ++r)
    for (std::int64_t e = shown.first[std::size_t(r)]; e < shown.first[std::size_t(r) + 1]; ++e) {
      const std::size_t at = std::size_t(e);
      const bool kept = double(uniform(key, rows[std::size_t(r)], shown.column[at])) < keep;
      shown.value[at] = kept ? float(double(shown.value[at]) / keep) : 0;
    }
  return shown;
}

// out ← Σ over rows of x + (add ? out : 0)
void column_sums(Context& ctx, ConstMatrix x, bool add, Matrix out) {
  if (!add) {
    column_means(ctx, x, out);
    return scale_add(ctx, double(x.rows) - 1, out, 1, out);
  }
  ScratchScope scope(ctx);
  const Matrix means = scope.matrix(x.dtype, 1, x.cols);
  column_means(ctx, x, means);
  scale_add(ctx, double(x.rows), means, 1, out);
}

// gradient ← the statistics of the first layer, whose first input is sparse.
void sparse_gradient(Context& ctx, const Activations& activations, ConstMatrix delta, bool add, Matrix gradient) {
  const std::int64_t entries = activations.sparse.cols;
  const Matrix words = gradient.slice(0, entries);
  if (!add) scale_add(ctx, 0, words, 0, words);
  add_sparse_gradient(ctx, 1, transposed(activations.sparse), delta, words);
  if (activations.seen[0].cols > 0)
    multiply(ctx, 1, activations.seen[0], Transpose::yes, delta, Transpose::no, add ? 1 : 0,
             gradient.slice(entries, activations.seen[0].cols));
}

// From delta = ∂/∂ fields of the last layer down to the layers from `first_layer` on.
void backward(Context& ctx, const Network& network, const Activations& activations, double keep_hidden,
              std::size_t first_layer, bool add, std::span<const Matrix> gradient) {
  ScratchScope scope(ctx);
  Matrix delta = activations.output;
  for (std::size_t k = network.layers.size(); k-- > first_layer;) {
    const auto& layer = network.layers[k];
    if (k == 0 && activations.sparse.cols > 0)
      sparse_gradient(ctx, activations, delta, add, gradient[0]);
    else
      multiply(ctx, 1, activations.seen[k], Transpose::yes, delta, Transpose::no, add ? 1 : 0, gradient[2 * k]);
    column_sums(ctx, delta, add, gradient[2 * k + 1]);
    if (k == first_layer) break;
    const std::int64_t units = network.layers[k - 1].units();
    const Matrix below = scope.matrix(delta.dtype, delta.rows, units);
    multiply(ctx, 1, delta, Transpose::no, layer.weight.view().slice(0, units), Transpose::yes, 0, below);
    times_slope(ctx, network.layers[k - 1].unit, activations.seen[k].columns(0, units), activations.below_mask[k],
                keep_hidden, below);
    delta = below;
  }
}

std::vector<std::uint32_t> row_numbers(std::int64_t first, std::int64_t count) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), std::uint32_t(first));
  return rows;
}

// f(rows, first) for all rows in pieces of kCasesAtOnce.
template <class F> void in_pieces(std::int64_t cases, F f) {
  for (std::int64_t first = 0; first < cases; first += kCasesAtOnce) f(first, std::min(kCasesAtOnce, cases - first));
}

}  // namespace

Activations forward(Context& ctx, const Network& network, std::size_t layers, const Examples& examples,
                    std::span<const std::uint32_t> rows, const Presentation& presentation, ScratchScope& scope) {
  const auto count = std::int64_t(rows.size());
  const Input& first = examples.inputs[0];
  const auto dropped = [&](double keep, Key key, Matrix x) {
    if (keep == 1) return Matrix();
    const Matrix mask = scope.matrix(DType::u8, x.rows, x.cols);
    drop_out(ctx, keep, rows, key, x, mask);
    return mask;
  };
  Activations out;
  if (first.sparse != nullptr)
    out.sparse = shown_entries(*first.sparse, rows, presentation.keep_input, presentation.key.fold(kDropBelow).fold(0));
  for (std::size_t k = 0; k < layers; ++k) {
    const std::int64_t fan_in = network.layers[k].weight.rows() - (k == 0 ? out.sparse.cols : 0);
    out.seen.push_back(scope.matrix(network.dtype(), count, fan_in));
  }
  out.output = scope.matrix(network.dtype(), count, network.layers[layers - 1].units());

  if (first.sparse == nullptr) {
    const Matrix place = out.seen[0].columns(0, first.cols());
    if (first.dense.dtype == DType::u8)
      binarise(ctx, presentation.binarise, first.dense, rows, presentation.key.fold(kPixels), place);
    else
      gather_rows(ctx, first, rows, place);
  }
  for (std::size_t k = 0; k < layers; ++k) {
    const auto& layer = network.layers[k];
    const bool sparse = k == 0 && first.sparse != nullptr;
    const std::int64_t width = sparse ? 0 : k == 0 ? first.cols() : network.layers[k - 1].units();
    out.below_mask.push_back(sparse
                                 ? Matrix()
                                 : dropped(k == 0 ? presentation.keep_input : presentation.keep_hidden,
                                           presentation.key.fold(kDropBelow).fold(k), out.seen[k].columns(0, width)));
    if (layer.extra) {
      const Matrix place = out.seen[k].columns(width, out.seen[k].cols - width);
      gather_rows(ctx, examples.inputs[*layer.extra], rows, place);
      dropped(presentation.keep_extra, presentation.key.fold(kDropExtra).fold(k), place);
    }
    ScratchScope local(ctx);
    const Matrix field = local.matrix(network.dtype(), count, layer.units());
    const ConstMatrix weight = layer.weight;
    if (sparse) multiply_sparse(ctx, out.sparse, weight.slice(0, out.sparse.cols), {}, field);
    if (out.seen[k].cols > 0)
      multiply(ctx, 1, out.seen[k], Transpose::no, weight.slice(weight.rows - out.seen[k].cols, out.seen[k].cols),
               Transpose::no, sparse ? 1 : 0, field);
    if (presentation.noise > 0 && k == presentation.noisy_layer) add_noise(ctx, presentation, rows, field);
    // The last layer gives its fields, which are a Gaussian unit's means.
    if (k + 1 == layers)
      unit_mean(ctx, Gaussian{}, biased(field, layer.bias), {}, out.output);
    else
      unit_mean(ctx, layer.unit, biased(field, layer.bias), {}, out.seen[k + 1].columns(0, layer.units()));
  }
  return out;
}

void class_log_probabilities(Context& ctx, const Network& network, const Examples& examples, Matrix out) {
  require_consistent(network, examples, {}, false);
  in_pieces(examples.cases(), [&](std::int64_t first, std::int64_t count) {
    ScratchScope scope(ctx);
    const Matrix logits =
        forward(ctx, network, network.layers.size(), examples, row_numbers(first, count), {}, scope).output;
    visit_real(network.dtype(), [&](auto real) {
      using Real = decltype(real);
      for_rows(ctx, count, logits.cols, [&](std::int64_t r) {
        const Real* z = logits.as<Real>().row(r);
        const double log_z = log_sum_exp(std::span<const Real>(z, std::size_t(logits.cols)));
        for (std::int64_t k = 0; k < logits.cols; ++k) out.as<Real>()(first + r, k) = Real(double(z[k]) - log_z);
      });
    });
  });
}

void layer_means(Context& ctx, const Network& network, std::size_t layer, const Examples& examples, Matrix out) {
  DEEPBOLTZ_ASSERT(layer < network.layers.size());
  require_consistent(network, examples, {}, false);
  const Tensor no_bias(network.dtype(), 1, out.cols);
  in_pieces(examples.cases(), [&](std::int64_t first, std::int64_t count) {
    ScratchScope scope(ctx);
    const Matrix fields = forward(ctx, network, layer + 1, examples, row_numbers(first, count), {}, scope).output;
    unit_mean(ctx, network.layers[layer].unit, biased(fields, no_bias), {}, out.slice(first, count));
  });
}

Score score(Context& ctx, const Network& network, const Examples& examples) {
  require_consistent(network, examples, {}, true);
  Score total;
  in_pieces(examples.cases(), [&](std::int64_t first, std::int64_t count) {
    ScratchScope scope(ctx);
    const auto rows = row_numbers(first, count);
    total += score_rows(ctx, network.layers.back().unit, examples, rows, 0,
                        forward(ctx, network, network.layers.size(), examples, rows, {}, scope).output);
  });
  return total;
}

Score log_probability_gradient(Context& ctx, const Network& network, const Examples& examples,
                               std::span<const std::uint32_t> rows, const Presentation& presentation, double scale,
                               std::size_t first_layer, std::span<const Matrix> gradient) {
  DEEPBOLTZ_ASSERT(gradient.size() == 2 * network.layers.size() && scale != 0);
  Score total;
  in_pieces(std::int64_t(rows.size()), [&](std::int64_t first, std::int64_t count) {
    ScratchScope scope(ctx);
    const auto piece = rows.subspan(std::size_t(first), std::size_t(count));
    const Activations activations = forward(ctx, network, network.layers.size(), examples, piece, presentation, scope);
    total += score_rows(ctx, network.layers.back().unit, examples, piece, scale, activations.output);
    backward(ctx, network, activations, presentation.keep_hidden, first_layer, first > 0, gradient);
  });
  return total;
}

void require_consistent(const Network& network, const Examples& examples, const Presentation& presentation,
                        bool targets) {
  std::vector<std::int64_t> widths;
  for (const Input& input : examples.inputs) widths.push_back(input.cols());
  require_consistent(network, widths);
  for (std::size_t i = 0; i < examples.inputs.size(); ++i) {
    const Input& input = examples.inputs[i];
    require(input.rows() == examples.cases(), "network: the first input has {} cases, another has {}", examples.cases(),
            input.rows());
    require(input.sparse == nullptr || i == 0, "network: input {} is sparse, which only the first may be", i);
    if (input.sparse != nullptr) continue;
    const DType type = input.dense.dtype;
    require(type == DType::u8 || type == network.dtype(), "network: inputs are u8 or {}, got {}",
            name_of(network.dtype()), name_of(type));
  }
  for (double keep : {presentation.keep_input, presentation.keep_extra, presentation.keep_hidden})
    require(keep > 0 && keep <= 1, "dropout: expected a keep probability in (0, 1], got {}", keep);
  require(presentation.noise >= 0, "network: expected noise of a deviation from 0, got {}", presentation.noise);
  if (targets) require_targets(network.layers.back().unit, network.outputs(), examples);
}

}  // namespace deepboltz
