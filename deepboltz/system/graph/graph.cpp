#include "deepboltz/system/graph/graph.h"

#include <cmath>
#include <limits>

#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/model/build.h"
#include "deepboltz/system/graph/adapt.h"
#include "deepboltz/system/graph/classes.h"
#include "deepboltz/system/graph/consistent.h"
#include "deepboltz/system/graph/graph_codes.h"
#include "deepboltz/system/graph/graph_drawings.h"
#include "deepboltz/system/graph/graph_measures.h"
#include "deepboltz/system/graph/graph_stages.h"
#include "deepboltz/system/layered/load.h"
#include "deepboltz/system/layered/untrained_model.h"

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
  recognition_settings(top.below("train."), recipe.train.learner.recognition);
  top.add_table("finetune", recipe.finetune, graph_finetune_settings);
  evaluate_settings(top.below("evaluate."), recipe.evaluate);
  monitor_settings(top.below("monitor."), recipe.monitor);
}

void check(SystemRecipe& of, const Refuse& refuse) {
  auto& recipe = static_cast<GraphRecipe&>(of);
  // Persistent chains learn log p, where contrastive divergence leaves modes that no case is near. Documents differ in
  // length, which chains do not follow.
  if (recipe.train.open_method && std::holds_alternative<Counts>(recipe.model.visible))
    recipe.train.learner.negative.kind = Negative::Kind::from_data;
  require_consistent(recipe, refuse);
}

std::unique_ptr<CaseSets> load(Context& ctx, const SystemRecipe& recipe, const DataPlaces& places) {
  return std::make_unique<CaseSets>(load_cases(ctx, graph(recipe), places));
}

ReadOptions reading(const SystemRecipe& recipe, const std::string&) { return reading_of(graph(recipe)); }

std::string adapt_to(const CaseSets& sets, SystemRecipe& recipe) {
  return adapt(sets.train, static_cast<GraphRecipe&>(recipe));
}

void show(const SystemRecipe& recipe, Share share, Cases& cases) { show_cases(graph(recipe), share, cases); }

System begin(Context& ctx, const SystemRecipe& of, const CaseSets& sets, const BeginOptions& options) {
  const GraphRecipe& recipe = graph(of);
  require(recipe.train.epochs != kOpen && !std::isnan(recipe.train.learner.rate.start),
          "train: the recipe lacks epochs or rate");
  EnergyModel model = untrained_model(recipe, sets.train, options);
  require_learner(recipe.train.learner, model);
  require_cases_fit(recipe, sets, model);
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

GraphRecipe::GraphRecipe() {
  train.epochs = train.batch = kOpen;
  train.learner.rate.start = train.learner.decay.l2 = std::numeric_limits<double>::quiet_NaN();
  train.learner.negative.kind = Negative::Kind::persistent;
  train.open_method = true;
}

Kind graph_kind() {
  return {.word = "graph",
          .verbs = "sample, complete, classify, encode, reconstruct, hash, search, topics, explain",
          .recipe = recipe,
          .declare = declare,
          .check = check,
          .load = load,
          .adapt = adapt_to,
          .reading = reading,
          .show = show,
          .begin = begin,
          .stages = graph_stages,
          .next = next,
          .facts = graph_facts,
          .measures = graph_measures(),
          .drawings = graph_drawings(),
          .uses = {.graph = model_of,
                   .takes = nullptr,
                   .draw = nullptr,
                   .complete = nullptr,
                   .codes = graph_codes,
                   .reconstruct = graph_reconstruction,
                   .classes = graph_classes},
          .integers = true};
}

}  // namespace deepboltz
