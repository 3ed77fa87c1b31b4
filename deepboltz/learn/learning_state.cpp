#include "deepboltz/learn/learning_state.h"

#include "deepboltz/learn/deviation.h"
#include "deepboltz/learn/recognition.h"

namespace deepboltz {

LearningState start_learning(Context& ctx, const EnergyModel& model, const Learner& learner, std::int64_t batch) {
  require(batch >= 1, "batch: expected at least one case, got {}", batch);
  require_learner(learner, model);
  LearningState learning;
  learning.velocity = zero_parameters(model);
  learning.gradient = zero_parameters(model);
  if (std::holds_alternative<AdamStep>(learner.optimizer)) learning.second_moment = zero_parameters(model);
  learning.chains =
      model.make_state(ctx, learner.negative.kind == Negative::Kind::persistent ? learner.negative.chains : batch);
  if (learner.negative.statistics == Negative::Statistics::all_means)
    learning.inferred = model.make_state(ctx, learning.chains.cases);
  if (learner.recognition.sweeps > 0) {
    learning.recognition = recognition_model(ctx, model);
    learning.guess = model.make_state(ctx, batch);
    learning.guess.clamp(model.visible());
  }
  if (!learner.sparsity.empty()) {
    learning.activity.resize(model.layers().size());
    const auto hidden = model.ids(Role::hidden);
    for (std::size_t h = 0; h < hidden.size(); ++h) {
      Tensor& activity = learning.activity[std::size_t(hidden[h].index)] =
          Tensor(model.precision(), 1, model.layer(hidden[h]).units);
      for (std::int64_t j = 0; j < activity.cols(); ++j) activity.set(0, j, learner.sparsity[h].target);
    }
  }
  learning.tempered = make_tempered_chains(ctx, model, learner.negative);
  if (learner.negative.fast) {
    learning.fast = zero_parameters(model);
    learning.driven = model.clone();
    for (Layer& layer : learning.driven->layers()) layer.offset = Tensor(model.precision(), 1, layer.units);
  }
  if (has_deviations(model)) learning.first_scale.push_back(model.layer(model.visible()).scale.clone());
  return learning;
}

}  // namespace deepboltz
