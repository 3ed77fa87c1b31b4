#include "deepboltz/system/layered/consistent_stage.h"

#include <fmt/format.h>

#include "deepboltz/learn/integer_limits.h"

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
  if (from_data && learner.negative.statistics == Negative::Statistics::all_means)
    refuse(of.prefix + "statistics", "\"release\" is for persistent chains (method = \"pcd\")");
  const bool plain = learner.negative.sampler.kind == ChainSampler::Kind::gibbs;
  if (from_data && !plain)
    refuse(of.prefix + "sampler", "moves persistent chains; expected method = \"pcd\" or \"fpcd\"");
  if (of.factors && !plain)
    refuse(of.prefix + "sampler", "the stages of a deep machine are no joint distributions; expected \"gibbs\"");
  if (of.stage.average > 0 && learner.negative.sampler.kind == ChainSampler::Kind::trajectory)
    refuse(of.prefix + "average",
           "the machines and chains that \"trajectory\" keeps are not of an average; expected 0");
  if (learner.rate.start <= 0)
    refuse(of.prefix + "rate", fmt::format("expected to start above 0, got {}", learner.rate.start));
}

void require_integers(const StageToCheck& of, const LayeredRecipe& recipe, const Refuse& refuse) {
  const auto refusal = integer_refusal({.learner = of.stage.learner,
                                        .visible = of.lower,
                                        .hidden = of.upper,
                                        .precision = recipe.model.precision,
                                        .scaled = of.factors,
                                        .mean_field = of.hidden_layers > 1 || of.factors,
                                        .grey = recipe.data.binarise == Binarisation::none,
                                        .batch = of.stage.batch});
  if (!refusal) return;
  const std::string key(refusal->key);
  refuse(key.starts_with("model.") || key.starts_with("data.") ? key : of.prefix + key, refusal->message);
}

// What only a label above one hidden layer can be learnt by.
void require_objective(const StageToCheck& of, const Refuse& refuse) {
  const Learner& learner = of.stage.learner;
  if (learner.objective.kind == Objective::Kind::generative) return;
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

void require_finetune(const FinetuneToCheck& of, const Refuse& refuse) {
  const BackpropOptions& backprop = of.finetune.backprop;
  const std::size_t given = backprop.rate_multipliers.size();
  if (given != 0 && given != of.layers)
    refuse("finetune.rate_multipliers",
           fmt::format("expected one number a layer of the network ({}) or [], got {}", of.layers, given));
  const ConjugateGradientsOptions& search = backprop.conjugate_gradients;
  if (search.decrease >= search.curvature)
    refuse("finetune.conjugate_gradients.decrease",
           fmt::format("expected less than curvature ({}), got {}", search.curvature, search.decrease));
  if (of.finetune.output_labels && !of.labelled)
    refuse("finetune.output", "\"labels\" needs a label layer to start from (model.labels = true)");
}

void require_stage(const StageToCheck& of, const LayeredRecipe& recipe, const Refuse& refuse) {
  require_method(of, refuse);
  require_integers(of, recipe, refuse);
  require_objective(of, refuse);
}

}  // namespace deepboltz
