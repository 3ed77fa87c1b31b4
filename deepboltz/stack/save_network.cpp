#include "deepboltz/stack/save_network.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include "deepboltz/base/parse_number.h"

namespace deepboltz {
namespace {

constexpr std::pair<Activation, const char*> kActivations[] = {
    {Activation::linear, "linear"}, {Activation::logistic, "logistic"}, {Activation::relu, "relu"}};

}  // namespace

void add_network(const Network& network, const std::string& prefix, Archive& archive) {
  std::string& lines = archive.metadata[prefix + "network"];
  for (const NetworkLayer& layer : network.layers) {
    const auto* activation =
        std::ranges::find(kActivations, layer.activation, &std::pair<Activation, const char*>::first);
    lines +=
        fmt::format("{} {} {}\n", layer.name, activation->second, layer.extra ? std::to_string(*layer.extra) : "-");
    archive.add(prefix + layer.name + ".weight", layer.weight.clone());
    archive.add(prefix + layer.name + ".bias", layer.bias.clone());
  }
}

Network take_network(const std::string& prefix, Archive& archive) {
  const auto found = archive.metadata.find(prefix + "network");
  require(found != archive.metadata.end(), "{}: not a classifier: the header has no 'network'", archive.file);
  Network network;
  std::istringstream lines(found->second);
  for (std::string name, activation, extra; lines >> name >> activation >> extra;) {
    NetworkLayer layer{.name = name,
                       .activation = {},
                       .weight = archive.take(prefix + name + ".weight"),
                       .bias = archive.take(prefix + name + ".bias"),
                       .extra = {}};
    const auto* known = std::ranges::find_if(kActivations, [&](const auto& a) { return activation == a.second; });
    require(known != std::end(kActivations), "{}: unknown activation '{}'", archive.file, activation);
    layer.activation = known->first;
    if (extra != "-") {
      layer.extra = parse_number<std::size_t>(extra);
      require(layer.extra && *layer.extra < 1'000, "{}: expected the number of an input, got '{}'", archive.file,
              extra);
    }
    require(layer.bias.rows() == 1 && layer.bias.cols() == layer.weight.cols() &&
                layer.bias.dtype() == layer.weight.dtype(),
            "{}: layer '{}': weight is {} × {}, but bias {} × {}", archive.file, name, layer.weight.rows(),
            layer.weight.cols(), layer.bias.rows(), layer.bias.cols());
    const auto require_finite = [&](const Tensor& numbers, const char* what) {
      for (std::int64_t r = 0; r < numbers.rows(); ++r)
        for (std::int64_t c = 0; c < numbers.cols(); ++c)
          require(std::isfinite(numbers.at(r, c)), "{}: '{}.{}' is not finite at row {}, column {}", archive.file, name,
                  what, r, c);
    };
    require_finite(layer.weight, "weight");
    require_finite(layer.bias, "bias");
    network.layers.push_back(std::move(layer));
  }
  require(!network.layers.empty(), "{}: the classifier has no layers", archive.file);
  return network;
}

}  // namespace deepboltz
