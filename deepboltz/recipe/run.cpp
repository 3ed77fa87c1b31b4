#include "deepboltz/recipe/run.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <fstream>
#include <numeric>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/learn/trajectory.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/presentation.h"
#include "deepboltz/model/save.h"
#include "deepboltz/recipe/finetune.h"
#include "deepboltz/recipe/monitor.h"
#include "deepboltz/recipe/presenter.h"
#include "deepboltz/recipe/visible_values.h"
#include "deepboltz/stack/save_network.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kInitialise, kStage, kJoint, kFinetune };

class Run {
 public:
  Run(Context& ctx, const Recipe& recipe, const RunData& data, const RunOptions& options)
      : ctx_(ctx),
        recipe_(recipe),
        data_(data),
        options_(options),
        presenter_(recipe),
        key_{recipe.seed},
        model_(untrained_model(recipe, data.train)) {
    rule_ = recipe.pretrain ? recipe.pretrain->rule : PretrainRule{};
    if (recipe.pretrain && rule_.scales.empty()) rule_.scales = scales_2009(recipe.model.hidden.size());
    if (recipe.pretrain)
      require(recipe.pretrain->stages.size() == recipe.model.hidden.size(),
              "pretrain: expected {} stages, one a hidden layer, got {}", recipe.model.hidden.size(),
              recipe.pretrain->stages.size());
  }

  Outcome run() {
    restore();
    if (phase_ == "pretrain" && pretrain() == Outcome::interrupted) return Outcome::interrupted;
    if (phase_ == "train" && train() == Outcome::interrupted) return Outcome::interrupted;
    if (phase_ == "finetune" && finetune() == Outcome::interrupted) return Outcome::interrupted;
    phase_ = "done";
    save();
    return Outcome::finished;
  }

 private:
  std::filesystem::path file(const char* name) const { return options_.folder / name; }
  Key stage_key(std::size_t stage) const { return key_.fold(kStage).fold(stage); }

  // ---- phases ----

  Outcome pretrain() {
    const PretrainRecipe& plan = *recipe_.pretrain;
    for (std::size_t stage = stages_.empty() ? 1 : stages_.size(); stage <= plan.stages.size(); ++stage) {
      if (stages_.size() < stage) begin_stage(stage);
      const Source pixels =
          stage > 1 && plan.grey_input ? presenter_.grey_source(data_.train) : presenter_.source(model_, data_.train);
      std::vector<Source> sources{pixels};
      sources.reserve(stage);  // each draws from the one before, by reference
      for (std::size_t below = 1; below < stage; ++below)
        sources.push_back(draws_above(ctx_, sources.back(), stages_[below - 1], plan.stages[stage - 1].batch));
      StageRecipe stage_plan = plan.stages[stage - 1];
      stage_plan.learner.stretched = extra_words(model_) > 0;
      if (learn(fmt::format("pretrain{}", stage), stage_plan, sources.back(), stage_key(stage), stage == 1,
                stages_[stage - 1]) == Outcome::interrupted)
        return Outcome::interrupted;
      learning_.reset();
    }
    merge_stages(ctx_, stages_, rule_, model_);
    stages_.clear();
    phase_ = "train";
    save();
    return Outcome::finished;
  }

  void begin_stage(std::size_t stage) {
    stages_.reserve(recipe_.pretrain->stages.size());
    stages_.push_back(pretraining_stage(model_, rule_, stage));
    EnergyModel& model = stages_.back();
    initialise_weights(model, recipe_.pretrain->weight_scale, key_.fold(kInitialise).fold(stage));
    if (stage == 1 && recipe_.model.bias_from_data) set_visible_bias(model);
  }

  Outcome train() {
    const Source source = presenter_.source(model_, data_.train);
    if (learn("train", recipe_.train, source, key_.fold(kJoint), true, model_) == Outcome::interrupted)
      return Outcome::interrupted;
    learning_.reset();
    phase_ = recipe_.finetune ? "finetune" : "done";
    return Outcome::finished;
  }

