#include "deepboltz/system/graph/finetuning.h"

#include <cmath>
#include <cstring>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/model/field.h"
#include "deepboltz/stack/posterior_classifier.h"
#include "deepboltz/task/classify.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
namespace {

template <class State, class F> void each_counter(State& state, F&& f) {
  f("finetune/epoch", state.epoch);
  f("finetune/batch", state.batch);
  f("finetune/step", state.step);
  f("finetune/full_steps", state.full_steps);
  f("finetune/errors", state.score.errors);
  f("finetune/cases", state.score.cases);
}

}  // namespace

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

LabelledCases ClassifierCases::labelled() const {
  LabelledCases out;
  out.inputs.push_back(pixels.x);
  for (const Tensor& mean : posterior) out.inputs.push_back(mean);
  out.labels = labels;
  return out;
}

ClassifierCases classifier_cases(Context& ctx, const MeanFieldOptions& options, const EnergyModel& model,
                                 const Cases& cases) {
  if (cases.count() == 0) return {};
  const EnergyModel machine = without_labels(model);
  const Rows pixels = std::get<Rows>(cases.at(kVisibleColumn).x);
  return {.pixels = pixels,
          .posterior = posterior_means(ctx, machine, pixels.x, upper_hidden_layers(machine), {.mean_field = options}),
          .labels = labels_of(cases)};
}

void add_backprop(const BackpropState& state, const Network& network, Archive& archive) {
  // Names and places alone are asked for; neither is changed.
  for (const auto& [name, values] : named_tensors(const_cast<Network&>(network), const_cast<BackpropState&>(state))) {
    Tensor copy(values.dtype, values.rows, values.cols);
    std::memcpy(copy.data(), values.data, copy.bytes());
    archive.add("finetune/" + name, std::move(copy));
  }
  each_counter(state, [&](const char* name, std::int64_t value) { archive.metadata[name] = std::to_string(value); });
  archive.metadata["finetune/cross_entropy"] = fmt::format("{}", state.score.cross_entropy);
}

void take_backprop(Archive& archive, Network& network, BackpropState& state) {
  for (const auto& [name, into] : named_tensors(network, state)) {
    const Tensor& found = archive.at("finetune/" + name);
    require(found.dtype() == into.dtype && found.rows() == into.rows && found.cols() == into.cols,
            "{}: '{}' should be {} × {}, but is {} × {}", archive.file, name, into.rows, into.cols, found.rows(),
            found.cols());
    std::memcpy(into.data, found.data(), found.bytes());
  }
  each_counter(state, [&](const char* name, std::int64_t& value) {
    const std::string& word = archive.metadata[name];
    const auto count = parse_number<std::int64_t>(word);
    require(count && *count >= 0, "{}: {}: expected a count, got '{}'", archive.file, name, word);
    value = *count;
  });
  const std::string& word = archive.metadata["finetune/cross_entropy"];
  const auto sum = parse_number<double>(word);
  require(sum && std::isfinite(*sum), "{}: finetune/cross_entropy: expected a number, got '{}'", archive.file, word);
  state.score.cross_entropy = *sum;
}

}  // namespace deepboltz
