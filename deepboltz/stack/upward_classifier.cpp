#include "deepboltz/stack/upward_classifier.h"

#include "deepboltz/stack/machine_parts.h"

namespace deepboltz {

Network upward_classifier(Context& ctx, const BeliefNet& net, const ClassifierStart& start) {
  Network network;
  for (const DirectedLayer& layer : net.layers) {
    const Affine& map = layer.recognition;
    network.layers.push_back(upward_layer(layer.name, {map.unit, map.weight.clone(), map.bias.clone()},
                                          network.layers.empty() && std::holds_alternative<Counts>(net.bottom_unit())));
  }
  const auto [lower, upper] = ends_of(net.top);
  network.layers.push_back({{net.top.layer(upper).unit, weight_between(net.top, lower, upper).clone(),
                             ordinary_bias_of(ctx, net.top, upper)},
                            fmt::format("hidden{}", net.depth() + 1)});
  network.layers.push_back(class_layer(ctx, net.top, upper, start));
  return network;
}

}  // namespace deepboltz
