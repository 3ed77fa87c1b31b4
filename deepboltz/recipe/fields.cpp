#include "deepboltz/recipe/fields.h"

#include <type_traits>

#include <fmt/format.h>

#include "deepboltz/data/read_data.h"

namespace deepboltz {

namespace {

// Adds fields below a prefix ("train.").
class Section {
 public:
  Section(std::vector<Field>& out, std::string prefix) : out_(out), prefix_(std::move(prefix)) {}

  template <class T> void add(const char* name, T& value, Bounds bounds, const char* meaning) {
    out_.push_back({prefix_ + name, Slot(&value), bounds, meaning});
  }
  void add(const char* name, bool& value, const char* meaning) { add(name, value, kAny, meaning); }
  void add(const char* name, std::string& value, const char* meaning) { add(name, value, kAny, meaning); }
  void add(const char* name, NumberList list, Bounds bounds, const char* meaning) {
    out_.push_back({prefix_ + name, Slot(std::move(list)), bounds, meaning});
  }

  // An enum whose values count from 0 in the order of `names`.
  template <class E>
    requires std::is_enum_v<E>
  void choose(const char* name, E& value, std::vector<std::string_view> names, const char* meaning) {
    choose(name, {std::move(names), [&value] { return std::size_t(value); }, [&value](std::size_t i) { value = E(i); }},
           meaning);
  }
  // A text that is one of `names`.
  void choose(const char* name, std::string& value, std::vector<std::string_view> names, const char* meaning) {
    const auto place = [&value, names] {
      for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == value) return i;
      return std::size_t(0);
    };
    const auto put = [&value, names](std::size_t i) { value = names[i]; };
    choose(name, {names, place, put}, meaning);
  }
  void choose(const char* name, Choice choice, const char* meaning) {
    out_.push_back({prefix_ + name, Slot(std::move(choice)), kAny, meaning});
  }

