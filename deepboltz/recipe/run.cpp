#include "deepboltz/recipe/run.h"

#include <chrono>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/model/length.h"
#include "deepboltz/recipe/monitor.h"
#include "deepboltz/recipe/presenter.h"
#include "deepboltz/recipe/run_checkpoint.h"
#include "deepboltz/recipe/run_record.h"

namespace deepboltz {
namespace {

class Run {
 public:
  Run(Context& ctx, const Recipe& recipe, const RunData& data, const RunOptions& options)
      : ctx_(ctx),
        recipe_(recipe),
        data_(data),
        options_(options),
        presenter_(recipe),
        key_{recipe.seed},
        state_(untrained_state(recipe, data)) {}

  Outcome run() {
    tidy_run(recipe_, options_.folder);
    if (has_checkpoint(options_))
      restore_run(ctx_, recipe_, data_, options_, state_);
    else if (!recipe_.pretrain)
      initialise(ctx_, recipe_, data_, state_);
    if (state_.phase == "pretrain" && pretrain() == Outcome::interrupted) return Outcome::interrupted;
    if (state_.phase == "train" && train() == Outcome::interrupted) return Outcome::interrupted;
    if (state_.phase == "finetune" && finetune() == Outcome::interrupted) return Outcome::interrupted;
    state_.phase = "done";
    save();
    return Outcome::finished;
  }

 private:
  Key stage_key(std::size_t stage) const { return key_.fold(RunUse::stage).fold(stage); }

  void save() { save_run(data_, options_, state_); }

  Outcome pretrain() {
    const PretrainRecipe& plan = *recipe_.pretrain;
    for (std::size_t stage = state_.stages.empty() ? 1 : state_.stages.size(); stage <= plan.stages.size(); ++stage) {
      if (state_.stages.size() < stage) begin_stage(ctx_, recipe_, data_, state_);
      const Source pixels = stage > 1 && plan.grey_input ? presenter_.grey_source(data_.train)
                                                         : presenter_.source(state_.model, data_.train);
      std::vector<Source> sources{pixels};
      sources.reserve(stage);  // each draws from the one before, by reference
      for (std::size_t below = 1; below < stage; ++below)
        sources.push_back(draws_above(ctx_, sources.back(), state_.stages[below - 1], plan.stages[stage - 1].batch));
      StageRecipe stage_plan = plan.stages[stage - 1];
      stage_plan.learner.rescaled = extra_words(state_.model) > 0;
      if (learn(fmt::format("pretrain{}", stage), stage_plan, sources.back(), stage_key(stage), stage == 1,
                state_.stages[stage - 1]) == Outcome::interrupted)
        return Outcome::interrupted;
      state_.learning.reset();
    }
    merge_stages(ctx_, state_.stages, state_.rule, state_.model);
    state_.stages.clear();
    state_.phase = "train";
    save();
    return Outcome::finished;
  }

  Outcome train() {
    const Source source = presenter_.source(state_.model, data_.train);
    if (learn("train", recipe_.train, source, key_.fold(RunUse::joint), true, state_.model) == Outcome::interrupted)
      return Outcome::interrupted;
    state_.learning.reset();
    state_.phase = recipe_.finetune ? "finetune" : "done";
    return Outcome::finished;
  }

