#include "deepboltz/system/graph/finetuning.h"

#include "deepboltz/model/field.h"
#include "deepboltz/stack/posterior_classifier.h"
#include "deepboltz/task/classify.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
Network untrained_classifier(Context& ctx, const FinetuneRecipe& plan, const EnergyModel& model, std::int64_t classes,
                             Key key) {
  const EnergyModel machine = without_labels(model);
  ScratchScope scope(ctx);
  std::vector<ConstMatrix> weights, biases;
  for (const Connection& c : machine.connections()) weights.push_back(c.weight);
  for (LayerId id : machine.ids(Role::hidden)) {
    const Matrix bias = scope.matrix(machine.precision(), 1, machine.layer(id).units);
    ordinary_bias(ctx, machine, id, bias);
    biases.push_back(bias);
  }
  return posterior_classifier(weights, biases, {.classes = classes, .deviation = plan.output_scale, .key = key});
}

Examples ClassifierCases::examples() const {
  Examples out;
  out.inputs.emplace_back(pixels.x);
  for (const Tensor& mean : posterior) out.inputs.emplace_back(mean);
  out.labels = labels;
  return out;
}

ClassifierCases classifier_cases(Context& ctx, const MeanFieldOptions& options, const EnergyModel& model,
                                 const Cases& cases) {
  if (cases.count() == 0) return {};
  const EnergyModel machine = without_labels(model);
  const Rows pixels = dense_rows(cases.at(kVisibleColumn));
  return {.pixels = pixels,
          .posterior = posterior_means(ctx, machine, pixels.x, upper_hidden_layers(machine), {.mean_field = options}),
          .labels = labels_of(cases)};
}

}  // namespace deepboltz
