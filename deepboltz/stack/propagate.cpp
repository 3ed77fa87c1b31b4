#include "deepboltz/stack/propagate.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/dropout.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/kernel/unit_ops.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPixels, kDropBelow, kDropExtra };

// out(i, ·) ← input(rows[i], ·)
void gather(Context& ctx, ConstMatrix input, std::span<const std::uint32_t> rows, Binarise how, Key key, Matrix out) {
  if (input.dtype == DType::u8) return binarise(ctx, how, input, rows, key, out);
  const auto size = std::int64_t(size_of(input.dtype));
  for_rows(ctx, out.rows, out.cols, [&](std::int64_t r) {
    std::memcpy(out.data + r * out.stride * size, input.data + rows[std::size_t(r)] * input.stride * size,
                std::size_t(input.cols * size));
  });
}

// out ← f(field + bias)
void activate(Context& ctx, Activation activation, ConstMatrix field, ConstMatrix bias, Matrix out) {
  if (activation == Activation::logistic) {
    Field sum;
    sum.input = field;
    sum.bias = bias;
    sum.cases = field.rows;
    return unit_mean(ctx, Bernoulli{}, sum, {}, out);
  }
  visit_real(field.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real floor = activation == Activation::relu ? Real(0) : -std::numeric_limits<Real>::infinity();
    const Real* b = bias.as<Real>().data;
    for_rows(ctx, field.rows, field.cols, [&](std::int64_t r) {
      const Real* f = field.as<Real>().row(r);
      Real* a = out.as<Real>().row(r);
      // Written so that a NaN goes through: it must reach the loss, where it is noticed.
      for (std::int64_t c = 0; c < field.cols; ++c) a[c] = f[c] + b[c] < floor ? floor : f[c] + b[c];
    });
  });
}

// delta ← delta · f'(field), from the activation a that was shown as y = a·r/keep.    mask: r, or empty
void times_slope(Context& ctx, Activation activation, ConstMatrix shown, ConstMatrix mask, double keep, Matrix delta) {
  visit_real(delta.dtype, [&](auto real) {
    using Real = decltype(real);
    const Real p = mask ? Real(keep) : Real(1), scale = mask ? Real(1 / keep) : Real(1);
    for_rows(ctx, delta.rows, delta.cols, [&](std::int64_t r) {
      const Real* y = shown.as<Real>().row(r);
      Real* d = delta.as<Real>().row(r);
      if (activation == Activation::logistic)
        for (std::int64_t c = 0; c < delta.cols; ++c) d[c] *= y[c] * (1 - p * y[c]);
      else if (activation == Activation::relu)
        for (std::int64_t c = 0; c < delta.cols; ++c) d[c] = y[c] > 0 ? d[c] * scale : Real(0);
      else if (mask)
        for (std::int64_t c = 0; c < delta.cols; ++c) d[c] = mask.as<std::uint8_t>()(r, c) ? d[c] * scale : Real(0);
    });
  });
}

template <class Real> double log_normaliser(const Real* logits, std::int64_t classes) {
  return log_sum_exp(std::span<const Real>(logits, std::size_t(classes)));
}

// The cross-entropy of the rows; logits ← scale · ∂ log p(label)/∂ logits where `scale` is not 0.
Score score_rows(Context& ctx, const LabelledCases& cases, std::span<const std::uint32_t> rows, double scale,
                 Matrix logits) {
  ScratchScope scope(ctx);
  const auto losses = scope.matrix(DType::f64, 1, logits.rows).as<double>();
  const auto wrong = scope.matrix(DType::u8, 1, logits.rows).as<std::uint8_t>();
  visit_real(logits.dtype, [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, logits.rows, logits.cols, [&](std::int64_t r) {
      Real* z = logits.as<Real>().row(r);
      const std::uint32_t label = cases.labels[rows[std::size_t(r)]];
      const double log_z = log_normaliser(z, logits.cols);
      losses(0, r) = log_z - double(z[label]);
      wrong(0, r) = std::max_element(z, z + logits.cols) - z != std::int64_t(label);
      if (scale == 0) return;
      for (std::int64_t k = 0; k < logits.cols; ++k)
        z[k] = Real(scale * ((k == std::int64_t(label) ? 1.0 : 0.0) - std::exp(double(z[k]) - log_z)));
    });
  });
  Score total{0, 0, logits.rows};
  for (std::int64_t r = 0; r < logits.rows; ++r) total.cross_entropy += losses(0, r), total.errors += wrong(0, r);
  return total;
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

