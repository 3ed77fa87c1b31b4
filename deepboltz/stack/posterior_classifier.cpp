#include "deepboltz/stack/posterior_classifier.h"

namespace deepboltz {
namespace {

// [below; aboveᵀ]
template <class Real> Tensor stacked(ConstMatrix below, ConstMatrix above) {
  Tensor out(below.dtype, below.rows + above.cols, below.cols);
  const auto to = out.as<Real>();
  const auto lower = below.as<Real>(), upper = above.as<Real>();
  for (std::int64_t c = 0; c < below.cols; ++c) {
    for (std::int64_t r = 0; r < below.rows; ++r) to(r, c) = lower(r, c);
    for (std::int64_t r = 0; r < above.cols; ++r) to(below.rows + r, c) = upper(c, r);
  }
  return out;
}

Tensor owned(ConstMatrix x) {
  return visit_real(x.dtype, [&](auto real) { return stacked<decltype(real)>(x, {}); });
}

}  // namespace

Network posterior_classifier(std::span<const ConstMatrix> weights, std::span<const ConstMatrix> biases,
                             const PosteriorClassifierOptions& options) {
  require(!weights.empty() && weights.size() == biases.size(), "posterior classifier: {} weights and {} biases",
          weights.size(), biases.size());
  require(options.classes >= 2, "posterior classifier: expected at least 2 classes, got {}", options.classes);
  Network network;
  std::vector<std::int64_t> input_widths{weights[0].rows};
  for (std::size_t k = 0; k < weights.size(); ++k) {
    NetworkLayer layer;
    layer.name = fmt::format("hidden{}", k + 1);
    layer.bias = owned(biases[k]);
    if (k + 1 < weights.size()) {
      require(weights[k + 1].rows == weights[k].cols,
              "posterior classifier: hidden layer {} has {} units, but the weight above it is {} × {}", k + 1,
              weights[k].cols, weights[k + 1].rows, weights[k + 1].cols);
      layer.weight =
          visit_real(weights[k].dtype, [&](auto real) { return stacked<decltype(real)>(weights[k], weights[k + 1]); });
      layer.extra = k + 1;
      input_widths.push_back(weights[k + 1].cols);
    } else {
      layer.weight = owned(weights[k]);
    }
    network.layers.push_back(std::move(layer));
  }
  network.layers.push_back(random_layer("classes", Softmax{options.classes}, weights.back().cols, options.classes,
                                        options.deviation, options.key, weights[0].dtype));
  require_consistent(network, input_widths);
  return network;
}

}  // namespace deepboltz