  // The epochs of one stage, from where state_.learning stands.
  Outcome learn(const std::string& name, const StageRecipe& plan, const Source& source, Key key, bool from_pixels,
                EnergyModel& model) {
    if (!state_.learning) {
      state_.learning = start_learning(ctx_, model, plan.learner, plan.batch);
      if (!state_.learning->tempered.base.empty() && from_pixels)
        state_.learning->tempered.base =
            base_rates(model, visible_means(ctx_, model, data_.train), double(data_.train.cases()));
    }
    State batch = make_batch(ctx_, model, plan.batch);
    const std::int64_t batches = std::int64_t(std::ceil(source.shown() / double(plan.batch)));
    while (state_.learning->epoch < plan.epochs) {
      const auto start = std::chrono::steady_clock::now();
      const auto keep_going = [&] {
        return proceed(options_.report,
                       {name, state_.learning->epoch * batches + state_.learning->batch, plan.epochs * batches, note_});
      };
      const bool whole =
          fit_epoch(ctx_, plan.learner, source, {plan.batch, key}, keep_going, model, batch, *state_.learning);
      if (whole)
        after_epoch(name, plan, from_pixels, model,
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      const bool stop = !whole || !keep_going();
      if (stop || state_.learning->epoch % recipe_.monitor.checkpoint_every == 0 ||
          state_.learning->epoch == plan.epochs)
        save();
      if (stop) return Outcome::interrupted;
    }
    return Outcome::finished;
  }

  void after_epoch(const std::string& name, const StageRecipe& plan, bool from_pixels, const EnergyModel& model,
                   double seconds) {
    const std::int64_t epoch = state_.learning->epoch;
    const bool last = epoch == plan.epochs;
    const auto due = [&](std::int64_t every) { return every > 0 && (epoch % every == 0 || last); };
    if (due(recipe_.monitor.every)) {
      MetricsRow row{.stage = name,
                     .epoch = epoch,
                     .updates = state_.learning->updates,
                     .rate = plan.learner.rate.at(double(epoch), state_.learning->updates)};
      const bool persistent = plan.learner.negative.kind == Negative::Kind::persistent;
      watch_sampler(plan.learner.negative, state_.learning->tempered, row);
      if (from_pixels)
        warn_of_collapse(name, epoch,
                         watch_model(ctx_, recipe_, data_, model, persistent ? &state_.learning->chains : nullptr,
                                     name == "train" && due(recipe_.monitor.likelihood_every), row));
      record_metrics(options_.folder, row, state_.metrics);
      if (row.error_percent)
        note_ = fmt::format("validation error {:.2f} %", *row.error_percent);
      else if (row.log_p_validation)
        note_ = fmt::format("log p(validation) about {:.2f}", *row.log_p_validation);
      else if (row.reconstruction_train)
        note_ = fmt::format("reconstruction error {:.4f}", *row.reconstruction_train);
    }
    if (from_pixels && due(recipe_.monitor.pictures_every))
      draw_stage(ctx_, options_.folder, name, model, state_.learning->chains.x(model.visible()), data_.train);
    append_log(options_.folder, fmt::format(R"({{"stage":"{}","epoch":{},"seconds":{:.3f}}})", name, epoch, seconds));
  }

  // Once a layer and stage.
  void warn_of_collapse(const std::string& name, std::int64_t epoch, const std::vector<StuckBits>& layers) {
    for (const StuckBits& bits : layers) {
      if (!bits.collapsed() || !warned_.emplace(name, bits.layer).second) continue;
      append_log(options_.folder, nlohmann::json{{"stage", name}, {"epoch", epoch}, {"warning", advice(bits)}}.dump());
      if (options_.warn) options_.warn(fmt::format("{}, epoch {}: {}", name, epoch, advice(bits)));
    }
  }

  Outcome finetune() {
    const FinetuneRecipe& plan = *recipe_.finetune;
    if (!state_.finetuning)
      state_.finetuning = start_finetuning(ctx_, plan, state_.model, data_.train, key_.fold(RunUse::finetune));
    const auto features = posterior_inputs(ctx_, plan.mean_field, state_.model, data_.train);
    const auto held_out = posterior_inputs(ctx_, plan.mean_field, state_.model, data_.validation);
    Finetuning& tuned = *state_.finetuning;
    while (tuned.state.epoch < plan.epochs) {
      const EpochResult result =
          finetune_epoch(ctx_, plan, key_.fold(RunUse::finetune), data_.train, features, tuned, [&](const Progress& p) {
            return proceed(options_.report,
                           {"finetune", tuned.state.epoch * p.total + p.done, plan.epochs * p.total, note_});
          });
      if (result.finished) {
        MetricsRow row{.stage = "finetune",
                       .epoch = tuned.state.epoch,
                       .updates = tuned.state.step,
                       .rate = plan.backprop.rate.at(double(tuned.state.epoch), tuned.state.step)};
        row.loss = result.score.cross_entropy / double(result.score.cases);
        if (data_.validation.cases() > 0) {
          const Score held = classifier_score(ctx_, tuned.network, data_.validation, held_out);
          row.error_percent = 100.0 * double(held.errors) / double(held.cases);
        }
        record_metrics(options_.folder, row, state_.metrics);
        note_ = fmt::format("loss {:.4f}", *row.loss) +
                (row.error_percent ? fmt::format(", validation error {:.2f} %", *row.error_percent) : "");
      }
      save();
      if (!result.finished || !proceed(options_.report, {"finetune", tuned.state.epoch, plan.epochs, note_}))
        return Outcome::interrupted;
    }
    return Outcome::finished;
  }

  Context& ctx_;
  const Recipe& recipe_;
  const RunData& data_;
  const RunOptions& options_;
  const Presenter presenter_;
  const Key key_;
  RunState state_;
  std::string note_;                                      // beside the progress
  std::set<std::pair<std::string, std::string>> warned_;  // stage and layer
};

}  // namespace

Outcome train_run(Context& ctx, const Recipe& recipe, const RunData& data, const RunOptions& options) {
  return Run(ctx, recipe, data, options).run();
}

}  // namespace deepboltz
