#include <fmt/format.h>

#include "deepboltz/system/layered/consistent_data.h"
#include "deepboltz/system/layered/consistent_stage.h"
#include "deepboltz/system/stack/stack_recipe.h"

namespace deepboltz {
namespace {

void pretrain_settings(Section s, PretrainRecipe& pretrain) {
  s.add("means", pretrain.means,
        "machines above the first learn from the means of the layer below, and not from draws of it");
  pretrain_stage_settings(s, pretrain);
}

void stack_finetune_settings(Section s, FinetuneRecipe& finetune) {
  finetune_settings(s, finetune);
  s.add("code_noise", finetune.backprop.noise, kFromZero,
        "stack = \"autoencoder\": standard deviation of noise on the fields of the code, drawn once for each case. It "
        "makes a code of bernoulli units binary; published: 4");
}

void up_down_settings(Section s, UpDownRecipe& up_down) {
  UpDownOptions& options = up_down.options;
  s.add("epochs", up_down.epochs, kFromZero, "passes over the training set");
  average_setting(s, up_down.average);
  s.add("batch", options.batch, kFromOne, "number of cases in each update");
  s.choose("math", options.math, {"f32", "int16", "int24"},
           "arithmetic of the top's chain. int16, int24: exact sums of integers; the net learns in floats as before");
  s.add("rate", options.rate, kFromZero, "learning rate of the generative, the recognition and the top weights");
  s.add("momentum", options.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("l2", options.l2, kFromZero, "weight decay: this times the weight is subtracted from the gradient");
  s.add("sweeps", options.sweeps, kFromOne,
        "Gibbs sweeps of the top in each update; published: 3, then 6, then 10, a hundred epochs each");
}

void evaluate_settings(Section s, StackEvaluateRecipe& evaluate) {
  LogZOptions& log_z = evaluate.log_z;
  s.add("ais_steps", log_z.steps, kFromOne, "AIS of the top: number of temperatures");
  s.add("ais_runs", log_z.runs, {.low = 2}, "AIS of the top: number of independent runs");
  s.add("burn_in", log_z.burn_in, kFromZero, "reverse AIS: sweeps before a chain is used as a sample");
  s.add("tempering_levels", log_z.levels, {.low = 2, .high = 10'000}, "parallel tempering: number of temperatures");
  s.add("tempering_ladders", log_z.ladders, {.low = 2}, "parallel tempering: number of independent ladders");
  s.add("tempering_rounds", log_z.rounds, {.low = 0, .high = 1'000'000'000},
        "parallel tempering: rounds that are measured. Below 2: no tempering");
  s.add("bound_draws", evaluate.bound.draws, {.low = 2, .high = 1'000'000},
        "draws of the hidden layers for each case, for the bound and the importance estimate");
}

// Of hidden layer `layer`, from 0.
const Unit& unit_of_layer(const StackRecipe& recipe, std::size_t layer) {
  return layer + 1 == recipe.model.hidden.size() ? recipe.top_unit : recipe.model.hidden_unit;
}

}  // namespace

StackRecipe::StackRecipe() {
  monitor.every = monitor.checkpoint_every = 1;
  monitor.likelihood_every = 0;
  monitor.pictures_every = 10;
}

void stack_settings(Section top, StackRecipe& recipe) {
  data_settings(top.below("data."), recipe.data);
  Section model = top.below("model.");
  model.choose("stack", recipe.form, {"autoencoder", "belief-net"},
               "what the machines become. autoencoder: a network to a code and back. belief-net: directed layers below "
               "the last machine");
  model_settings(model, recipe.model);
  model.add("top_unit", recipe.top_unit, kAny, "units of the top hidden layer. gaussian: a code of real values");
  top.add_table("pretrain", recipe.pretrain, pretrain_settings);
  top.add_table("up_down", recipe.up_down, up_down_settings);
  top.add_table("finetune", recipe.finetune, stack_finetune_settings);
  evaluate_settings(top.below("evaluate."), recipe.evaluate);
  monitor_settings(top.below("monitor."), recipe.monitor);
}

void require_consistent(const StackRecipe& recipe, const Refuse& refuse) {
  const std::size_t layers = recipe.model.hidden.size();
  if (layers == 0) refuse("model.hidden", "expected at least one hidden layer, got []");
  require_consistent_data(recipe, refuse);
  if (!recipe.pretrain && !recipe.up_down && !recipe.finetune)
    refuse("pretrain", "there is nothing to train; expected [pretrain], [up_down] or [finetune]");
  if (recipe.data.labelled > 0) refuse("data.labelled", "expected 0: a stack uses every label, or none");
  if (recipe.model.standardise == Standardise::zca) refuse("model.standardise", "expected \"columns\" in a stack");
  if (!is_normalised(recipe.model.visible))
    refuse("model.visible", fmt::format("\"{}\" units have no log p, which reconstruction is measured by",
                                        word_of(recipe.model.visible)));
  for (const auto& [key, unit] :
       {std::pair("model.hidden_unit", recipe.model.hidden_unit), std::pair("model.top_unit", recipe.top_unit)})
    if (!std::holds_alternative<Bernoulli>(unit) && !std::holds_alternative<Gaussian>(unit))
      refuse(key, fmt::format("expected \"bernoulli\" or \"gaussian\", got \"{}\"", word_of(unit)));
  const bool autoencoder = recipe.form == StackForm::autoencoder;
  if (autoencoder && recipe.model.labels)
    refuse("model.labels", "an autoencoder has no label layer; expected false, or model.stack = \"belief-net\"");
  if (recipe.pretrain) {
    const auto& stages = recipe.pretrain->stages;
    if (stages.size() != layers)
      refuse("pretrain.stage",
             fmt::format("expected one [[pretrain.stage]] a hidden layer ({}), got {}", layers, stages.size()));
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const Unit &lower = i == 0 ? recipe.model.visible : unit_of_layer(recipe, i - 1),
                 &upper = unit_of_layer(recipe, i);
      if (lower == Unit(Gaussian{}) && upper == Unit(Gaussian{}))
        refuse(i + 1 == layers ? "model.top_unit" : "model.hidden_unit",
               "\"gaussian\" on both sides is no distribution; take \"bernoulli\"");
      require_stage(
          {.prefix = fmt::format("pretrain.stage[{}].", i), .stage = stages[i], .lower = lower, .upper = upper}, recipe,
          refuse);
    }
  }
  if (autoencoder && recipe.up_down) refuse("up_down", "is for model.stack = \"belief-net\"");
  if (recipe.up_down && is_integer(recipe.up_down->options.math) && recipe.model.precision != DType::f32)
    refuse("up_down.math", fmt::format("integers are made of f32, but model.precision = \"{}\"; expected \"f32\"",
                                       name_of(recipe.model.precision)));
  if (!autoencoder && layers < 2)
    refuse("model.hidden", fmt::format("a belief net has at least two hidden layers, got {}", layers));
  if (!autoencoder && !std::holds_alternative<Bernoulli>(recipe.top_unit))
    refuse("model.top_unit",
           fmt::format("expected \"bernoulli\" at the top of a belief net, got \"{}\"", word_of(recipe.top_unit)));
  if (!recipe.finetune) return;
  require_finetune(
      {.finetune = *recipe.finetune, .labelled = recipe.model.labels, .layers = autoencoder ? 2 * layers : layers + 1},
      refuse);
  const Schedule& noise = recipe.finetune->backprop.noise;
  if (std::max(noise.start, noise.end) > 0 && (!autoencoder || !std::holds_alternative<Bernoulli>(recipe.top_unit)))
    refuse("finetune.code_noise", "is for the code of an autoencoder with \"bernoulli\" units at its top");
}

}  // namespace deepboltz
