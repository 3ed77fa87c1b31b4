#include "deepboltz/learn/integer_limits.h"

#include <algorithm>

namespace deepboltz {
namespace {

bool is_binary(const Layer& layer) {
  const bool label = layer.role == Role::label && std::holds_alternative<Softmax>(layer.unit);
  return (std::holds_alternative<Bernoulli>(layer.unit) || label) && layer.bias_factor == 1;
}

}  // namespace

void require_binary_training(const Learner& learner, const EnergyModel& model) {
  require(std::ranges::all_of(model.layers(), is_binary),
          "math: integers learn layers of Bernoulli units, without factors of pretraining; use f32");
  require(std::ranges::all_of(model.connections(), [](const Connection& c) { return c.up == 1 && c.down == 1; }),
          "math: integers do not scale messages, as the stages of pretraining do; use f32");
  require(model.precision() == DType::f32, "precision: integer math needs f32, got {}", name_of(model.precision()));
  require(model.hidden_is_one_block() || learner.mean_field.damping == 0,
          "mean_field.damping: integer math has none, got {}", learner.mean_field.damping);
  require(model.hidden_is_one_block() || learner.math == Math::int16,
          "math: int24 has no mean field, which this machine needs; use int16 or f32");
  require(std::holds_alternative<MomentumStep>(learner.optimizer),
          "optimizer: integer math has momentum and nesterov, not adam");
  require(learner.max_norm == 0, "max_norm: integer math has none, got {}", learner.max_norm);
  require(learner.sparsity.empty(), "sparsity: integer math has none");
  require(learner.centering.kind != Centering::Kind::enhanced,
          "centering: integer math has none or offsets, not enhanced");
  require(learner.negative.statistics != Negative::Statistics::release,
          "statistics: integer math has rao-blackwell and sample");
  require(!learner.negative.mean_reconstruction, "mean_reconstruction: integer math draws");
  const std::int64_t most = most_binary_cases(learner.negative.statistics);
  require(learner.negative.chains <= most, "chains: integer math takes at most {} (by draws {}), got {}", most,
          kMostCounted, learner.negative.chains);
}

void require_grey_training(const Learner& learner, const EnergyModel& model, std::int64_t batch) {
  require(learner.math == Math::int16,
          "math: int24 learns from binary data, and these are not; binarise them, or use int16 or f32");
  for (const Connection& link : model.connections())
    require(link.upper != model.visible(),
            "math: integers learn from grey data where '{}' is the lower layer of its "
            "connections; use f32",
            model.layer(model.visible()).name);
  if (learner.negative.kind != Negative::Kind::persistent) return;
  // Counts of both phases are brought to one denominator, below 2³¹.
  const std::int64_t whole = learner.negative.statistics == Negative::Statistics::sample ? 1 : Sevenths::kWhole;
  const std::int64_t most = (std::int64_t(1) << 31) / (GreyCases::kWhole * whole * learner.negative.chains);
  require(batch <= most, "batch: of grey data integer math takes at most {} cases beside {} chains, got {}", most,
          learner.negative.chains, batch);
}

}  // namespace deepboltz
