#include "deepboltz/system/robust/robust_kind.h"

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/model/build.h"
#include "deepboltz/system/layered/load.h"
#include "deepboltz/system/layered/untrained_model.h"
#include "deepboltz/system/robust/robust_cases.h"
#include "deepboltz/system/robust/robust_drawings.h"
#include "deepboltz/system/robust/robust_measures.h"
#include "deepboltz/system/robust/robust_parts.h"
#include "deepboltz/system/robust/robust_stages.h"

namespace deepboltz {
namespace {

const RobustRecipe& robust(const SystemRecipe& recipe) { return static_cast<const RobustRecipe&>(recipe); }

std::unique_ptr<SystemRecipe> recipe() { return std::make_unique<RobustRecipe>(); }

void declare(Section top, SystemRecipe& of) { robust_settings(top, static_cast<RobustRecipe&>(of)); }

void check(SystemRecipe& of, const Refuse& refuse) { require_consistent(robust(of), refuse); }

std::unique_ptr<CaseSets> load(Context& ctx, const SystemRecipe& recipe, const DataPlaces& places) {
  return std::make_unique<CaseSets>(load_robust(ctx, robust(recipe), places));
}

std::string sizes(const CaseSets& sets) {
  return fmt::format("{} clean pictures of {} pixels, {} covered ones to learn masks from; {} held out, {} test cases",
                     sets.train.count(), sets.train.at(kVisibleColumn).units(),
                     sets.beside.contains(kCovered) ? sets.beside.at(kCovered).count() : 0, sets.validation.count(),
                     sets.test.count());
}

ReadOptions reading(const SystemRecipe& recipe, const std::string&) { return reading_of(robust(recipe)); }

void show(const SystemRecipe& recipe, Share share, Cases& cases) { show_robust(robust(recipe), share, cases); }

// The noise begins as all pixels of the pictures together.
Gate initial_gate(const RobustRecipe& recipe, const PictureScale& scale, const Cases& pictures) {
  double sum = 0, squares = 0, count = 0;
  each_value(pictures.at(kVisibleColumn), [&](std::int64_t, std::int64_t, double x) {
    sum += x;
    squares += x * x;
    ++count;
  });
  const double mean = sum / count, variance = std::max(squares / count - mean * mean, 1e-12);
  const auto pixels = std::int64_t(scale.scale.size());
  Gate gate = uniform_gate(recipe.mask.gate, recipe.model.precision, pixels, recipe.mask.strength, 1, 0);
  for (std::int64_t i = 0; i < pixels; ++i) {
    const double deviation = scale.scale[std::size_t(i)];
    gate.mean.set(0, i, scale.to_state(i, mean));
    gate.precision.set(0, i, deviation * deviation / variance);
  }
  return gate;
}

System begin(Context& ctx, const SystemRecipe& of, const CaseSets& sets, const BeginOptions& options) {
  const RobustRecipe& recipe = robust(of);
  EnergyModel face = untrained_model(recipe, sets.train, options);
  require_learner(recipe.train.learner, face);
  require_cases_fit(recipe, sets, face);
  Layer& visible = face.layer(face.visible());
  scale_add(ctx, 0, visible.scale, recipe.face.deviation, visible.scale);
  initialise_weights(face, recipe.model.weight_scale, Key{recipe.seed}.fold(RunUse::initialise));
  if (recipe.model.bias_from_data) set_visible_bias(ctx, sets.train, face);

  EnergyModel mask = rbm(visible.units, recipe.mask.hidden, {.precision = recipe.model.precision});
  initialise_weights(mask, recipe.mask.weight_scale, Key{recipe.seed}.fold(RunUse::initialise).fold(1));
  Layer& of_mask = mask.layer(mask.visible());
  for (std::int64_t i = 0; i < of_mask.units; ++i) of_mask.bias.set(0, i, recipe.mask.clear);

  System system{.kind = "robust"};
  const Cases& pictures = sets.beside.contains(kCovered) ? sets.beside.at(kCovered) : sets.train;
  put_gate(initial_gate(recipe, picture_scale(face, kPictureRms), pictures), system);
  system.parts.emplace("face", std::move(face));
  system.parts.emplace("mask", std::move(mask));
  for (const Column& column : sets.train.columns) system.columns.emplace(column.name, column.meaning);
  return system;
}

Uncovered uncovered(Context& ctx, const System& system, const SystemRecipe& recipe, const Cases& cases, Key key,
                    const Report& report) {
  Denoised found = denoised_cases(ctx, system, recipe, cases, key, report);
  return {std::move(found.clean), std::move(found.clear)};
}

const EnergyModel* face_of(const System& system) { return find_part<EnergyModel>(system, "face"); }

}  // namespace

Kind robust_kind() {
  return {.word = "robust",
          .verbs = "sample, complete",
          .recipe = recipe,
          .declare = declare,
          .check = check,
          .load = load,
          .sizes = sizes,
          .reading = reading,
          .show = show,
          .begin = begin,
          .stages = robust_stages,
          .measures = robust_measures(),
          .drawings = robust_drawings(),
          .uses = {.graph = face_of, .uncover = uncovered}};
}

}  // namespace deepboltz
