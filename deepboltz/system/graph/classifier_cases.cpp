#include "deepboltz/system/graph/classifier_cases.h"

#include "deepboltz/task/classify.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {

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