  // The epochs of one stage, from where learning_ stands.
  Outcome learn(const std::string& name, const StageRecipe& plan, const Source& source, Key key, bool from_pixels,
                EnergyModel& model) {
    if (!learning_) {
      learning_ = start_learning(ctx_, model, plan.learner, plan.batch);
      if (!learning_->tempered.base.empty() && from_pixels)
        learning_->tempered.base =
            base_rates(model, visible_means(ctx_, model, data_.train), double(data_.train.cases()));
    }
    State batch = make_batch(ctx_, model, plan.batch);
    const std::int64_t batches = std::int64_t(std::ceil(source.shown() / double(plan.batch)));
    while (learning_->epoch < plan.epochs) {
      const auto start = std::chrono::steady_clock::now();
      const auto keep_going = [&] {
        return proceed(options_.report,
                       {name, learning_->epoch * batches + learning_->batch, plan.epochs * batches, note_});
      };
      const bool whole = fit_epoch(ctx_, plan.learner, source, {plan.batch, key}, keep_going, model, batch, *learning_);
      if (whole)
        after_epoch(name, plan, from_pixels, model,
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      const bool stop = !whole || !keep_going();
      if (stop || learning_->epoch % recipe_.monitor.checkpoint_every == 0 || learning_->epoch == plan.epochs) save();
      if (stop) return Outcome::interrupted;
    }
    return Outcome::finished;
  }

  void after_epoch(const std::string& name, const StageRecipe& plan, bool from_pixels, const EnergyModel& model,
                   double seconds) {
    const std::int64_t epoch = learning_->epoch;
    const bool last = epoch == plan.epochs;
    const auto due = [&](std::int64_t every) { return every > 0 && (epoch % every == 0 || last); };
    if (due(recipe_.monitor.every)) {
      MetricsRow row{.stage = name,
                     .epoch = epoch,
                     .updates = learning_->updates,
                     .rate = plan.learner.rate.at(double(epoch), learning_->updates)};
      const bool persistent = plan.learner.negative.kind == Negative::Kind::persistent;
      watch_sampler(plan.learner.negative, learning_->tempered, row);
      if (from_pixels)
        watch_model(ctx_, recipe_, data_, model, persistent ? &learning_->chains : nullptr,
                    name == "train" && due(recipe_.monitor.likelihood_every), row);
      record(row);
      if (row.error_percent)
        note_ = fmt::format("validation error {:.2f} %", *row.error_percent);
      else if (row.log_p_validation)
        note_ = fmt::format("log p(validation) about {:.2f}", *row.log_p_validation);
      else if (row.reconstruction_train)
        note_ = fmt::format("reconstruction error {:.4f}", *row.reconstruction_train);
    }
    if (from_pixels && due(recipe_.monitor.pictures_every)) draw(name, model);
    log(fmt::format(R"({{"stage":"{}","epoch":{},"seconds":{:.3f}}})", name, epoch, seconds));
  }

  Outcome finetune() {
    const FinetuneRecipe& plan = *recipe_.finetune;
    if (!finetuning_) finetuning_ = start_finetuning(ctx_, plan, model_, data_.train, key_.fold(kFinetune));
    const auto features = posterior_inputs(ctx_, plan.mean_field, model_, data_.train);
    const auto held_out = posterior_inputs(ctx_, plan.mean_field, model_, data_.validation);
    while (finetuning_->state.epoch < plan.epochs) {
      const EpochResult result =
          finetune_epoch(ctx_, plan, key_.fold(kFinetune), data_.train, features, *finetuning_, [&](const Progress& p) {
            return proceed(options_.report,
                           {"finetune", finetuning_->state.epoch * p.total + p.done, plan.epochs * p.total, note_});
          });
      if (result.finished) {
        MetricsRow row{.stage = "finetune",
                       .epoch = finetuning_->state.epoch,
                       .updates = finetuning_->state.step,
                       .rate = plan.backprop.rate.at(double(finetuning_->state.epoch), finetuning_->state.step)};
        row.loss = result.score.cross_entropy / double(result.score.cases);
        if (data_.validation.cases() > 0) {
          const Score held = classifier_score(ctx_, finetuning_->network, data_.validation, held_out);
          row.error_percent = 100.0 * double(held.errors) / double(held.cases);
        }
        record(row);
        note_ = fmt::format("loss {:.4f}", *row.loss) +
                (row.error_percent ? fmt::format(", validation error {:.2f} %", *row.error_percent) : "");
      }
      save();
      if (!result.finished || !proceed(options_.report, {"finetune", finetuning_->state.epoch, plan.epochs, note_}))
        return Outcome::interrupted;
    }
    return Outcome::finished;
  }

  // ---- what a run leaves ----

  void record(const MetricsRow& row) {
    if (metrics_.empty()) metrics_ = metrics_header();
    metrics_ += metrics_line(row);
    write_file(file("metrics.csv"), as_bytes(metrics_));
  }

  void log(const std::string& line) {
    std::ofstream out(file("log.jsonl"), std::ios::app);
    out << line << '\n';
    if (!out.flush()) throw FileError(fmt::format("{}: cannot be written", file("log.jsonl").string()));
  }

  // The chains' (or the reconstructions') visible layer, and filters of the first layer.
  void draw(const std::string& name, const EnergyModel& model) {
    if (data_.train.height == 0) return;
    const int height = data_.train.height, width = data_.train.width;
    std::filesystem::create_directories(options_.folder / "pictures");
    const Layer& visible = model.layer(model.visible());
    const ConstMatrix chains = learning_->chains.x(model.visible());
    Tensor shown(model.precision(), std::min<std::int64_t>(100, chains.rows), chains.cols);
    scale_add(ctx_, 1, chains.slice(0, shown.rows()), 0, shown);
    to_data(ctx_, visible, shown);
    write_png(options_.folder / "pictures" / (name + "-chains.png"),
              picture_grid(shown, height, width,
                           {.columns = 10,
                            .channels = data_.train.channels,
                            .scale = takes_numbers(visible.unit) ? GreyScale::each : GreyScale::shared}));
    const Tensor& weight = model.connections()[0].weight;
    Tensor filters(weight.dtype(), std::min<std::int64_t>(100, weight.cols()), weight.rows());
    for (std::int64_t j = 0; j < filters.rows(); ++j)
      for (std::int64_t i = 0; i < filters.cols(); ++i) filters.set(j, i, weight.at(i, j));
    differences_to_data(ctx_, visible, filters);
    write_png(options_.folder / "pictures" / (name + "-filters.png"),
              picture_grid(filters, height, width,
                           {.columns = 10, .channels = data_.train.channels, .scale = GreyScale::around_zero}));
  }

  void set_visible_bias(EnergyModel& model) {
    constexpr double kPrior = 1;
    base_rate_fields(model.layer(model.visible()).unit, visible_means(ctx_, model, data_.train)[0],
                     double(data_.train.cases()), kPrior, model.layer(model.visible()).bias);
  }

  // ---- checkpoints ----

  void save() {
    Archive checkpoint;
    checkpoint.metadata["run/phase"] = phase_;
    checkpoint.metadata["run/recipe"] = options_.recipe_text;
    checkpoint.metadata["run/data"] = content_hash(data_);
    checkpoint.metadata["run/metrics"] = metrics_;
    checkpoint.metadata["run/stages"] = std::to_string(stages_.size());
    for (std::size_t s = 0; s < stages_.size(); ++s)
      add_numbers(stages_[s], fmt::format("stage/{}/", s + 1), checkpoint);
    if (phase_ != "pretrain") add_numbers(model_, "model/", checkpoint);
    if (learning_) add_learning(*learning_, checkpoint);
    if (finetuning_) add_finetuning(*finetuning_, checkpoint);
    write_safetensors(file("checkpoint.safetensors"), checkpoint);
    if (phase_ == "train" && learning_ && !learning_->tempered.machines.empty()) {
      Archive trajectory;
      add_trajectory(*learning_, trajectory);
      write_safetensors(file("trajectory.safetensors"), trajectory);
    }

    if (phase_ == "pretrain") return;
    model_.notes["recipe"] = options_.recipe_text;
    model_.notes["data"] = content_hash(data_);
    if (!data_.train.letters.empty()) model_.notes["letters"] = data_.train.letters;
    if (!data_.train.vocabulary.empty())
      model_.notes["vocabulary"] = fmt::format("{}", fmt::join(data_.train.vocabulary, "\n"));
    if (!data_.train.class_names.empty())
      model_.notes["classes"] = fmt::format("{}", fmt::join(data_.train.class_names, "\n"));
    model_.notes["picture"] = fmt::format("{} {}", data_.train.height, data_.train.width);
    if (data_.train.channels > 1) model_.notes["picture"] += fmt::format(" {}", data_.train.channels);
    write_model(file("model.safetensors"), model_);
    if (finetuning_) write_network(file("classifier.safetensors"), finetuning_->network);
  }

  // Removes the half-written files of a process that was killed.
  void tidy() const {
    for (const char* name : {"recipe.toml", "checkpoint.safetensors", "model.safetensors", "trajectory.safetensors",
                             "classifier.safetensors", "metrics.csv"})
      remove_leftovers(file(name));
    const std::size_t stages = recipe_.pretrain ? recipe_.pretrain->stages.size() : 0;
    for (std::size_t stage = 0; stage <= stages; ++stage) {
      const std::string name = stage == 0 ? "train" : fmt::format("pretrain{}", stage);
      remove_leftovers(options_.folder / "pictures" / (name + "-chains.png"));
      remove_leftovers(options_.folder / "pictures" / (name + "-filters.png"));
    }
  }

  // The pretraining stages in a checkpoint: from one to all of them while pretraining, none afterwards.
  std::size_t parse_stages(const std::string& checkpoint, const std::string& word) const {
    const bool pretraining = phase_ == "pretrain";
    const std::size_t most = pretraining && recipe_.pretrain ? recipe_.pretrain->stages.size() : 0;
    std::size_t stages = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), stages);
    require(error == std::errc() && end == word.data() + word.size() && stages <= most && pretraining == (stages > 0),
            "{}: run/stages: expected {} to {}, got '{}'", checkpoint, pretraining ? 1 : 0, most, word);
    return stages;
  }

  void restore() {
    tidy();
    phase_ = recipe_.pretrain ? "pretrain" : "train";
    if (!std::filesystem::exists(file("checkpoint.safetensors"))) {
      if (!recipe_.pretrain) {
        initialise_weights(model_, recipe_.model.weight_scale, key_.fold(kInitialise));
        if (recipe_.model.bias_from_data) set_visible_bias(model_);
      }
      return;
    }
    Archive checkpoint = read_safetensors(file("checkpoint.safetensors"));
    const auto text = [&](const char* name) {
      const auto found = checkpoint.metadata.find(name);
      require(found != checkpoint.metadata.end(), "{}: the checkpoint lacks '{}'", checkpoint.file, name);
      return found->second;
    };
    require(text("run/recipe") == options_.recipe_text,
            "{}: the checkpoint is of another recipe; train into a new folder", checkpoint.file);
    require(text("run/data") == content_hash(data_),
            "{}: the data have changed since the checkpoint; train into a new folder", checkpoint.file);
    phase_ = text("run/phase");
    metrics_ = text("run/metrics");
    require(phase_ == "pretrain" || phase_ == "train" || phase_ == "finetune" || phase_ == "done",
            "{}: run/phase: expected pretrain, train, finetune or done, got '{}'", checkpoint.file, phase_);
    const std::size_t stages = parse_stages(checkpoint.file, text("run/stages"));
    for (std::size_t s = 1; s <= stages; ++s) {
      begin_stage(s);
      take_numbers(fmt::format("stage/{}/", s), checkpoint, stages_.back());
    }
    if (phase_ != "pretrain") take_numbers("model/", checkpoint, model_);
    if (checkpoint.metadata.contains("learning/epoch")) {
      const bool pretraining = phase_ == "pretrain";
      const StageRecipe& plan = pretraining ? recipe_.pretrain->stages[stages - 1] : recipe_.train;
      learning_ = start_learning(ctx_, pretraining ? stages_.back() : model_, plan.learner, plan.batch);
      take_learning(checkpoint, *learning_);
    }
    if (checkpoint.metadata.contains("finetune/epoch")) {
      require(recipe_.finetune.has_value(), "{}: finetune/epoch: the recipe has no fine-tuning", checkpoint.file);
      finetuning_ = start_finetuning(ctx_, *recipe_.finetune, model_, data_.train, key_.fold(kFinetune));
      take_finetuning(checkpoint, *finetuning_);
    }
    if (!metrics_.empty()) write_file(file("metrics.csv"), as_bytes(metrics_));
    log(R"({"resumed":true})");
  }

  Context& ctx_;
  const Recipe& recipe_;
  const RunData& data_;
  const RunOptions& options_;
  const Presenter presenter_;
  const Key key_;
  PretrainRule rule_;
  EnergyModel model_;
  std::vector<EnergyModel> stages_;  // finished ones, and the one in training
  std::optional<LearningState> learning_;
  std::optional<Finetuning> finetuning_;
  std::string phase_, metrics_, note_;
};

}  // namespace

