#include "deepboltz/system/stack/stack_kind.h"

#include "deepboltz/system/layered/load.h"
#include "deepboltz/system/layered/untrained_model.h"
#include "deepboltz/system/stack/belief_net_parts.h"
#include "deepboltz/system/stack/reconstruct.h"
#include "deepboltz/system/stack/stack_cases.h"
#include "deepboltz/system/stack/stack_classes.h"
#include "deepboltz/system/stack/stack_drawings.h"
#include "deepboltz/system/stack/stack_measures.h"
#include "deepboltz/system/stack/stack_stages.h"
#include "deepboltz/task/belief_net_completion.h"
#include "deepboltz/task/belief_net_samples.h"

namespace deepboltz {
namespace {

const StackRecipe& stack(const SystemRecipe& recipe) { return static_cast<const StackRecipe&>(recipe); }

std::unique_ptr<SystemRecipe> recipe() { return std::make_unique<StackRecipe>(); }

void declare(Section top, SystemRecipe& of) { stack_settings(top, static_cast<StackRecipe&>(of)); }

void check(SystemRecipe& of, const Refuse& refuse) { require_consistent(stack(of), refuse); }

std::unique_ptr<CaseSets> load(Context& ctx, const SystemRecipe& recipe, const DataPlaces& places) {
  return std::make_unique<CaseSets>(load_cases(ctx, stack(recipe), places));
}

ReadOptions reading(const SystemRecipe& recipe, const std::string&) { return reading_of(stack(recipe)); }

void show(const SystemRecipe& recipe, Share share, Cases& cases) { show_cases(stack(recipe), share, cases); }

System begin(Context& ctx, const SystemRecipe& of, const CaseSets& sets, const BeginOptions& options) {
  const StackRecipe& recipe = stack(of);
  const EnergyModel layers = layers_of(recipe, sets.train, options);
  require_cases_fit(recipe, sets, layers);
  System system{.kind = "stack"};
  system.parts.emplace("visible", visible_only(layers));
  put_together(ctx, recipe, untrained_machines(recipe, layers), system);
  for (const Column& column : sets.train.columns) system.columns.emplace(column.name, column.meaning);
  system.columns[kVisibleColumn].ink = ink_of(sets.train);
  return system;
}

Samples draw(Context& ctx, const System& system, const SampleOptions& options) {
  require(has_net(system), "an autoencoder has no distribution to draw samples from; a belief net has");
  return draw_samples(ctx, net_of(system), options);
}

Completion completed(Context& ctx, const System& system, ConstMatrix cases, ConstMatrix known,
                     const CompleteOptions& options) {
  require(has_net(system), "an autoencoder has no distribution to complete cases by; a belief net has");
  return complete(ctx, net_of(system), cases, known, options);
}

const EnergyModel* takes(const System& system) { return &part<EnergyModel>(system, "visible"); }

}  // namespace

Kind stack_kind() {
  return {.word = "stack",
          .verbs = "encode, reconstruct, hash, search, classify, sample, complete",
          .recipe = recipe,
          .declare = declare,
          .check = check,
          .load = load,
          .reading = reading,
          .show = show,
          .begin = begin,
          .stages = stack_stages,
          .measures = stack_measures(),
          .drawings = stack_drawings(),
          .uses = {.graph = nullptr,
                   .takes = takes,
                   .draw = draw,
                   .complete = completed,
                   .codes = [](Context& ctx, const System& system, const Cases& cases, const std::string& layer,
                               const Report&) { return codes_of(ctx, system, cases, layer); },
                   .reconstruct = [](Context& ctx, const System& system, const Cases& cases,
                                     const Report&) { return reconstructed(ctx, system, cases); },
                   .classes = stack_classes},
          .integers = true};
}

}  // namespace deepboltz
