#include "deepboltz/stack/network.h"

#include "deepboltz/rng/draw.h"
#include "deepboltz/stack/slope.h"

namespace deepboltz {

Network Network::clone() const { return to(dtype()); }

Network Network::to(DType type) const {
  Network copy;
  for (const auto& layer : layers)
    copy.layers.push_back({{layer.unit, layer.weight.to(type), layer.bias.to(type)}, layer.name, layer.extra});
  return copy;
}

std::vector<NamedMatrix> named_parameters(Network& network) {
  std::vector<NamedMatrix> parameters;
  for (auto& layer : network.layers) {
    parameters.emplace_back(layer.name + ".weight", layer.weight);
    parameters.emplace_back(layer.name + ".bias", layer.bias);
  }
  return parameters;
}

NetworkLayer random_layer(std::string name, const Unit& unit, std::int64_t fan_in, std::int64_t units, double deviation,
                          Key key, DType dtype) {
  require(fan_in >= 1 && units >= 1, "layer '{}': expected at least one input and unit, got {} × {}", name, fan_in,
          units);
  NetworkLayer layer{{unit, Tensor(dtype, fan_in, units), Tensor(dtype, 1, units)}, std::move(name)};
  for (std::int64_t r = 0; r < fan_in; ++r)
    for (std::int64_t c = 0; c < units; ++c)
      layer.weight.set(r, c, deviation * normal(key, std::uint32_t(r), std::uint32_t(c)));
  return layer;
}

void require_consistent(const Network& network, const std::vector<std::int64_t>& input_widths) {
  require(!network.layers.empty(), "network: it has no layers");
  require(!input_widths.empty(), "network: it has no input");
  std::int64_t below = input_widths[0];
  for (const auto& layer : network.layers) {
    std::int64_t fan_in = below;
    if (layer.extra) {
      require(*layer.extra >= 1 && *layer.extra < input_widths.size(),
              "layer '{}': its extra input is number {}, but there are {} inputs", layer.name, *layer.extra,
              input_widths.size());
      fan_in += input_widths[*layer.extra];
    }
    require(layer.weight.rows() == fan_in, "layer '{}': it sees {} numbers a case, but its weight is {} × {}",
            layer.name, fan_in, layer.weight.rows(), layer.weight.cols());
    require(layer.bias.rows() == 1 && layer.bias.cols() == layer.units(),
            "layer '{}': it has {} units, but its bias is {} × {}", layer.name, layer.units(), layer.bias.rows(),
            layer.bias.cols());
    require(layer.weight.dtype() == network.dtype() && layer.bias.dtype() == network.dtype(),
            "layer '{}': expected {} like the first layer's weight", layer.name, name_of(network.dtype()));
    require(&layer == &network.layers.back() || has_slope(layer.unit),
            "layer '{}': \"{}\" units may be the outputs of a network, but not a layer below others", layer.name,
            word_of(layer.unit));
    require(layer.units() % group_size(layer.unit) == 0, "layer '{}': {} numbers are no groups of \"{}\"", layer.name,
            layer.units(), word_of(layer.unit));
    below = layer.units();
  }
}

}  // namespace deepboltz
