#include "deepboltz/system/stack/stack_classes.h"

#include "deepboltz/learn/source.h"
#include "deepboltz/stack/propagate.h"
#include "deepboltz/system/stack/belief_net_parts.h"
#include "deepboltz/system/stack/stack_cases.h"
#include "deepboltz/task/belief_net_classes.h"

namespace deepboltz {

Classification stack_classes(Context& ctx, const System& system, const SystemRecipe*, const Cases& cases,
                             const std::string& method, const Report& report) {
  const auto& visible = part<EnergyModel>(system, "visible");
  const auto* network = find_part<Network>(system, "classifier");
  if (method == "network" || (method == "auto" && network != nullptr)) {
    require(network != nullptr, "the run has no fine-tuned classifier ([finetune] of a belief net makes one)");
    const StackCases shown(ctx, visible, cases);
    return classify(ctx, *network, shown.inputs());
  }
  require(has_net(system) && part<EnergyModel>(system, "top").find(Role::label),
          "the system has no label layer (model.labels of a belief net) and no fine-tuned classifier ([finetune])");
  return classify(ctx, net_of(system), shown_cases(ctx, visible, cases).x, {.report = report});
}

}  // namespace deepboltz
