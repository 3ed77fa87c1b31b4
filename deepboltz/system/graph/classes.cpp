#include "deepboltz/system/graph/classes.h"

#include "deepboltz/learn/source.h"
#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

Classification graph_classes(Context& ctx, const System& system, const SystemRecipe* recipe, const Cases& cases,
                             const std::string& method, const Report& report) {
  const auto& model = part<EnergyModel>(system, "model");
  const auto* network = find_part<Network>(system, "classifier");
  ClassifyOptions options{.report = report};
  if (method == "network" || (method == "auto" && network != nullptr)) {
    require(network != nullptr, "the run has no fine-tuned classifier ([finetune] in the recipe makes one)");
    const auto* graph = static_cast<const GraphRecipe*>(recipe);
    if (graph != nullptr && graph->finetune) options.mean_field = graph->finetune->mean_field;
    return classify(ctx, *network, model, shown_cases(ctx, model, cases).x, options);
  }
  require(model.find(Role::label).has_value(),
          "the model has no label layer (model.labels in the recipe) and no fine-tuned classifier ([finetune])");
  if (method == "clamp-grey") return classify(ctx, model, shown_cases(ctx, model, cases).x, options);
  return classify(ctx, model, fixed_states(ctx, model, cases), options);
}

}  // namespace deepboltz