// From delta = ∂/∂ logits down to the layers from `first_layer` on.
void backward(Context& ctx, const Network& network, const Activations& activations, double keep_hidden,
              std::size_t first_layer, bool add, std::span<const Matrix> gradient) {
  ScratchScope scope(ctx);
  Matrix delta = activations.logits;
  for (std::size_t k = network.layers.size(); k-- > first_layer;) {
    const auto& layer = network.layers[k];
    multiply(ctx, 1, activations.seen[k], Transpose::yes, delta, Transpose::no, add ? 1 : 0, gradient[2 * k]);
    column_sums(ctx, delta, add, gradient[2 * k + 1]);
    if (k == first_layer) break;
    const std::int64_t units = network.layers[k - 1].units();
    const Matrix below = scope.matrix(delta.dtype, delta.rows, units);
    multiply(ctx, 1, delta, Transpose::no, layer.weight.view().slice(0, units), Transpose::yes, 0, below);
    times_slope(ctx, network.layers[k - 1].activation, activations.seen[k].columns(0, units), activations.below_mask[k],
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

Activations forward(Context& ctx, const Network& network, const LabelledCases& cases,
                    std::span<const std::uint32_t> rows, const Presentation& presentation, ScratchScope& scope) {
  const auto count = std::int64_t(rows.size());
  const auto dropped = [&](double keep, Key key, Matrix x) {
    if (keep == 1) return Matrix();
    const Matrix mask = scope.matrix(DType::u8, x.rows, x.cols);
    drop_out(ctx, keep, rows, key, x, mask);
    return mask;
  };
  Activations out;
  for (const auto& layer : network.layers)
    out.seen.push_back(scope.matrix(network.dtype(), count, layer.weight.rows()));
  out.logits = scope.matrix(network.dtype(), count, network.outputs());

  gather(ctx, cases.inputs[0], rows, presentation.binarise, presentation.key.fold(kPixels),
         out.seen[0].columns(0, cases.inputs[0].cols));
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const auto& layer = network.layers[k];
    const std::int64_t width = k == 0 ? cases.inputs[0].cols : network.layers[k - 1].units();
    out.below_mask.push_back(dropped(k == 0 ? presentation.keep_input : presentation.keep_hidden,
                                     presentation.key.fold(kDropBelow).fold(k), out.seen[k].columns(0, width)));
    if (layer.extra) {
      const Matrix place = out.seen[k].columns(width, layer.weight.rows() - width);
      gather(ctx, cases.inputs[*layer.extra], rows, Binarise::none, {}, place);
      dropped(presentation.keep_extra, presentation.key.fold(kDropExtra).fold(k), place);
    }
    ScratchScope local(ctx);
    const Matrix field = local.matrix(network.dtype(), count, layer.units());
    multiply(ctx, 1, out.seen[k], Transpose::no, layer.weight, Transpose::no, 0, field);
    activate(ctx, layer.activation, field, layer.bias,
             k + 1 == network.layers.size() ? out.logits : out.seen[k + 1].columns(0, layer.units()));
  }
  return out;
}

void class_log_probabilities(Context& ctx, const Network& network, const LabelledCases& cases, Matrix out) {
  require_consistent(network, cases, {}, false);
  in_pieces(cases.cases(), [&](std::int64_t first, std::int64_t count) {
    ScratchScope scope(ctx);
    const Matrix logits = forward(ctx, network, cases, row_numbers(first, count), {}, scope).logits;
    visit_real(network.dtype(), [&](auto real) {
      using Real = decltype(real);
      for_rows(ctx, count, logits.cols, [&](std::int64_t r) {
        const Real* z = logits.as<Real>().row(r);
        const double log_z = log_normaliser(z, logits.cols);
        for (std::int64_t k = 0; k < logits.cols; ++k) out.as<Real>()(first + r, k) = Real(double(z[k]) - log_z);
      });
    });
  });
}

Score score(Context& ctx, const Network& network, const LabelledCases& cases) {
  require_consistent(network, cases, {}, true);
  Score total;
  in_pieces(cases.cases(), [&](std::int64_t first, std::int64_t count) {
    ScratchScope scope(ctx);
    const auto rows = row_numbers(first, count);
    const Score part = score_rows(ctx, cases, rows, 0, forward(ctx, network, cases, rows, {}, scope).logits);
    total.cross_entropy += part.cross_entropy;
    total.errors += part.errors;
    total.cases += part.cases;
  });
  return total;
}

Score log_probability_gradient(Context& ctx, const Network& network, const LabelledCases& cases,
                               std::span<const std::uint32_t> rows, const Presentation& presentation, double scale,
                               std::size_t first_layer, std::span<const Matrix> gradient) {
  DEEPBOLTZ_ASSERT(gradient.size() == 2 * network.layers.size() && scale != 0);
  Score total;
  in_pieces(std::int64_t(rows.size()), [&](std::int64_t first, std::int64_t count) {
    ScratchScope scope(ctx);
    const auto piece = rows.subspan(std::size_t(first), std::size_t(count));
    const Activations activations = forward(ctx, network, cases, piece, presentation, scope);
    const Score part = score_rows(ctx, cases, piece, scale, activations.logits);
    backward(ctx, network, activations, presentation.keep_hidden, first_layer, first > 0, gradient);
    total.cross_entropy += part.cross_entropy;
    total.errors += part.errors;
    total.cases += part.cases;
  });
  return total;
}

void require_consistent(const Network& network, const LabelledCases& cases, const Presentation& presentation,
                        bool labelled) {
  std::vector<std::int64_t> widths;
  for (const auto& input : cases.inputs) widths.push_back(input.cols);
  require_consistent(network, widths);
  require(network.layers.back().activation == Activation::linear,
          "network: the last layer of a classifier is linear, but '{}' is not", network.layers.back().name);
  for (const auto& input : cases.inputs) {
    require(input.rows == cases.cases(), "network: the first input has {} cases, another has {}", cases.cases(),
            input.rows);
    require(input.dtype == DType::u8 || input.dtype == network.dtype(), "network: inputs are u8 or {}, got {}",
            name_of(network.dtype()), name_of(input.dtype));
  }
  for (double keep : {presentation.keep_input, presentation.keep_extra, presentation.keep_hidden})
    require(keep > 0 && keep <= 1, "dropout: expected a keep probability in (0, 1], got {}", keep);
  if (!labelled) return;
  require(std::int64_t(cases.labels.size()) == cases.cases(), "network: {} cases have {} labels", cases.cases(),
          cases.labels.size());
  for (std::uint32_t label : cases.labels)
    require(label < network.outputs(), "network: it knows {} classes, but a label is {}", network.outputs(), label);
}

}  // namespace deepboltz
