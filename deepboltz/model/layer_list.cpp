#include "deepboltz/model/layer_list.h"

#include <algorithm>
#include <vector>

#include "deepboltz/base/nearest_word.h"

namespace deepboltz {
namespace {

LayerId named(const EnergyModel& model, const std::string& name, std::size_t connection) {
  if (const auto id = model.find(name)) return *id;
  std::vector<std::string> names;
  for (const Layer& layer : model.layers()) names.push_back(layer.name);
  throw InputError(fmt::format("connection {}: there is no layer '{}'; did you mean '{}'?", connection + 1, name,
                               nearest_word(name, names)));
}

}  // namespace

EnergyModel build_layers(std::span<const ListedLayer> layers, std::span<const ListedConnection> connections,
                         DType precision) {
  EnergyModel model(precision);
  for (const ListedLayer& layer : layers) model.add(layer.name, layer.unit, layer.units, layer.role);
  require(!model.ids(Role::visible).empty(), "expected a visible layer, got none among {} layers", layers.size());
  for (std::size_t c = 0; c < connections.size(); ++c)
    model.connect(named(model, connections[c].from, c), named(model, connections[c].to, c));
  for (LayerId id : model.ids())
    require(
        std::ranges::any_of(model.connections(), [&](const Connection& c) { return c.lower == id || c.upper == id; }),
        "layer '{}': expected a connection to another layer, got none", model.layer(id).name);
  return model;
}

}  // namespace deepboltz
