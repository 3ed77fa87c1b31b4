#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {
namespace {

// The optimizer of a Learner: a variant, chosen by name.
Choice optimizer(Learner& learner) {
  const auto get = [&learner] {
    if (std::holds_alternative<AdamStep>(learner.optimizer)) return std::size_t(2);
    return std::size_t(std::get<MomentumStep>(learner.optimizer).nesterov ? 1 : 0);
  };
  const auto set = [&learner](std::size_t i) {
    if (i < 2)
      learner.optimizer = MomentumStep{.nesterov = i == 1};
    else if (!std::holds_alternative<AdamStep>(learner.optimizer))
      learner.optimizer = AdamStep{};
  };
  return {{"momentum", "nesterov", "adam"}, get, set};
}

// Contrastive divergence, persistent chains, and persistent chains of fast parameters.
Choice method(Negative& negative) {
  using Kind = Negative::Kind;
  const auto get = [&negative] {
    return negative.kind == Kind::from_data ? std::size_t(0) : std::size_t(negative.fast ? 2 : 1);
  };
  const auto set = [&negative](std::size_t i) {
    negative.kind = i == 0 ? Kind::from_data : Kind::persistent;
    negative.fast = i == 2;
  };
  return {{"cd", "pcd", "fpcd"}, get, set};
}

// One number of every Sparsity, as a list with one entry a hidden layer.
NumberList sparsity_column(std::vector<Sparsity>& sparsity, double Sparsity::*member) {
  const auto get = [&sparsity, member] {
    std::vector<double> column;
    for (const Sparsity& s : sparsity) column.push_back(s.*member);
    return column;
  };
  const auto set = [&sparsity, member](const std::vector<double>& column) {
    if (sparsity.empty()) sparsity.resize(column.size());
    if (sparsity.size() != column.size()) return false;
    for (std::size_t i = 0; i < column.size(); ++i) sparsity[i].*member = column[i];
    return true;
  };
  return {get, set};
}

}  // namespace

void mean_field_settings(Section& s, MeanFieldOptions& options) {
  s.add("mean_field.sweeps", options.sweeps, kFromOne, "sweeps of mean field at most");
  s.add("mean_field.tolerance", options.tolerance, kFromZero,
        "mean field stops when the mean |change| of every layer is below");
  s.add("mean_field.damping", options.damping, kZeroToBelowOne, "share of the old mean that is kept in a sweep");
}

void adam_settings(Section& s, AdamMoments& moments) {
  s.add("adam.first", moments.first, kZeroToBelowOne, "memory of Adam's mean gradient");
  s.add("adam.second", moments.second, kZeroToBelowOne, "memory of Adam's mean squared gradient");
  s.add("adam.epsilon", moments.epsilon, kAboveZero, "added to the root of Adam's mean squared gradient");
}

