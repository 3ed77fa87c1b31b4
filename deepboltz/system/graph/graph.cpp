#include "deepboltz/system/graph/graph.h"

#include <cmath>
#include <limits>

#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/model/build.h"
#include "deepboltz/system/graph/classes.h"
#include "deepboltz/system/graph/consistent.h"
#include "deepboltz/system/graph/graph_drawings.h"
#include "deepboltz/system/graph/graph_measures.h"
#include "deepboltz/system/graph/graph_stages.h"
#include "deepboltz/system/graph/load.h"
#include "deepboltz/system/graph/untrained_model.h"

namespace deepboltz {
namespace {

const GraphRecipe& graph(const SystemRecipe& recipe) { return static_cast<const GraphRecipe&>(recipe); }

std::unique_ptr<SystemRecipe> recipe() { return std::make_unique<GraphRecipe>(); }

void declare(Section top, SystemRecipe& of) {
  auto& recipe = static_cast<GraphRecipe&>(of);
  data_settings(top.below("data."), recipe.data);
  model_settings(top.below("model."), recipe.model);
  top.add_table("pretrain", recipe.pretrain, pretrain_settings);
  stage_settings(top.below("train."), recipe.train);
  top.add_table("finetune", recipe.finetune, finetune_settings);
  evaluate_settings(top.below("evaluate."), recipe.evaluate);
  monitor_settings(top.below("monitor."), recipe.monitor);
}

// Where real values are seen, a rate that suits bits makes the weights diverge: the default is lower
// (docs/models/gaussian-rbm.md). Whitened, they have no factor in common that all weights could follow.
double usual_rate(const ModelRecipe& model) {
  constexpr double kRate = 0.05, kGaussianRate = 0.001, kWhitenedRate = 0.01;
  if (!std::holds_alternative<Gaussian>(model.visible)) return kRate;
  return model.standardise == Standardise::zca ? kWhitenedRate : kGaussianRate;
}

void check(SystemRecipe& of, const Refuse& refuse) {
  auto& recipe = static_cast<GraphRecipe&>(of);
  double& rate = recipe.train.learner.rate.start;
  if (std::isnan(rate)) rate = usual_rate(recipe.model);
  require_consistent(recipe, refuse);
}

std::unique_ptr<CaseSets> load(Context& ctx, const SystemRecipe& recipe, const DataPlaces& places) {
  return std::make_unique<CaseSets>(load_cases(ctx, graph(recipe), places));
}

ReadOptions reading(const SystemRecipe& recipe) { return reading_of(graph(recipe)); }

void show(const SystemRecipe& recipe, Share share, Cases& cases) { show_cases(graph(recipe), share, cases); }

System begin(Context& ctx, const SystemRecipe& of, const CaseSets& sets) {
  const GraphRecipe& recipe = graph(of);
  EnergyModel model = untrained_model(recipe, sets.train);
  require_trainable(recipe, sets, model);
  require(!recipe.pretrain || recipe.pretrain->stages.size() == recipe.model.hidden.size(),
          "pretrain: expected {} stages, one a hidden layer, got {}", recipe.model.hidden.size(),
          recipe.pretrain ? recipe.pretrain->stages.size() : 0);
  if (!recipe.pretrain) {
    initialise_weights(model, recipe.model.weight_scale, Key{recipe.seed}.fold(RunUse::initialise));
    if (recipe.model.bias_from_data) set_visible_bias(ctx, sets.train, model);
  }
  System system{.kind = "graph"};
  system.parts.emplace("model", std::move(model));
  for (const Column& column : sets.train.columns) system.columns.emplace(column.name, column.meaning);
  system.columns[kVisibleColumn].ink = ink_of(sets.train);
  return system;
}

const EnergyModel* model_of(const System& system) { return find_part<EnergyModel>(system, "model"); }

std::string next(const SystemRecipe& recipe) {
  const ModelRecipe& model = graph(recipe).model;
  if (std::holds_alternative<Counts>(model.visible) && model.labels) return "classify";  // it has no perplexity
  return is_normalised(model.visible) && is_normalised(model.hidden_unit) ? "evaluate" : "sample";
}

}  // namespace

GraphRecipe::GraphRecipe() { train.learner.rate.start = std::numeric_limits<double>::quiet_NaN(); }

Kind graph_kind() {
  return {.word = "graph",
          .verbs = "sample, complete, classify, encode, topics, explain",
          .recipe = recipe,
          .declare = declare,
          .check = check,
          .load = load,
          .reading = reading,
          .show = show,
          .begin = begin,
          .stages = graph_stages,
          .next = next,
          .facts = graph_facts,
          .measures = graph_measures(),
          .drawings = graph_drawings(),
          .uses = {.graph = model_of, .classes = graph_classes},
          .integers = true};
}

}  // namespace deepboltz
