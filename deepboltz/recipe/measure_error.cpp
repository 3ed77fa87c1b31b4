#include "deepboltz/recipe/evaluation.h"
#include "deepboltz/task/classify.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {

TestError measure_error(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Network* classifier,
                        const Dataset& cases, const EvaluateOptions& options) {
  require_cases(model, cases);
  TestError out;
  if (cases.labels.empty()) return out;
  const std::vector<std::uint32_t> truth(cases.labels.begin(), cases.labels.end());
  const bool bytes = cases.x.dtype() == DType::u8 && model.layer(model.visible()).scale.empty();
  const Tensor converted = bytes ? Tensor() : visible_states(ctx, model, cases);
  const ConstMatrix x = converted.empty() ? cases.x.view() : converted.view();
  if (model.find(Role::label))
    out.label_error = error_rate(classify(ctx, model, x, {.report = options.report}).label, truth);
  if (classifier) {
    const MeanFieldOptions inference = recipe.finetune ? recipe.finetune->mean_field : MeanFieldOptions{.sweeps = 50};
    out.classifier_error = error_rate(
        classify(ctx, *classifier, model, x, {.mean_field = inference, .report = options.report}).label, truth);
  }
  return out;
}

Retrieval measure_retrieval(Context& ctx, const EnergyModel& model, const Dataset& train, const Dataset& cases,
                            const RetrieveOptions& options) {
  require_cases(model, train);
  require_cases(model, cases);
  const auto stored = topics_of(train), wanted = topics_of(cases);
  require(!stored.empty() && !wanted.empty(), "retrieval: the cases of '{}' have no labels to be found by",
          stored.empty() ? train.name : cases.name);
  const EnergyModel encoder = without_labels(model);
  const LayerId layer = encoder.ids(Role::hidden).back();
  const auto codes = [&](const Dataset& data) {
    return std::move(
        posterior_means(ctx, encoder, visible_states(ctx, encoder, data), {&layer, 1}, {.report = options.report})
            .front());
  };
  const Tensor of_train = codes(train), of_cases = codes(cases);
  return retrieve(ctx, {of_cases, wanted}, {of_train, stored}, options);
}

}  // namespace deepboltz