void stage_settings(Section s, StageRecipe& stage) {
  Learner& learner = stage.learner;
  Negative& negative = learner.negative;
  s.add("epochs", stage.epochs, kFromZero, "passes over the training set");
  s.add("batch", stage.batch, kFromOne, "cases an update");
  s.choose("math", learner.math, {"f32", "int16", "int24"},
           "what products are made of: floats, or, on binary data, exact sums of 16-bit integers: several times as "
           "fast, the same bits on every processor; int24: of 24 bits, fields about as exact as floats', one hidden "
           "layer only");
  s.choose("method", method(negative),
           "negative phase: cd starts at the data, pcd keeps persistent chains (SAP where mean field is needed), fpcd "
           "adds fast parameters to their model");
  s.add("fast_rate", negative.fast_rate, kAboveZero, "fpcd: learning rate of the fast parameters");
  s.add("fast_memory", negative.fast_memory, kZeroToBelowOne, "fpcd: share of them that is kept from update to update");
  ChainSampler& sampler = negative.sampler;
  s.choose("sampler", sampler.kind,
           {"gibbs", "parallel-tempering", "tempered-transitions", "cast", "trajectory", "length-exchange"},
           "what moves persistent chains; length-exchange: of documents");
  s.add("tempering.levels", sampler.levels, {.low = 2, .high = 10'000},
        "temperatures; of trajectory: machines at most; of length-exchange: lengths that a chain goes through");
  s.add("tempering.lowest", sampler.lowest, kZeroToBelowOne,
        "inverse temperature of the hottest level; cast was published with 0.9");
  s.add("tempering.every", sampler.every, kFromOne, "all but cast: one move so many updates, Gibbs sweeps between");
  s.add("tempering.least_acceptance", sampler.least_acceptance,
        {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "trajectory: another machine is kept where the model swaps less often with the last one");
  s.add("sweeps", negative.sweeps, kFromOne, "Gibbs sweeps an update");
  s.add("anneal_every", negative.anneal_every, kFromZero,
        "above 0: sweeps grow by one every so many epochs, and the rate is divided by them");
  s.add("chains", negative.chains, kFromOne, "persistent chains");
  s.choose("statistics", negative.statistics, {"rao-blackwell", "sample", "release"},
           "what of the chains is counted: exact means of the last block, draws, or the means of the authors' released "
           "code");
  s.add("mean_reconstruction", negative.mean_reconstruction, "cd: the visible units by their means, not drawn");
  s.choose("objective", learner.objective.kind, {"generative", "discriminative", "hybrid"},
           "with labels: learn log p(v, y), log p(y | v), or log p(y | v) + generative_weight · log p(v, y)");
  s.add("generative_weight", learner.objective.generative_weight, kFromZero, "of objective = \"hybrid\"");
  s.add("unlabelled_weight", learner.objective.unlabelled_weight, kFromZero,
        "of the mean of log p(v) over cases without labels (data.labelled), beside the objective of the others");
  s.decide("optimizer", optimizer(learner), "how a gradient becomes a step");
  if (auto* adam = std::get_if<AdamStep>(&learner.optimizer)) adam_settings(s, adam->moments);
  s.add("rate", learner.rate, kFromZero,
        "learning rate; model.visible = \"gaussian\" lowers the default to 0.001, whitened to 0.01");
  s.add("deviation_rate", learner.deviation_rate, kFromZero,
        "the standard deviations of gaussian visible units are learnt at so many times the rate; 0: those of the data");
  s.add("momentum", learner.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("l2", learner.decay.l2, kFromZero, "weight decay: taken from the gradient, times the weight");
  s.add("l1", learner.decay.l1, kFromZero, "weight decay: taken from the gradient, times the weight's sign");
  s.add("max_norm", learner.max_norm, kFromZero, "above 0: limit of the norm of a unit's incoming weights");
  s.add("per_word", learner.per_word, "model.visible = \"counts\": a document's gradient is divided by its length");
  s.add("sparsity.target", sparsity_column(learner.sparsity, &Sparsity::target),
        {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "mean activity aimed at, one a hidden layer, or none");
  s.add("sparsity.cost", sparsity_column(learner.sparsity, &Sparsity::cost), kFromZero,
        "how strongly, one a hidden layer");
  s.add("sparsity.memory", learner.sparsity_memory, kZeroToBelowOne, "of the running mean of the activity");
  s.add("hidden_drift", learner.hidden_drift, kFromZero,
        "taken from every hidden bias after each update: hidden units become rarely active");
  s.choose("centering.kind", learner.centering.kind, {"none", "offsets", "enhanced"},
           "states relative to running means, or the enhanced gradient");
  s.add("centering.rate", learner.centering.rate, kAboveZeroToOne, "of the offsets' moving average");
  mean_field_settings(s, learner.mean_field);
}

void pretrain_settings(Section s, PretrainRecipe& pretrain) {
  s.add("scales", pretrain.rule.scales, kAboveZero,
        "what each layer's weights are multiplied by; [] is 1, 1, … (2009); 1, 2, 2, … is 2012");
  s.choose("bias", pretrain.rule.bias, {"sum", "mean"}, "biases that two stages train are added, or averaged");
  s.add("weight_scale", pretrain.weight_scale, kAboveZero, "standard deviation of each stage's initial weights");
  s.add("grey_input", pretrain.grey_input, "layers above the first are fed from grey values, not from binarised ones");
  constexpr std::size_t kMostStages = 64;
  s.add_tables("stage", pretrain.stages, kMostStages, stage_settings);
}

}  // namespace deepboltz