 private:
  std::vector<Field>& out_;
  std::string prefix_;
};

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

Choice precision(DType& type) {
  return {{"f32", "f64"},
          [&type] { return std::size_t(type == DType::f64); },
          [&type](std::size_t i) { type = i == 1 ? DType::f64 : DType::f32; }};
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

void mean_field_fields(Section& s, MeanFieldOptions& options) {
  s.add("mean_field.sweeps", options.sweeps, kFromOne, "sweeps of mean field at most");
  s.add("mean_field.tolerance", options.tolerance, kFromZero,
        "mean field stops when the mean |change| of every layer is below");
  s.add("mean_field.damping", options.damping, kZeroToBelowOne, "share of the old mean that is kept in a sweep");
}

void adam_fields(Section& s, AdamMoments& moments) {
  s.add("adam.first", moments.first, kZeroToBelowOne, "memory of Adam's mean gradient");
  s.add("adam.second", moments.second, kZeroToBelowOne, "memory of Adam's mean squared gradient");
  s.add("adam.epsilon", moments.epsilon, kAboveZero, "added to the root of Adam's mean squared gradient");
}

void data_fields(Section s, DataRecipe& data) {
  s.add("name", data.name, "a named data set (deepboltz data list), or \"file\"");
  s.add("train", data.train,
        "training cases, where the name is \"file\": IDX, NPY, NPZ, CSV, MAT, CIFAR, FASTA, a folder of PNG or PGM; of "
        "documents libsvm, UCI docword, MatrixMarket, plain text in a folder or a line each");
  s.choose(
      "format", data.format, data_format_words(),
      "of the files; auto: by their first bytes, then by the endings of their names; a folder is of pictures where "
      "it holds any, else of text; of documents a .txt is text, otherwise a table");
  s.add("test", data.test, "test cases, where the name is \"file\"");
  s.add("train_where", data.train_where, "of an NPZ file: only these training cases, as in \"drawer 1..15\"");
  s.add("test_where", data.test_where, "of an NPZ file: only these test cases");
  s.add("train_labels", data.train_labels, "of an IDX or NPY file: the file with the labels of the training cases");
  s.add("test_labels", data.test_labels, "of an IDX or NPY file: the file with the labels of the test cases");
  s.add("data_key", data.data_key,
        "of an NPZ or MAT file: the array with the cases; empty: images, x, X or data; of MAT the only matrix");
  s.add("label_key", data.label_key,
        "of an NPZ or MAT file: the array with the labels; empty: labels, y or target if there; of MAT none");
  s.add("cases_in_columns", data.cases_in_columns, "of a MAT file: a column is a case");
  s.add("pixels_by_column", data.pixels_by_column, "of a MAT file: the pixels of a picture go down its columns");
  s.add("label_column", data.label_column,
        "of a CSV file: the column with the labels, by name or number (-1: the last)");
  s.add("identity", data.identity, {.low = 0, .high = 1},
        "of FASTA files, above 0: a sequence counts 1 / the number of sequences that agree with it at that share of "
        "sites");
  s.add("vocabulary", data.vocabulary, "of documents in files: the file with their words, one a line");
  s.add("words", data.words, {.low = 0, .high = 1'000'000},
        "of documents in files: so many of the most frequent words are counted; 0: all, of plain text without a "
        "vocabulary 2,000");
  s.add("stop_words", data.stop_words,
        "of plain text without a vocabulary: a file with words that are not counted; empty: the usual English ones");
  s.add("colour", data.colour, "of PNG pictures: their red, green and blue; false: all as grey");
  s.add("invert", data.invert, "of files: dark ink on light paper");
  s.add("height", data.height, {.low = 0, .high = 16384},
        "of files of bare rows: that they are pictures of so many rows");
  s.add("width", data.width, {.low = 0, .high = 16384},
        "of files of bare rows: that they are pictures of so many columns");
  s.choose("binarise", data.binarise, {"none", "threshold", "each-time", "once"},
           "how grey values become bits: each-time draws anew at each presentation, test cases once");
  s.add("validation", data.validation, kFromZero,
        "so many cases at the end of the training set are held out; of documents, so many drawn from all");
  s.add("use_validation", data.use_validation,
        "train on the held-out cases after all: the last run, with choices made");
  s.add("labelled", data.labelled, kFromZero,
        "above 0: only the first so many training cases have labels; of the others log p(v) is learnt");
  s.add("patch_side", data.patch_side, {.low = 0, .high = 16384},
        "above 0: cases are patches of the pictures, of so many pixels a side, from anywhere in them");
  s.add("patches", data.patches, {.low = 1, .high = 100'000'000}, "so many patches of the training pictures");
  s.add("held_out_patches", data.held_out_patches, {.low = 1, .high = 100'000'000},
        "so many of the validation pictures, and so many of the test pictures");
  s.add("subtract_mean", data.subtract_mean, "of each patch its mean is subtracted");
  s.add("train_cases", data.train_cases, kFromZero, "above 0: only the first so many, or so many drawn by a generator");
  s.add("test_cases", data.test_cases, kFromZero, "the same for test cases");
}

void model_fields(Section s, ModelRecipe& model) {
  s.add("hidden", model.hidden, kFromOne, "units of each hidden layer, from the bottom up: one is an RBM, more a DBM");
  s.add("visible", model.visible, kAny,
        "units of the visible layer: bits, spins for bits, real values (standardised), counts of so many trials, the "
        "counts of a document's words (counts:100 with so many hidden ones more), one of so many classes (softmax:21 "
        "for proteins), or numbers from 0 on (relu: divided by their deviations)");
  s.choose("standardise", model.standardise, {"columns", "zca"},
           "model.visible = \"gaussian\": every column by its mean and deviation, or all decorrelated by the root of "
           "their covariance");
  s.add("whitening_floor", model.whitening_floor, kAboveZero,
        "of zca: what is added to every eigenvalue of the covariance, in mean eigenvalues");
  s.add("hidden_unit", model.hidden_unit, kAny, "units of the hidden layers");
  s.add("labels", model.labels, "a label layer on top");
  s.choose("precision", precision(model.precision), "number type of the parameters");
  s.add("weight_scale", model.weight_scale, kAboveZero,
        "standard deviation of the initial weights, where nothing is pretrained");
  s.add("bias_from_data", model.bias_from_data, "visible biases start where the visible units have the training means");
}

void stage_fields(Section s, StageRecipe& stage) {
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
  s.choose("sampler", sampler.kind, {"gibbs", "parallel-tempering", "tempered-transitions", "cast", "trajectory"},
           "what moves persistent chains");
  s.add("tempering.levels", sampler.levels, {.low = 2, .high = 10'000},
        "temperatures; of trajectory: machines at most");
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
  s.choose("optimizer", optimizer(learner), "how a gradient becomes a step");
  if (auto* adam = std::get_if<AdamStep>(&learner.optimizer)) adam_fields(s, adam->moments);
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
  mean_field_fields(s, learner.mean_field);
}

void pretrain_fields(std::vector<Field>& out, PretrainRecipe& pretrain) {
  Section s(out, "pretrain.");
  s.add("scales", pretrain.rule.scales, kAboveZero,
        "what each layer's weights are multiplied by; [] is 1, 1, … (2009); 1, 2, 2, … is 2012");
  s.choose("bias", pretrain.rule.bias, {"sum", "mean"}, "biases that two stages train are added, or averaged");
  s.add("weight_scale", pretrain.weight_scale, kAboveZero, "standard deviation of each stage's initial weights");
  s.add("grey_input", pretrain.grey_input, "layers above the first are fed from grey values, not from binarised ones");
  for (std::size_t i = 0; i < pretrain.stages.size(); ++i)
    stage_fields(Section(out, fmt::format("pretrain.stage[{}].", i)), pretrain.stages[i]);
}

void finetune_fields(Section s, FinetuneRecipe& finetune) {
  BackpropOptions& backprop = finetune.backprop;
  s.add("epochs", finetune.epochs, kFromZero, "passes over the labelled training set");
  s.add("output_scale", finetune.output_scale, kAboveZero,
        "standard deviation of the initial weights of the class layer");
  s.choose("optimizer", backprop.optimiser, {"momentum", "adam", "conjugate-gradients"},
           "how a gradient becomes a step");
  s.add("batch", backprop.batch, kFromOne, "cases a step; conjugate gradients want 1,000 to 10,000");
  s.add("output_only_epochs", backprop.output_only_epochs, kFromZero,
        "epochs at the start in which only the class layer moves");
  s.add("rate", backprop.rate, kFromZero, "learning rate of momentum and Adam");
  s.add("rate_multipliers", backprop.rate_multipliers, kFromZero,
        "of the rate, one a layer of the network; [] is 1 for all");
  s.add("momentum", backprop.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("nesterov", backprop.nesterov, "Nesterov's momentum");
  adam_fields(s, backprop.moments);
  ConjugateGradientsOptions& search = backprop.conjugate_gradients;
  s.add("conjugate_gradients.line_searches", search.line_searches, kFromOne, "line searches a batch");
  s.add("conjugate_gradients.evaluations", search.evaluations, kFromOne,
        "evaluations of the loss at most, in a line search");
  s.add("conjugate_gradients.decrease", search.decrease, {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "Wolfe condition: share of the expected decrease, below curvature");
  s.add("conjugate_gradients.curvature", search.curvature, {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "Wolfe condition: share of the slope that may be left");
  s.add("conjugate_gradients.extrapolation", search.extrapolation, {.low = 1, .above_low = true},
        "most that a trial step grows by");
  s.add("conjugate_gradients.first_step", search.first_step, kAboveZero, "length of the first trial step");
  s.add("l2", backprop.l2, kFromZero, "penalty l2/2 times the squared weights");
  s.add("max_norm", backprop.max_norm, kFromZero, "above 0: limit of the norm of a unit's incoming weights");
  s.add("keep_input", backprop.presentation.keep_input, kAboveZeroToOne, "dropout: probability that a pixel is kept");
  s.add("keep_extra", backprop.presentation.keep_extra, kAboveZeroToOne,
        "dropout: probability that a number of the posterior is kept");
  s.add("keep_hidden", backprop.presentation.keep_hidden, kAboveZeroToOne,
        "dropout: probability that a hidden unit is kept");
  mean_field_fields(s, finetune.mean_field);
}

void evaluate_fields(Section s, EvaluateRecipe& evaluate) {
  s.add("ais_steps", evaluate.ais_steps, kFromOne, "temperatures between the base rates and the model");
  s.add("ais_runs", evaluate.ais_runs, {.low = 2}, "independent AIS runs");
  s.choose("ladder", evaluate.ladder, {"three-part", "uniform"}, "spacing of the temperatures");
  s.add("raise_cases", evaluate.raise_cases, kFromZero, "RBMs: test cases measured by RAISE");
  s.add("raise_steps", evaluate.raise_steps, kFromOne, "temperatures of RAISE");
  s.add("raise_chains", evaluate.raise_chains, kFromOne, "chains a case of RAISE");
  s.add("exact_cases", evaluate.exact_cases, kFromZero, "DBMs: test cases whose true log p is measured by clamped AIS");
  s.add("exact_steps", evaluate.exact_steps, kFromOne, "temperatures of clamped AIS");
  s.add("exact_runs", evaluate.exact_runs, {.low = 2}, "runs a case of clamped AIS");
  s.add("burn_in", evaluate.burn_in, kFromZero, "sweeps before chains serve as samples for reverse AIS");
  s.add("tempering_levels", evaluate.tempering_levels, {.low = 2, .high = 10'000},
        "temperatures of parallel tempering, from the base rates to the model");
  s.add("tempering_ladders", evaluate.tempering_ladders, {.low = 2}, "independent ladders of parallel tempering");
  s.add("tempering_rounds", evaluate.tempering_rounds, {.low = 0, .high = 1'000'000'000},
        "rounds of parallel tempering that are measured, after as many that space its ladder; below 2: none");
  s.add("documents", evaluate.documents, {.low = 2},
        "model.visible = \"counts\": test documents of the perplexity that is compared with published ones");
  s.add("all_documents", evaluate.all_documents,
        "model.visible = \"counts\": the perplexity of all test documents too");
  s.add("extra_draws", evaluate.extra_draws, {.low = 2},
        "model.visible = \"counts:EXTRA\": draws of a document's hidden units, for the sum over its extra words");
  s.add("populations", evaluate.populations, {.low = 2, .high = 10'000},
        "model.visible = \"counts\": populations of chains that grow documents, for log Z of every length");
  s.add("population_chains", evaluate.population_chains, {.low = 1, .high = 1'000'000}, "chains of a population");
  s.add("population_sweeps", evaluate.population_sweeps, {.low = 1, .high = 1'000'000}, "its sweeps at every length");
  s.add("completion_cases", evaluate.completion_cases, kFromZero, "test cases completed under four masks; 0: none");
  s.add("completion_burn_in", evaluate.completion_burn_in, kFromZero, "sweeps of a completion before those that count");
  s.add("completion_sweeps", evaluate.completion_sweeps, kFromOne, "sweeps of a completion that count");
  s.add("completion_chains", evaluate.completion_chains, kFromOne, "chains a case of a completion");
}

void monitor_fields(Section s, MonitorRecipe& monitor) {
  s.add("every", monitor.every, kFromOne, "epochs between lines of metrics.csv");
  s.add("cases", monitor.cases, kFromOne, "training and held-out cases looked at each time");
  s.add("likelihood_every", monitor.likelihood_every, kFromZero,
        "epochs between short annealings of the joint model; 0: never");
  s.add("pictures_every", monitor.pictures_every, kFromZero, "epochs between pictures; 0: none");
  s.add("checkpoint_every", monitor.checkpoint_every, kFromOne, "epochs between checkpoints");
}

void ratings_fields(Section s, RatingsRecipe& ratings) {
  RatingPlan& plan = ratings.plan;
  RatingLearner& learner = ratings.learner;
  s.add("name", plan.name, "movielens-1m, movielens-100k, or \"file\"");
  s.add("train", plan.ratings, "ratings, where the name is \"file\": MovieLens' tabs, ::, or CSV with a header");
  s.add("test", plan.test, "held-out ratings, where the name is \"file\"; empty: a random split");
  s.add("films", plan.films, "titles, where the name is \"file\": movies.dat, movies.csv or u.item; empty: numbers");
  s.add("split", plan.split, "of movielens-100k: random, or u1 to u5, ua, ub as published");
  s.add("lowest", plan.scale.lowest, kAny, "the scale of ratings, from this …");
  s.add("highest", plan.scale.highest, kAny, "… to this …");
  s.add("step", plan.scale.step, kAboveZero, "… by this");
  s.add("test_share", plan.test_share, kZeroToBelowOne,
        "of all ratings, drawn by the seed, that a random split holds out");
  s.add("validation_share", plan.validation_share, kZeroToBelowOne, "of the rest, held out for choosing");
  s.add("use_validation", plan.use_validation,
        "train on the held-out ratings after all: the last run, with choices made");
  s.choose("cases", ratings.cases, {"user", "item"}, "whose ratings make a case");
  s.add("hidden", ratings.hidden, kFromOne, "hidden units");
  s.add("weight_scale", ratings.weight_scale, kAboveZero, "standard deviation of the initial weights");
  s.add("epochs", ratings.epochs, kFromOne, "passes over the ratings");
  s.add("batch", ratings.batch, kFromOne, "cases an update");
  s.choose("method", learner.method, {"pseudo-likelihood", "contrastive-divergence"},
           "every rating given the case's others, by its exact gradient; or CD on the rated items");
  s.choose("average", learner.average, {"none", "raters"},
           "what a batch's gradient is divided by: nothing, or, item by item, its raters in the batch");
  s.add("sweeps", learner.sweeps, kFromOne, "of contrastive divergence: Gibbs sweeps an update");
  s.add("sweeps_every", learner.sweeps_every, kFromZero, "above 0: sweeps grow by one every so many epochs");
  s.add("rate", learner.rate, kFromZero, "learning rate, of sums over the ratings of a batch");
  s.add("momentum", learner.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("factors", learner.factors, kFromZero,
        "above 0: weights are a product, so many numbers a level of an item times as many rows of hidden weights");
  s.add("hidden_rate", learner.hidden_rate, kFromZero,
        "hidden biases, and the hidden weights of factors, move at so many times the rate");
  s.add("squares", learner.squares, kZeroToOne,
        "of pseudo-likelihood: the share of the square error of E[rating] in the objective");
  s.add("l2", learner.l2, kFromZero, "weight decay, once a rating");
  s.add("smoothness", learner.smoothness, kFromZero,
        "penalty on differences between the weights of neighbouring levels, once a rating");
  s.add("checkpoint_every", ratings.checkpoint_every, kFromOne, "epochs between checkpoints");
}

}  // namespace

std::vector<Field> fields(Recipe& recipe) {
  std::vector<Field> out;
  Section top(out, "");
  top.add("title", recipe.title, "what this run is, in words");
  top.add("seed", recipe.seed, kFromZero, "of everything that is random");
  if (recipe.ratings) {
    ratings_fields(Section(out, "ratings."), *recipe.ratings);
    return out;
  }
  data_fields(Section(out, "data."), recipe.data);
  model_fields(Section(out, "model."), recipe.model);
  if (recipe.pretrain) pretrain_fields(out, *recipe.pretrain);
  stage_fields(Section(out, "train."), recipe.train);
  if (recipe.finetune) finetune_fields(Section(out, "finetune."), *recipe.finetune);
  evaluate_fields(Section(out, "evaluate."), recipe.evaluate);
  monitor_fields(Section(out, "monitor."), recipe.monitor);
  return out;
}

Recipe complete_recipe() {
  Recipe recipe;
  recipe.train.learner.optimizer = AdamStep{};
  recipe.pretrain.emplace().stages.resize(1);
  recipe.pretrain->stages[0].learner.optimizer = AdamStep{};
  recipe.finetune.emplace();
  return recipe;
}

std::string describe_fields() {
  Recipe recipe = complete_recipe();
  const std::vector<Field> known = fields(recipe);
  // The default optimizer is not the one whose constants are listed.
  Recipe defaults = recipe;
  defaults.train.learner.optimizer = MomentumStep{};
  defaults.pretrain->stages[0].learner.optimizer = MomentumStep{};
  const std::vector<Field> plain = fields(defaults);
  const auto default_of = [&](const Field& field) {
    for (const Field& other : plain)
      if (other.key == field.key) return toml(other);
    return toml(field);
  };
  std::string text;
  for (const Field& field : known)
    text += fmt::format("{} = {}\n    {}; {}\n", field.key, default_of(field), field.meaning, expected(field));
  Recipe recommender;
  recommender.ratings.emplace();
  for (const Field& field : fields(recommender))
    if (field.key.starts_with("ratings."))
      text += fmt::format("{} = {}\n    {}; {}\n", field.key, toml(field), field.meaning, expected(field));
  return text;
}

}  // namespace deepboltz
