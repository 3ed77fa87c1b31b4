#include "deepboltz/system/multimodal/multimodal_kind.h"

#include "deepboltz/data/classes.h"
#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/model/build.h"
#include "deepboltz/system/multimodal/multimodal_cases.h"
#include "deepboltz/system/multimodal/multimodal_stages.h"
#include "deepboltz/system/multimodal/part_drawings.h"
#include "deepboltz/system/multimodal/part_files.h"
#include "deepboltz/system/multimodal/part_measures.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
namespace {

const MultimodalRecipe& multimodal(const SystemRecipe& recipe) { return static_cast<const MultimodalRecipe&>(recipe); }

std::unique_ptr<SystemRecipe> recipe() { return std::make_unique<MultimodalRecipe>(); }

void declare(Section top, SystemRecipe& of) { multimodal_settings(top, static_cast<MultimodalRecipe&>(of)); }

void check(SystemRecipe& of, const Refuse& refuse) { require_consistent(multimodal(of), refuse); }

std::unique_ptr<CaseSets> load(Context& ctx, const SystemRecipe& recipe, const DataPlaces& places) {
  return std::make_unique<CaseSets>(load_parts(ctx, multimodal(recipe), places));
}

void show(const SystemRecipe& recipe, Share share, Cases& cases) { show_parts(multimodal(recipe), share, cases); }

ReadOptions reading(const SystemRecipe& recipe, const std::string& part) {
  return reading_of(multimodal(recipe), part);
}

std::string sizes(const CaseSets& sets) {
  std::string parts;
  for (const Column& column : sets.train.columns)
    if (is_part_name(column.name))
      parts += fmt::format("{}{} ({})", parts.empty() ? "" : ", ", column.name, column.units());
  return fmt::format("{} training cases of {}; {} held out, {} test cases", sets.train.count(), parts,
                     sets.validation.count(), sets.test.count());
}

System begin(Context& ctx, const SystemRecipe& of, const CaseSets& sets, const BeginOptions& options) {
  const MultimodalRecipe& recipe = multimodal(of);
  EnergyModel model = untrained_machine(recipe, sets.train, options);
  initialise_weights(model, recipe.weight_scale, Key{recipe.seed}.fold(RunUse::initialise));
  set_visible_bias(ctx, sets.train, model);
  System system{.kind = "multimodal"};
  system.parts.emplace("model", std::move(model));
  for (const Column& column : sets.train.columns) system.columns.emplace(column.name, column.meaning);
  return system;
}

Codes codes(Context& ctx, const System& system, const Cases& cases, const std::string& layer, const Report& report) {
  const EnergyModel model = without_labels(part<EnergyModel>(system, "model"));
  const std::string name = layer.empty() ? model.layer(joint_layer(model)).name : layer;
  const auto id = model.find(name);
  if (!id || model.layer(*id).role != Role::hidden) {
    std::vector<std::string> known;
    for (LayerId hidden : model.ids(Role::hidden)) known.push_back(model.layer(hidden).name);
    throw InputError(fmt::format("--layer: expected a hidden layer ({}), got {}", fmt::join(known, ", "), name));
  }
  GivenParts given;
  for (const std::string& part : parts_of(model)) {
    if (cases.find(part) != nullptr) given.names.push_back(part);
    given.lengths[part] = meaning_of(system, part).words;
  }
  require(!given.names.empty(), "{}: the cases have none of the parts {}", cases.origin.name, list_of(parts_of(model)));
  return {std::move(means_given(ctx, model, cases, given, {&*id, 1}, {.report = report}).front()), name};
}

}  // namespace

Kind multimodal_kind() {
  return {
      .word = "multimodal",
      .mark = "pathway",
      .verbs = "encode, sample, complete, search",
      .recipe = recipe,
      .declare = declare,
      .check = check,
      .load = load,
      .sizes = sizes,
      .reading = reading,
      .show = show,
      .begin = begin,
      .stages = multimodal_stages,
      .measures = multimodal_measures(),
      .drawings = multimodal_drawings(),
      .uses = {.parts = [](const System& system) { return find_part<EnergyModel>(system, "model"); }, .codes = codes}};
}

}  // namespace deepboltz
