#include "deepboltz/recipe/run_state.h"

#include "deepboltz/model/build.h"
#include "deepboltz/recipe/presenter.h"
#include "deepboltz/recipe/untrained_model.h"

namespace deepboltz {
namespace {

void set_visible_bias(Context& ctx, const RunData& data, EnergyModel& model) {
  constexpr double kPrior = 1;
  base_rate_fields(model.layer(model.visible()).unit, visible_means(ctx, model, data.train)[0],
                   double(data.train.cases()), kPrior, model.layer(model.visible()).bias);
}

}  // namespace

RunState untrained_state(const Recipe& recipe, const RunData& data) {
  RunState state{.phase = recipe.pretrain ? "pretrain" : "train",
                 .model = untrained_model(recipe, data.train),
                 .rule = recipe.pretrain ? recipe.pretrain->rule : PretrainRule{},
                 .stages = {}};
  if (!recipe.pretrain) return state;
  if (state.rule.scales.empty()) state.rule.scales = scales_2009(recipe.model.hidden.size());
  require(recipe.pretrain->stages.size() == recipe.model.hidden.size(),
          "pretrain: expected {} stages, one a hidden layer, got {}", recipe.model.hidden.size(),
          recipe.pretrain->stages.size());
  return state;
}

void initialise(Context& ctx, const Recipe& recipe, const RunData& data, RunState& state) {
  initialise_weights(state.model, recipe.model.weight_scale, Key{recipe.seed}.fold(RunUse::initialise));
  if (recipe.model.bias_from_data) set_visible_bias(ctx, data, state.model);
}

void begin_stage(Context& ctx, const Recipe& recipe, const RunData& data, RunState& state) {
  const std::size_t stage = state.stages.size() + 1;
  state.stages.reserve(recipe.pretrain->stages.size());
  state.stages.push_back(pretraining_stage(state.model, state.rule, stage));
  EnergyModel& model = state.stages.back();
  initialise_weights(model, recipe.pretrain->weight_scale, Key{recipe.seed}.fold(RunUse::initialise).fold(stage));
  if (stage == 1 && recipe.model.bias_from_data) set_visible_bias(ctx, data, model);
}

}  // namespace deepboltz
