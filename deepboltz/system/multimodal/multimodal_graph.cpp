#include "deepboltz/system/multimodal/multimodal_graph.h"

#include <algorithm>

#include "deepboltz/base/nearest_word.h"

namespace deepboltz {
namespace {

constexpr const char* kLabels = "labels";

bool is_part(const LayerRecipe& layer) { return !layer.part.empty() && layer.part != kLabels; }
std::string name_of(const LayerRecipe& layer) {
  return layer.part == kLabels ? "label" : layer.part.empty() ? layer.name : layer.part;
}

LayerList listed(const MultimodalRecipe& recipe, const std::map<std::string, std::int64_t>& widths, int classes) {
  if (recipe.layers.empty()) {
    std::vector<Pathway> pathways;
    for (const PathwayRecipe& p : recipe.pathways) pathways.push_back({p.name, p.visible, widths.at(p.name), p.hidden});
    return listed_pathways(pathways, recipe.joint.units, {.classes = recipe.joint.labels ? classes : 0});
  }
  LayerList list{.layers = {}, .connections = recipe.connections};
  for (const LayerRecipe& layer : recipe.layers)
    if (layer.part == kLabels)
      list.layers.push_back({name_of(layer), Softmax{classes}, classes, Role::label});
    else if (is_part(layer))
      list.layers.push_back({name_of(layer), layer.visible, widths.at(layer.part), Role::visible});
    else
      list.layers.push_back({name_of(layer), layer.visible, layer.units});
  return list;
}

// The machine with layers of one unit: its graph.
EnergyModel graph_of(const MultimodalRecipe& recipe) {
  std::map<std::string, std::int64_t> widths;
  for (const PartRecipe& part : recipe.parts()) widths[part.name] = 1;
  LayerList list = listed(recipe, widths, 2);
  for (ListedLayer& layer : list.layers) {
    const auto* softmax = std::get_if<Softmax>(&layer.unit);
    layer.units = softmax ? softmax->classes : 1;
  }
  return build_layers(list.layers, list.connections, recipe.precision);
}

void require_layer(const MultimodalRecipe& recipe, std::size_t l, const Refuse& refuse) {
  const LayerRecipe& layer = recipe.layers[l];
  const std::string key = fmt::format("layer[{}].", l);
  if (layer.part.empty() == layer.name.empty())
    refuse(key + (layer.name.empty() ? "part" : "name"),
           layer.name.empty() ? "expected the name of a hidden layer, or the part that the layer sees; got neither"
                              : "expected none: a layer of a part has the part's name");
  for (std::size_t other = 0; other < l; ++other)
    if (name_of(recipe.layers[other]) == name_of(layer))
      refuse(key + (layer.name.empty() ? "part" : "name"), fmt::format("there are two layers \"{}\"", name_of(layer)));
  if (!layer.part.empty()) {
    if (layer.units != 0)
      refuse(key + "units", fmt::format("expected none: the data say how many units \"{}\" has", layer.part));
    return;
  }
  if (layer.units == 0) refuse(key + "units", fmt::format("expected the number of units of \"{}\"", layer.name));
  if (!is_normalised(layer.visible) || std::holds_alternative<Counts>(layer.visible))
    refuse(key + "unit", fmt::format("\"{}\" units cannot be hidden", word_of(layer.visible)));
}

// Whether a way goes up from one layer to another.
bool leads_up(const std::vector<ListedConnection>& connections, const std::string& from, const std::string& to) {
  if (from == to) return true;
  return std::ranges::any_of(
      connections, [&](const ListedConnection& c) { return c.from == from && leads_up(connections, c.to, to); });
}

void require_connection(const MultimodalRecipe& recipe, std::size_t c, const Refuse& refuse) {
  const ListedConnection& connection = recipe.connections[c];
  const std::string key = fmt::format("connection[{}].", c);
  std::vector<std::string> names;
  for (const LayerRecipe& layer : recipe.layers) names.push_back(name_of(layer));
  for (const auto& [end, name] : {std::pair("from", connection.from), std::pair("to", connection.to)})
    if (std::ranges::find(names, name) == names.end())
      refuse(key + end, fmt::format("there is no layer \"{}\"; did you mean \"{}\"?", name, nearest_word(name, names)));
  const auto upper = std::ranges::find(names, connection.to);
  if (upper == names.end()) return;
  const LayerRecipe& above = recipe.layers[std::size_t(upper - names.begin())];
  if (!above.part.empty())
    refuse(key + "to",
           fmt::format("expected a hidden layer, got \"{}\": the layer nearer to the data is \"from\"", connection.to));
  for (std::size_t other = 0; other < c; ++other)
    if (recipe.connections[other].from == connection.from && recipe.connections[other].to == connection.to)
      refuse(key + "to", fmt::format("\"{}\" and \"{}\" are connected already", connection.from, connection.to));
  const std::vector<ListedConnection> before(recipe.connections.begin(),
                                             recipe.connections.begin() + std::ptrdiff_t(c));
  if (leads_up(before, connection.to, connection.from))
    refuse(key + "to", connection.to == connection.from
                           ? fmt::format("\"{}\" cannot be connected with itself", connection.to)
                           : fmt::format("\"{}\" is below \"{}\" already", connection.to, connection.from));
}

}  // namespace

std::vector<PartRecipe> MultimodalRecipe::parts() const {
  std::vector<PartRecipe> all(pathways.begin(), pathways.end());
  for (const LayerRecipe& layer : layers)
    if (is_part(layer)) {
      all.push_back(layer);
      all.back().name = layer.part;
    }
  return all;
}

std::string MultimodalRecipe::key_of_part(std::size_t number) const {
  if (layers.empty()) return fmt::format("pathway[{}].", number);
  for (std::size_t l = 0; l < layers.size(); ++l)
    if (is_part(layers[l]) && number-- == 0) return fmt::format("layer[{}].", l);
  return "layer.";
}

bool MultimodalRecipe::has_labels() const {
  return layers.empty() ? joint.labels : std::ranges::find(layers, kLabels, &LayerRecipe::part) != layers.end();
}

EnergyModel machine_of(const MultimodalRecipe& recipe, const std::map<std::string, std::int64_t>& widths, int classes) {
  const LayerList list = listed(recipe, widths, classes);
  return build_layers(list.layers, list.connections, recipe.precision);
}

std::optional<EnergyModel> require_consistent_graph(const MultimodalRecipe& recipe, const Refuse& refuse) {
  if (!recipe.layers.empty() && !recipe.pathways.empty())
    refuse("layer", "expected [[pathway]] tables or [[layer]] tables, got both");
  if (recipe.layers.empty() && !recipe.connections.empty())
    refuse("connection", "is for [[layer]] tables, and there are none");
  for (std::size_t l = 0; l < recipe.layers.size(); ++l) require_layer(recipe, l, refuse);
  if (!recipe.layers.empty() && recipe.parts().empty())
    refuse("layer", "expected a layer with a part of the data, got none");
  for (std::size_t c = 0; c < recipe.connections.size(); ++c) require_connection(recipe, c, refuse);
  try {
    return graph_of(recipe);
  } catch (const InputError& error) {
    refuse(recipe.layers.empty() ? "pathway" : "layer", error.what());
    return std::nullopt;
  }
}

}  // namespace deepboltz
