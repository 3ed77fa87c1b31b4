#include "deepboltz/stack/save_network.h"

#include <cmath>
#include <sstream>

#include "deepboltz/base/parse_number.h"

namespace deepboltz {
namespace {

// Files from before networks had units are of classifiers: logistic layers, and a linear one for the classes.
Unit unit_named(const std::string& file, const std::string& word, std::int64_t units) {
  if (word == "logistic") return Bernoulli{};
  if (word == "linear") return Softmax{units};
  const auto unit = unit_of(word);
  require(unit.has_value(), "{}: unknown unit '{}'", file, printable(word));
  return *unit;
}

}  // namespace

void add_network(const Network& network, const std::string& prefix, Archive& archive) {
  std::string& lines = archive.metadata[prefix + "network"];
  for (const NetworkLayer& layer : network.layers) {
    lines +=
        fmt::format("{} {} {}\n", layer.name, word_of(layer.unit), layer.extra ? std::to_string(*layer.extra) : "-");
    archive.add(prefix + layer.name + ".weight", layer.weight.clone());
    archive.add(prefix + layer.name + ".bias", layer.bias.clone());
  }
}

Network take_network(const std::string& prefix, Archive& archive) {
  const auto found = archive.metadata.find(prefix + "network");
  require(found != archive.metadata.end(), "{}: not a network: the header has no 'network'", archive.file);
  Network network;
  std::istringstream lines(found->second);
  for (std::string name, unit, extra; lines >> name >> unit >> extra;) {
    NetworkLayer layer{{{}, archive.take(prefix + name + ".weight"), archive.take(prefix + name + ".bias")}, name};
    layer.unit = unit_named(archive.file, unit, layer.units());
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
  require(!network.layers.empty(), "{}: the network has no layers", archive.file);
  return network;
}

}  // namespace deepboltz
