#include "deepboltz/system/graph/classes.h"

#include "deepboltz/learn/source.h"
#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

Classification graph_classes(Context& ctx, const System& system, const SystemRecipe* recipe, const Cases& cases,
                             const std::string& method, const Report& report) {
  const auto& model = part<EnergyModel>(system, "model");
  const auto* network = find_part<Network>(system, "classifier");
  const Rows shown = shown_cases(ctx, model, cases);
  ClassifyOptions options{.report = report};
  if (method == "network" || (method == "auto" && network != nullptr)) {
    require(network != nullptr, "the run has no fine-tuned classifier ([finetune] in the recipe makes one)");
    const auto* graph = static_cast<const GraphRecipe*>(recipe);
    if (graph != nullptr && graph->finetune) options.mean_field = graph->finetune->mean_field;
    return classify(ctx, *network, model, shown.x, options);
  }
  require(model.find(Role::label).has_value(),
          "the model has no label layer (model.labels in the recipe) and no fine-tuned classifier ([finetune])");
  return classify(ctx, model, shown.x, options);
}

}  // namespace deepboltz
