#include "deepboltz/recipe/finetune.h"

#include <cmath>
#include <cstring>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/model/field.h"
#include "deepboltz/stack/posterior_classifier.h"
#include "deepboltz/task/classify.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
namespace {

struct Cases {
  std::vector<std::uint32_t> labels;  // what labelled.labels looks at
  LabelledCases labelled;
};

Cases labelled_cases(const Dataset& data, const std::vector<Tensor>& features) {
  Cases cases;
  cases.labels.assign(data.labels.begin(), data.labels.end());
  cases.labelled.inputs.push_back(data.x);
  for (const Tensor& q : features) cases.labelled.inputs.push_back(q);
  cases.labelled.labels = cases.labels;
  return cases;
}

template <class State, class F> void each_counter(State& state, F&& f) {
  f("finetune/epoch", state.epoch);
  f("finetune/batch", state.batch);
  f("finetune/step", state.step);
  f("finetune/full_steps", state.full_steps);
  f("finetune/errors", state.score.errors);
  f("finetune/cases", state.score.cases);
}

}  // namespace

Finetuning start_finetuning(Context& ctx, const FinetuneRecipe& plan, const EnergyModel& model, const Dataset& train,
                            Key key) {
  require(train.classes > 1, "finetune: the training data '{}' have no labels", train.name);
  const EnergyModel machine = without_labels(model);
  ScratchScope scope(ctx);
  std::vector<ConstMatrix> weights, biases;
  for (const Connection& c : machine.connections()) weights.push_back(c.weight);
  for (LayerId id : machine.ids(Role::hidden)) {
    const Matrix bias = scope.matrix(machine.precision(), 1, machine.layer(id).units);
    ordinary_bias(ctx, machine, id, bias);
    biases.push_back(bias);
  }
  Finetuning finetuning;
  finetuning.network =
      posterior_classifier(weights, biases, {.classes = train.classes, .deviation = plan.output_scale, .key = key});
  finetuning.state = start_backprop(plan.backprop, finetuning.network);
  return finetuning;
}

std::vector<Tensor> posterior_inputs(Context& ctx, const MeanFieldOptions& options, const EnergyModel& model,
                                     const Dataset& data) {
  if (data.cases() == 0) return {};
  const EnergyModel machine = without_labels(model);
  return posterior_means(ctx, machine, data.x, upper_hidden_layers(machine), {.mean_field = options});
}

EpochResult finetune_epoch(Context& ctx, const FinetuneRecipe& plan, Key key, const Dataset& data,
                           const std::vector<Tensor>& features, Finetuning& finetuning, const Report& report) {
  BackpropOptions options = plan.backprop;
  options.key = key;
  const Cases cases = labelled_cases(data, features);
  return fit_epoch(ctx, options, cases.labelled, finetuning.network, finetuning.state, report);
}

Score classifier_score(Context& ctx, const Network& network, const Dataset& data, const std::vector<Tensor>& features) {
  const Cases cases = labelled_cases(data, features);
  return score(ctx, network, cases.labelled);
}

void add_finetuning(Finetuning& finetuning, Archive& archive) {
  const auto add = [&](const NamedMatrix& named) {
    Tensor copy(named.second.dtype, named.second.rows, named.second.cols);
    std::memcpy(copy.data(), named.second.data, copy.bytes());
    archive.add("finetune/" + named.first, std::move(copy));
  };
  for (const NamedMatrix& named : named_parameters(finetuning.network)) add(named);
  for (const NamedMatrix& named : named_tensors(finetuning.network, finetuning.state)) add(named);
  each_counter(finetuning.state,
               [&](const char* name, std::int64_t value) { archive.metadata[name] = std::to_string(value); });
  archive.metadata["finetune/cross_entropy"] = fmt::format("{}", finetuning.state.score.cross_entropy);
}

void take_finetuning(Archive& archive, Finetuning& finetuning) {
  const auto take = [&](const NamedMatrix& named) {
    const Tensor& found = archive.at("finetune/" + named.first);
    const Matrix into = named.second;
    require(found.dtype() == into.dtype && found.rows() == into.rows && found.cols() == into.cols,
            "{}: '{}' should be {} × {}, but is {} × {}", archive.file, named.first, into.rows, into.cols, found.rows(),
            found.cols());
    std::memcpy(into.data, found.data(), found.bytes());
  };
  for (const NamedMatrix& named : named_parameters(finetuning.network)) take(named);
  for (const NamedMatrix& named : named_tensors(finetuning.network, finetuning.state)) take(named);
  each_counter(finetuning.state, [&](const char* name, std::int64_t& value) {
    const std::string& word = archive.metadata[name];
    const auto count = parse_number<std::int64_t>(word);
    require(count && *count >= 0, "{}: {}: expected a count, got '{}'", archive.file, name, word);
    value = *count;
  });
  const std::string& word = archive.metadata["finetune/cross_entropy"];
  const auto sum = parse_number<double>(word);
  require(sum && std::isfinite(*sum), "{}: finetune/cross_entropy: expected a number, got '{}'", archive.file, word);
  finetuning.state.score.cross_entropy = *sum;
}

}  // namespace deepboltz
