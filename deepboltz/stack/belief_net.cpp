#include "deepboltz/stack/belief_net.h"

#include <algorithm>

namespace deepboltz {
namespace {

Affine converted(const Affine& map, DType dtype) { return {map.unit, map.weight.to(dtype), map.bias.to(dtype)}; }

void require_map(const Affine& map, DType dtype, std::string_view layer, const char* what) {
  require(map.weight.dtype() == dtype && map.bias.dtype() == dtype, "belief net: layer '{}': expected {} like the top",
          layer, name_of(dtype));
  require(map.bias.rows() == 1 && map.bias.cols() == map.units(),
          "belief net: layer '{}': the {} map has {} units, but its bias is {} × {}", layer, what, map.units(),
          map.bias.rows(), map.bias.cols());
  require(map.units() >= 1 && map.units() % group_size(map.unit) == 0,
          "belief net: layer '{}': {} numbers are no whole units of {}", layer, map.units(), word_of(map.unit));
}

void require_layer(const DirectedLayer& layer, DType dtype) {
  require_map(layer.generative, dtype, layer.name, "generative");
  require_map(layer.recognition, dtype, layer.name, "recognition");
  const Tensor &down = layer.generative.weight, &up = layer.recognition.weight;
  require(down.rows() == up.cols() && down.cols() == up.rows(),
          "belief net: layer '{}': the generative weight is {} × {}, but the recognition weight {} × {}", layer.name,
          down.rows(), down.cols(), up.rows(), up.cols());
  require(!std::holds_alternative<Counts>(layer.recognition.unit),
          "belief net: layer '{}': only the bottom layer may count", layer.name);
}

void require_same(std::string_view layer, const Affine& above, const Unit& unit, std::int64_t units) {
  require(above.units() == units && above.unit == unit,
          "belief net: layer '{}' has {} units of {}, but {} of {} stand over it", layer, above.units(),
          word_of(above.unit), units, word_of(unit));
}

void require_top(const EnergyModel& top) {
  const auto hidden = top.ids(Role::hidden), visible = top.ids(Role::visible), label = top.ids(Role::label);
  require(
      visible.size() == 1 && hidden.size() == 1 && label.size() <= 1 && top.layers().size() == 2 + label.size() &&
          top.connections().size() == 1 + label.size() &&
          std::ranges::all_of(top.connections(),
                              [&](const Connection& c) { return c.upper == hidden[0] || c.lower == hidden[0]; }),
      "belief net: expected an RBM as its top: a visible and a hidden layer, perhaps a label beside the hidden one");
  top.require_no_factors("belief net");
  for (const Layer& layer : top.layers()) {
    require(layer.offset.empty(), "belief net: '{}' of the top has offsets; fold them into the biases", layer.name);
    require(!std::holds_alternative<Counts>(layer.unit), "belief net: '{}' of the top counts; only the bottom may",
            layer.name);
  }
}

// The name of the layer below that one.
std::string below_name(const BeliefNet& net, std::size_t k) { return k == 0 ? "visible" : net.layers[k - 1].name; }

}  // namespace

BeliefNet BeliefNet::to(DType type) const {
  BeliefNet copy{{}, top.to(type)};
  for (const DirectedLayer& layer : layers)
    copy.layers.push_back({layer.name, converted(layer.generative, type), converted(layer.recognition, type)});
  return copy;
}

void require_consistent(const BeliefNet& net) {
  require(!net.layers.empty(), "belief net: it has no directed layer");
  require_top(net.top);
  for (std::size_t k = 0; k < net.layers.size(); ++k) {
    const DirectedLayer& layer = net.layers[k];
    require_layer(layer, net.dtype());
    if (k > 0)
      require_same(net.layers[k - 1].name, net.layers[k - 1].recognition, layer.generative.unit, layer.below());
  }
  const auto* counts = std::get_if<Counts>(&net.bottom_unit());
  require(counts == nullptr || counts->extra == 0, "belief net: a directed bottom layer has no extra words");
  const Layer& visible = net.top.layer(net.top.visible());
  require_same(net.layers.back().name, net.layers.back().recognition, visible.unit, visible.units);
}

std::vector<NamedMatrix> named_parameters(BeliefNet& net) {
  std::vector<NamedMatrix> all;
  for (DirectedLayer& layer : net.layers)
    for (const auto& [direction, map] :
         {std::pair("generative", &layer.generative), std::pair("recognition", &layer.recognition)}) {
      all.emplace_back(fmt::format("{}.{}.weight", layer.name, direction), map->weight);
      all.emplace_back(fmt::format("{}.{}.bias", layer.name, direction), map->bias);
    }
  for (Layer& layer : net.top.layers()) all.emplace_back(fmt::format("top.{}.bias", layer.name), layer.bias);
  for (Connection& c : net.top.connections())
    all.emplace_back(fmt::format("top.{}.{}.weight", net.top.layer(c.lower).name, net.top.layer(c.upper).name),
                     c.weight);
  return all;
}

BeliefNetParts parts_of(BeliefNet net) {
  BeliefNetParts parts{{}, {}, std::move(net.top)};
  for (std::size_t k = 0; k < net.layers.size(); ++k)
    parts.up.layers.push_back({std::move(net.layers[k].recognition), net.layers[k].name});
  for (std::size_t k = net.layers.size(); k-- > 0;)
    parts.down.layers.push_back({std::move(net.layers[k].generative), below_name(net, k)});
  return parts;
}

BeliefNet belief_net_of(BeliefNetParts parts) {
  const std::size_t depth = parts.up.layers.size();
  require(parts.down.layers.size() == depth, "belief net: {} layers go up, but {} come down", depth,
          parts.down.layers.size());
  BeliefNet net{{}, std::move(parts.top)};
  for (std::size_t k = 0; k < depth; ++k) {
    NetworkLayer &up = parts.up.layers[k], &down = parts.down.layers[depth - 1 - k];
    net.layers.push_back(
        {std::move(up.name), static_cast<Affine&&>(std::move(down)), static_cast<Affine&&>(std::move(up))});
  }
  require_consistent(net);
  return net;
}

}  // namespace deepboltz
