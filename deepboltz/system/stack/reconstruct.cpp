#include "deepboltz/system/stack/reconstruct.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "deepboltz/learn/source.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/stack/autoencoder.h"
#include "deepboltz/stack/propagate.h"
#include "deepboltz/system/stack/stack_cases.h"

namespace deepboltz {
namespace {

const EnergyModel& visible_of(const System& system) { return part<EnergyModel>(system, "visible"); }
const Layer& layer_of(const EnergyModel& visible) { return visible.layer(visible.visible()); }

const Network& autoencoder_of(const System& system) {
  const auto* network = find_part<Network>(system, "autoencoder");
  require(network != nullptr,
          "there is no part 'autoencoder', which has codes; train one with model.stack = \"autoencoder\"");
  return *network;
}

Tensor means_of(Context& ctx, const System& system, std::size_t layer, const Cases& cases) {
  const auto& network = autoencoder_of(system);
  const StackCases shown(ctx, visible_of(system), cases);
  Tensor means(network.dtype(), cases.count(), network.layers[layer].units());
  layer_means(ctx, network, layer, shown.inputs(), means);
  return means;
}

}  // namespace

bool are_documents(const System& system) { return std::holds_alternative<Counts>(layer_of(visible_of(system)).unit); }

Tensor data_of(Context& ctx, const System& system, const Cases& cases) {
  Tensor data = visible_states(ctx, visible_of(system), cases);
  to_data(ctx, layer_of(visible_of(system)), data);
  return data;
}

Tensor reconstructed(Context& ctx, const System& system, const Cases& cases) {
  Tensor means = means_of(ctx, system, autoencoder_of(system).layers.size() - 1, cases);
  to_data(ctx, layer_of(visible_of(system)), means);
  return means;
}

Codes codes_of(Context& ctx, const System& system, const Cases& cases, const std::string& layer) {
  const auto& network = autoencoder_of(system);
  std::size_t number = code_layer(network);
  if (!layer.empty()) {
    const auto found = std::ranges::find(network.layers, layer, &NetworkLayer::name);
    std::vector<std::string> known;
    for (const NetworkLayer& one : network.layers) known.push_back(one.name);
    require(found != network.layers.end(), "--layer: expected a layer of the network ({}), got {}",
            fmt::join(known, ", "), printable(layer));
    number = std::size_t(found - network.layers.begin());
  }
  return {means_of(ctx, system, number, cases), network.layers[number].name};
}

std::optional<PrincipalComponents> rival_components(Context& ctx, const System& system, const Cases& train) {
  constexpr std::int64_t kMostUnits = 3'000;
  const Layer& visible = layer_of(visible_of(system));
  if (train.count() == 0 || visible.units > kMostUnits || are_documents(system)) return {};
  const auto& network = autoencoder_of(system);
  const std::int64_t numbers = std::min(network.layers[code_layer(network)].units(), visible.units);
  return principal_components(data_of(ctx, system, train), numbers);
}

}  // namespace deepboltz
