#include "deepboltz/system/graph/consistent_stage.h"

#include <fmt/format.h>

#include "deepboltz/learn/binary_training.h"

namespace deepboltz {
namespace {

void require_method(const StageToCheck& of, const Refuse& refuse) {
  const Learner& learner = of.stage.learner;
  const std::size_t targets = learner.sparsity.size();
  if (targets != 0 && targets != of.hidden_layers)
    refuse(of.prefix + "sparsity",
           fmt::format("expected one number a hidden layer ({}) or [], got {}", of.hidden_layers, targets));
  const bool from_data = learner.negative.kind == Negative::Kind::from_data;
  if (from_data && of.hidden_layers > 1)
    refuse(of.prefix + "method",
           fmt::format("\"cd\" is for one hidden layer, and the model has {}; use \"pcd\"", of.hidden_layers));
  if (from_data && learner.negative.statistics == Negative::Statistics::release)
    refuse(of.prefix + "statistics", "\"release\" is for persistent chains (method = \"pcd\")");
  const bool plain = learner.negative.sampler.kind == ChainSampler::Kind::gibbs;
  if (from_data && !plain)
    refuse(of.prefix + "sampler", "moves persistent chains; expected method = \"pcd\" or \"fpcd\"");
  if (is_integer(learner.math) && !plain) refuse(of.prefix + "sampler", "integer math has \"gibbs\" only; use \"f32\"");
  if (is_integer(learner.math) && learner.negative.fast)
    refuse(of.prefix + "method", "integer math has cd and pcd, not \"fpcd\"");
  if (of.factors && !plain)
    refuse(of.prefix + "sampler", "the stages of a deep machine are no joint distributions; expected \"gibbs\"");
  if (learner.rate.start <= 0)
    refuse(of.prefix + "rate", fmt::format("expected to start above 0, got {}", learner.rate.start));
}

// What integers do not do.
void require_integers(const StageToCheck& of, const GraphRecipe& recipe, const Refuse& refuse) {
  const Learner& learner = of.stage.learner;
  if (!is_integer(learner.math)) return;
  if (of.factors)
    refuse(of.prefix + "math", "integers do not scale messages, as the stages of a deep machine do; use \"f32\"");
  if (learner.math == Math::int24 && recipe.model.hidden.size() > 1)
    refuse(of.prefix + "math",
           "\"int24\" has no mean field, which several hidden layers need; use \"int16\" or \"f32\"");
  for (const auto& [key, unit] :
       {std::pair("model.visible", recipe.model.visible), std::pair("model.hidden_unit", recipe.model.hidden_unit)})
    if (unit != Unit(Bernoulli{}))
      refuse(key, fmt::format("{}math on integers needs \"bernoulli\" units, got \"{}\"", of.prefix, word_of(unit)));
  if (recipe.model.precision != DType::f32) refuse("model.precision", "integer math needs \"f32\"");
  if (recipe.data.binarise == Binarisation::none && learner.math == Math::int24)
    refuse("data.binarise",
           fmt::format("{}math = \"int24\" needs binary data; expected threshold, each-time or once; or "
                       "take \"int16\", which learns from grey pixels",
                       of.prefix));
  if (std::holds_alternative<AdamStep>(learner.optimizer))
    refuse(of.prefix + "optimizer", "integer math has momentum and nesterov, not \"adam\"");
  if (learner.max_norm > 0) refuse(of.prefix + "max_norm", "integer math has none");
  if (!learner.sparsity.empty()) refuse(of.prefix + "sparsity.target", "integer math has none");
  if (learner.centering.kind == Centering::Kind::enhanced)
    refuse(of.prefix + "centering.kind", "integer math has none and offsets, not \"enhanced\"");
  if (learner.negative.statistics == Negative::Statistics::release)
    refuse(of.prefix + "statistics", "integer math has rao-blackwell and sample");
  if (learner.hidden_drift > 0) refuse(of.prefix + "hidden_drift", "integer math has none");
  if (learner.negative.mean_reconstruction) refuse(of.prefix + "mean_reconstruction", "integer math draws");
  if (recipe.model.hidden.size() > 1 && learner.mean_field.damping > 0)
    refuse(of.prefix + "mean_field.damping", "integer math has none");
  const std::int64_t most = most_binary_cases(learner.negative.statistics);
  for (const auto& [key, count] :
       {std::pair("batch", of.stage.batch), std::pair("chains", std::int64_t(learner.negative.chains))})
    if (count > most)
      refuse(of.prefix + key,
             fmt::format("integer math takes at most {} cases ({} with statistics = \"sample\"), got {}", most,
                         most_binary_cases(Negative::Statistics::sample), count));
}

// What only a label above one hidden layer can be learnt by.
void require_objective(const StageToCheck& of, const Refuse& refuse) {
  const Learner& learner = of.stage.learner;
  if (learner.objective.kind == Objective::Kind::generative) return;
  if (is_integer(learner.math)) refuse(of.prefix + "math", "integers learn the generative objective; use \"f32\"");
  if (!of.labelled)
    refuse(of.prefix + "objective", "expected \"generative\" where there are no labels (model.labels = true)");
  if (of.hidden_layers > 1)
    refuse(
        of.prefix + "objective",
        fmt::format("expected \"generative\" for {} hidden layers: p(y | v) is exact for one only", of.hidden_layers));
  if (learner.centering.kind == Centering::Kind::enhanced)
    refuse(of.prefix + "centering.kind", "\"enhanced\" is of the generative objective; take \"offsets\"");
}

}  // namespace

void require_stage(const StageToCheck& of, const GraphRecipe& recipe, const Refuse& refuse) {
  require_method(of, refuse);
  require_integers(of, recipe, refuse);
  require_objective(of, refuse);
}

}  // namespace deepboltz