EnergyModel untrained_model(const Recipe& recipe, const Dataset& train) {
  require(!recipe.model.labels || train.classes > 1, "model.labels: the training data '{}' have no labels", train.name);
  EnergyModel model = dbm(train.units(), recipe.model.hidden,
                          {.precision = recipe.model.precision,
                           .classes = recipe.model.labels ? train.classes : 0,
                           .visible = recipe.model.visible,
                           .hidden = recipe.model.hidden_unit});
  Layer& visible = model.layer(model.visible());
  if (std::holds_alternative<Spin>(visible.unit)) present_by(0.5, 0.5, visible);
  if (std::holds_alternative<Gaussian>(visible.unit) || std::holds_alternative<Relu>(visible.unit))
    standardise(train, recipe.model.standardise, recipe.model.whitening_floor, visible);
  return model;
}

void require_trainable(const Recipe& recipe, const RunData& data) {
  const EnergyModel model = untrained_model(recipe, data.train);
  require_learner(recipe.train.learner, model);
  require(!recipe.finetune || data.train.classes > 1, "finetune: the training data '{}' have no labels",
          data.train.name);
  const std::pair<const char*, const Dataset*> others[] = {{"validation", &data.validation}, {"test", &data.test}};
  for (const auto& [part, other] : others)
    require(other->cases() == 0 || other->units() == data.train.units(),
            "the {} cases have {} units, those of training have {}", part, other->units(), data.train.units());
  for (const Dataset* part : {&data.train, &data.validation, &data.test}) require_values(model, *part);
}

Outcome train_run(Context& ctx, const Recipe& recipe, const RunData& data, const RunOptions& options) {
  return Run(ctx, recipe, data, options).run();
}

}  // namespace deepboltz
