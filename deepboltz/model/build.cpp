#include "deepboltz/model/build.h"

#include "deepboltz/rng/draw.h"

namespace deepboltz {

EnergyModel rbm(std::int64_t visible, std::int64_t hidden, BuildOptions options) {
  return dbm(visible, std::span<const std::int64_t>(&hidden, 1), options);
}

EnergyModel dbm(std::int64_t visible, std::span<const std::int64_t> hidden, BuildOptions options) {
  require(!hidden.empty(), "dbm: expected at least one hidden layer");
  EnergyModel model(options.precision);
  LayerId below = model.add("visible", options.visible, visible, Role::visible);
  for (std::size_t l = 0; l < hidden.size(); ++l) {
    const LayerId here = model.add(fmt::format("hidden{}", l + 1), options.hidden, hidden[l]);
    model.connect(below, here);
    below = here;
  }
  if (options.classes > 0) {
    const LayerId label = model.add("label", Softmax{options.classes}, options.classes, Role::label);
    model.connect(label, below);
  }
  return model;
}

LayerList listed_pathways(std::span<const Pathway> pathways, std::int64_t joint, BuildOptions options) {
  require(!pathways.empty(), "a multimodal machine: expected at least one pathway");
  LayerList list;
  auto& [layers, connections] = list;
  std::vector<std::string> tops;
  for (const Pathway& p : pathways) {
    layers.push_back({p.name, p.visible, p.units, Role::visible});
    tops.push_back(p.name);
  }
  for (std::size_t p = 0; p < pathways.size(); ++p)
    for (std::size_t l = 0; l < pathways[p].hidden.size(); ++l) {
      layers.push_back({fmt::format("{}{}", pathways[p].name, l + 1), options.hidden, pathways[p].hidden[l]});
      connections.push_back({tops[p], layers.back().name});
      tops[p] = layers.back().name;
    }
  layers.push_back({"joint", options.hidden, joint});
  for (const std::string& top : tops) connections.push_back({top, "joint"});
  if (options.classes > 0) {
    layers.push_back({"label", Softmax{options.classes}, options.classes, Role::label});
    connections.push_back({"label", "joint"});
  }
  return list;
}

EnergyModel multimodal_dbm(std::span<const Pathway> pathways, std::int64_t joint, BuildOptions options) {
  const LayerList list = listed_pathways(pathways, joint, options);
  return build_layers(list.layers, list.connections, options.precision);
}

EnergyModel without_layer(const EnergyModel& model, LayerId layer) {
  EnergyModel rest(model.precision());
  std::vector<LayerId> places(model.layers().size());
  for (LayerId id : model.ids()) {
    if (id == layer) continue;
    const Layer& from = model.layer(id);
    const LayerId here = places[std::size_t(id.index)] = rest.add(from.name, from.unit, from.units, from.role);
    rest.layer(here).bias = from.bias.clone();
    rest.layer(here).offset = from.offset.clone();
    rest.layer(here).shift = from.shift.clone();
    rest.layer(here).scale = from.scale.clone();
    rest.layer(here).whitening = from.whitening.clone();
    rest.layer(here).bias_factor = from.bias_factor;
  }
  for (const Connection& c : model.connections()) {
    if (c.lower == layer || c.upper == layer) continue;
    const int made =
        rest.connect(places[std::size_t(c.lower.index)], places[std::size_t(c.upper.index)], c.weight.clone());
    rest.connections()[std::size_t(made)].up = c.up;
    rest.connections()[std::size_t(made)].down = c.down;
  }
  return rest;
}

void initialise_weights(EnergyModel& model, double scale, Key key) {
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    Tensor& weight = model.connections()[c].weight;
    for (std::int64_t i = 0; i < weight.rows(); ++i)
      for (std::int64_t j = 0; j < weight.cols(); ++j)
        weight.set(i, j, scale * normal(key.fold(c), std::uint32_t(i), std::uint32_t(j)));
  }
}

namespace {

// The field of one number of a unit from its mean.
struct BaseRate {
  double cases, prior;

  double logit(double p) const { return std::log((p * cases + prior) / ((1 - p) * cases + prior)); }
  double operator()(const Bernoulli&, double mean) const { return logit(mean); }
  double operator()(const Spin&, double mean) const { return logit((1 + mean) / 2) / 2; }
  double operator()(const Binomial& unit, double mean) const { return logit(mean / double(unit.trials)); }
  double operator()(const Gaussian&, double mean) const { return mean; }
  double operator()(const Relu&, double mean) const {  // bisection: the mean grows with the field, and lies above it
    const double shown = (mean * cases + prior) / (cases + prior);
    double low = -40, high = shown;
    for (int halvings = 0; halvings < 60; ++halvings) {
      const double middle = (low + high) / 2;
      (Relu::mean(middle) < shown ? low : high) = middle;
    }
    return high;
  }
  double operator()(const Softmax&, double mean) const { return std::log(mean * cases + prior); }
  double operator()(const Counts&, double mean) const { return std::log(mean * cases + prior); }
};

}  // namespace

void base_rate_fields(const Unit& any_unit, ConstMatrix means, double cases, double prior, Matrix out) {
  require(prior > 0, "base rates need a prior above 0, got {}: a pixel that is always off would get an infinite bias",
          prior);
  const BaseRate rate{cases, prior};
  std::visit(
      [&](const auto& unit) {
        visit_real(out.dtype, [&](auto real) {
          using Real = decltype(real);
          for (std::int64_t i = 0; i < means.cols; ++i)
            out.as<Real>()(0, i) = Real(rate(unit, double(means.as<Real>()(0, i))));
        });
      },
      any_unit);
}

}  // namespace deepboltz
