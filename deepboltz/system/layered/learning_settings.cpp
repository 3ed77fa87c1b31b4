#include "deepboltz/system/layered/layered_recipe.h"

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
Choice method(StageRecipe& stage) {
  using Kind = Negative::Kind;
  Negative& negative = stage.learner.negative;
  const auto get = [&negative] {
    return negative.kind == Kind::from_data ? std::size_t(0) : std::size_t(negative.fast ? 2 : 1);
  };
  const auto set = [&negative, &stage](std::size_t i) {
    stage.open_method = false;
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
  s.add("mean_field.sweeps", options.sweeps, kFromOne, "largest number of mean-field sweeps");
  s.add("mean_field.tolerance", options.tolerance, kFromZero,
        "mean field stops when the mean absolute change of each layer is below this");
  s.add("mean_field.damping", options.damping, kZeroToBelowOne, "share of the old mean that a sweep keeps");
}

void adam_settings(Section& s, AdamMoments& moments) {
  s.add("adam.first", moments.first, kZeroToBelowOne, "memory of Adam's mean gradient");
  s.add("adam.second", moments.second, kZeroToBelowOne, "memory of Adam's mean squared gradient");
  s.add("adam.epsilon", moments.epsilon, kAboveZero, "added to the root of Adam's mean squared gradient");
}

void average_setting(Section& s, double& average) {
  s.add(
      "average", average, {.low = 0, .high = 1},
      "share of the epochs, the last ones, over which the kept parameters are averaged: one snapshot an epoch, at its "
      "end. 0 keeps the last parameters");
}

void stage_settings(Section s, StageRecipe& stage) {
  Learner& learner = stage.learner;
  Negative& negative = learner.negative;
  s.add("epochs", stage.epochs, kFromZero,
        "passes over the training set. The default of [train] is as many as 10,000 updates take");
  s.add("batch", stage.batch, kFromOne,
        "number of cases in each update. The default is 100; without epochs, a twentieth of the cases up to 100");
  average_setting(s, stage.average);
  s.choose("math", learner.math, {"f32", "int16", "int24"},
           "arithmetic of the matrix products. int16: exact sums of 16-bit integers, for binary data; several times as "
           "fast, and the same bits on each processor. int24: 24 bits, about as exact as floats, for one hidden layer");
  s.choose(
      "method", method(stage),
      "negative phase. cd starts chains at the data. pcd keeps persistent chains (with mean field in a DBM: "
      "stochastic approximation). fpcd adds fast parameters to pcd. The default of [train] is pcd, of documents cd");
  s.add("fast_rate", negative.fast_rate, kAboveZero, "fpcd: learning rate of the fast parameters");
  s.add("fast_memory", negative.fast_memory, kZeroToBelowOne,
        "fpcd: share of the fast parameters that each update keeps");
  ChainSampler& sampler = negative.sampler;
  s.choose("sampler", sampler.kind,
           {"gibbs", "parallel-tempering", "tempered-transitions", "cast", "trajectory", "length-exchange"},
           "what moves persistent chains. length-exchange is for documents");
  s.add("tempering.levels", sampler.levels, {.low = 2, .high = 10'000},
        "number of temperatures. trajectory: largest number of machines. length-exchange: number of document lengths");
  s.add("tempering.lowest", sampler.lowest, kZeroToBelowOne,
        "inverse temperature of the hottest level. cast was published with 0.9");
  s.add("tempering.every", sampler.every, kFromOne,
        "all samplers but cast: updates from one move to the next, with Gibbs sweeps between");
  s.add("tempering.least_acceptance", sampler.least_acceptance,
        {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "trajectory: keep another machine when swaps with the last one are accepted less often than this");
  s.add("sweeps", negative.sweeps, kFromOne, "Gibbs sweeps in each update");
  s.add("anneal_every", negative.anneal_every, kFromZero,
        "above 0: after each such number of epochs, one more sweep. The rate is divided by the number of sweeps");
  s.add("chains", negative.chains, kFromOne, "number of persistent chains");
  s.choose("statistics", negative.statistics, {"rao-blackwell", "sample", "release"},
           "what an update counts of the chains. rao-blackwell: exact means of the last block. sample: draws. release: "
           "the means that the authors' released code used");
  s.add("mean_reconstruction", negative.mean_reconstruction, "cd: use the means of the visible units instead of draws");
  s.choose("objective", learner.objective.kind, {"generative", "discriminative", "hybrid"},
           "what a machine with labels learns. generative: log p(v, y). discriminative: log p(y | v). hybrid: log p(y "
           "| v) + generative_weight · log p(v, y)");
  s.add("generative_weight", learner.objective.generative_weight, kFromZero,
        "objective = \"hybrid\": weight of log p(v, y)");
  s.add("unlabelled_weight", learner.objective.unlabelled_weight, kFromZero,
        "weight of the mean log p(v) of cases without labels (data.labelled)");
  s.decide("optimizer", optimizer(learner), "how a gradient becomes a step");
  if (auto* adam = std::get_if<AdamStep>(&learner.optimizer)) adam_settings(s, adam->moments);
  s.add("rate", learner.rate, kFromZero,
        "learning rate. The default of [train] falls to 0 over the epochs, from a start that depends on the visible "
        "units, their number and their correlations");
  s.add("deviation_rate", learner.deviation_rate, kFromZero,
        "learning rate of the standard deviations of gaussian visible units, as a multiple of the rate. 0 keeps those "
        "of the data");
  s.add("momentum", learner.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("l2", learner.decay.l2, kFromZero,
        "weight decay: this times the weight is subtracted from the gradient. The default is 0; in [train] of "
        "sequences 6 divided by the number of cases, at most 0.02");
  s.add("l1", learner.decay.l1, kFromZero,
        "weight decay: this times the sign of the weight is subtracted from the gradient");
  s.add("max_norm", learner.max_norm, kFromZero, "above 0: largest norm of a unit's incoming weights");
  s.add("per_word", learner.per_word, "model.visible = \"counts\": divide the gradient of a document by its length");
  s.add("sparsity.target", sparsity_column(learner.sparsity, &Sparsity::target),
        {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "target of the mean activity, one number for each hidden layer. Empty: no sparsity");
  s.add("sparsity.cost", sparsity_column(learner.sparsity, &Sparsity::cost), kFromZero,
        "strength of the sparsity penalty, one number for each hidden layer");
  s.add("sparsity.memory", learner.sparsity_memory, kZeroToBelowOne,
        "share of the running mean of the activity that each update keeps");
  s.add("hidden_drift", learner.hidden_drift, kFromZero,
        "subtracted from each hidden bias after each update, so that hidden units are rarely active");
  s.choose("centering.kind", learner.centering.kind, {"none", "offsets", "enhanced"},
           "offsets: states are taken relative to running means. enhanced: the enhanced gradient");
  s.add("centering.rate", learner.centering.rate, kAboveZeroToOne, "rate of the moving average of the offsets");
  mean_field_settings(s, learner.mean_field);
}

void pretrain_stage_settings(Section& s, PretrainRecipe& pretrain) {
  s.add("weight_scale", pretrain.weight_scale, kAboveZero, "standard deviation of each stage's initial weights");
  s.add("grey_input", pretrain.grey_input, "layers above the first see grey values instead of bits");
  constexpr std::size_t kMostStages = 64;
  s.add_tables("stage", pretrain.stages, kMostStages, stage_settings);
}

}  // namespace deepboltz
