#include "deepboltz/model/build.h"

#include "deepboltz/rng/draw.h"

namespace deepboltz {

EnergyModel rbm(std::int64_t visible, std::int64_t hidden, BuildOptions options) {
  return dbm(visible, std::span<const std::int64_t>(&hidden, 1), options);
}

EnergyModel dbm(std::int64_t visible, std::span<const std::int64_t> hidden, BuildOptions options) {
  require(!hidden.empty(), "dbm: expected at least one hidden layer");
  EnergyModel model(options.precision);
  LayerId below = model.add("visible", Bernoulli{}, visible, Role::visible);
  for (std::size_t l = 0; l < hidden.size(); ++l) {
    const LayerId here = model.add(fmt::format("hidden{}", l + 1), Bernoulli{}, hidden[l]);
    model.connect(below, here);
    below = here;
  }
  if (options.classes > 0) {
    const LayerId label = model.add("label", Softmax{options.classes}, options.classes, Role::label);
    model.connect(label, below);
  }
  return model;
}

void initialise_weights(EnergyModel& model, double scale, Key key) {
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    Tensor& weight = model.connections()[c].weight;
    for (std::int64_t i = 0; i < weight.rows(); ++i)
      for (std::int64_t j = 0; j < weight.cols(); ++j)
        weight.set(i, j, scale * normal(key.fold(c), std::uint32_t(i), std::uint32_t(j)));
  }
}

void base_rate_logits(ConstMatrix means, double cases, double prior, Matrix out) {
  require(prior > 0, "base rates need a prior above 0, got {}: a pixel that is always off would get an infinite bias", prior);
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t i = 0; i < means.cols; ++i) {
      const double mean = double(means.as<Real>()(0, i));
      out.as<Real>()(0, i) = Real(std::log((mean * cases + prior) / ((1 - mean) * cases + prior)));
    }
  });
}

}  // namespace deepboltz
