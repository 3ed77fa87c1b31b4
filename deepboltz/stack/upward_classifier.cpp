#include "deepboltz/stack/upward_classifier.h"

#include "deepboltz/stack/machine_parts.h"

namespace deepboltz {

Network upward_classifier(Context& ctx, const BeliefNet& net, const ClassifierStart& start) {
  require(start.classes >= 2, "classifier: expected at least 2 classes, got {}", start.classes);
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
  if (!start.from_labels) {
    network.layers.push_back(random_layer("classes", Softmax{start.classes}, network.outputs(), start.classes,
                                          start.deviation, start.key, network.dtype()));
    return network;
  }
  const auto label = net.top.find(Role::label);
  require(label.has_value(), "classifier: the net has no label layer to start from");
  network.layers.push_back({{Softmax{start.classes}, transposed(weight_between(net.top, *label, upper)),
                             ordinary_bias_of(ctx, net.top, *label)},
                            "classes"});
  return network;
}

}  // namespace deepboltz
