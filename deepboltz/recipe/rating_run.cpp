#include "deepboltz/recipe/rating_run.h"

#include <algorithm>
#include <chrono>

#include "deepboltz/io/file.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/model/rating_machine.h"
#include "deepboltz/model/save.h"
#include "deepboltz/recipe/run_checkpoint.h"
#include "deepboltz/recipe/run_record.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kInitialise, kTrain, kSplit, kBaselines, kFactors };

constexpr const char* kHeader = "stage,epoch,updates,rate,log_p_train,rmse_validation,log_p_validation\n";

class Run {
 public:
  Run(Context& ctx, const Recipe& recipe, const RatingData& data, const RunOptions& options)
      : ctx_(ctx),
        plan_(*recipe.ratings),
        data_(data),
        options_(options),
        key_{Key{recipe.seed}.fold(kTrain)},
        cases_(rating_cases(data, data.train, plan_.cases)),
        held_out_(rating_rows(data, data.validation, plan_.cases)),
        model_(untrained_recommender(recipe, data)),
        learning_(start_rating_learning(ctx, plan_.learner, model_)) {
    if (!learning_.factors.empty()) initialise_factors(ctx, Key{recipe.seed}.fold(kFactors), model_, learning_.factors);
  }

  Outcome run() {
    restore();
    while (learning_.epoch < plan_.epochs) {
      const auto start = std::chrono::steady_clock::now();
      bool stop = false;
      const auto after_batch = [&](std::int64_t batch, std::int64_t batches) {
        stop = !proceed(options_.report, {"train", learning_.epoch * batches + batch, plan_.epochs * batches, note_}) ||
               stop;
      };
      const double objective =
          rating_epoch(ctx_, plan_.learner, cases_, plan_.batch, key_, after_batch, model_, learning_);
      record(objective);
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      append_log(options_.folder,
                 fmt::format(R"({{"stage":"train","epoch":{},"seconds":{:.3f}}})", learning_.epoch, seconds));
      const bool last = learning_.epoch == plan_.epochs;
      if (stop || last || learning_.epoch % plan_.checkpoint_every == 0) save();
      if (stop && !last) return Outcome::interrupted;
    }
    return Outcome::finished;
  }

 private:
  std::filesystem::path file(const char* name) const { return options_.folder / name; }

  void record(double objective) {
    if (metrics_.empty()) metrics_ = kHeader;
    metrics_ += fmt::format("train,{},{},{:.6g},", learning_.epoch, learning_.updates,
                            plan_.learner.rate.at(double(learning_.epoch), learning_.updates));
    const bool exact = plan_.learner.method == RatingLearner::Method::pseudo_likelihood;
    metrics_ += exact ? fmt::format("{:.6f},", objective) : ",";
    if (exact) note_ = fmt::format("log p a rating {:.4f}", objective);
    if (held_out_.entries() >= 2) {
      const RatingScore score = score_ratings(ctx_, model_, data_.scale, cases_, held_out_, RatingInference::exact);
      metrics_ += fmt::format("{:.6f},{:.6f}\n", score.rmse.value, score.log_p.value);
      note_ = fmt::format("validation RMSE {:.4f}", score.rmse.value);
    } else {
      metrics_ += ",\n";
    }
    write_file(file("metrics.csv"), as_bytes(metrics_));
  }

  void save() {
    Archive checkpoint;
    checkpoint.metadata["run/recipe"] = options_.recipe_text;
    checkpoint.metadata["run/data"] = data_.sha256;
    checkpoint.metadata["run/metrics"] = metrics_;
    add_numbers(model_, "model/", checkpoint);
    add_learning(learning_, checkpoint);
    write_safetensors(file("checkpoint.safetensors"), checkpoint);
    model_.notes["recipe"] = options_.recipe_text;
    model_.notes["data"] = data_.sha256;
    write_model(file("model.safetensors"), model_);
  }

  void restore() {
    if (!std::filesystem::exists(file("checkpoint.safetensors"))) return;
    Archive checkpoint = read_safetensors(file("checkpoint.safetensors"));
    require(checkpoint_text(checkpoint, "run/recipe") == options_.recipe_text,
            "{}: the checkpoint is of another recipe; train into a new folder", checkpoint.file);
    require(checkpoint_text(checkpoint, "run/data") == data_.sha256,
            "{}: the ratings have changed since the checkpoint; train into a new folder", checkpoint.file);
    metrics_ = checkpoint_text(checkpoint, "run/metrics");
    take_numbers("model/", checkpoint, model_);
    take_learning(checkpoint, learning_);
    if (!metrics_.empty()) write_file(file("metrics.csv"), as_bytes(metrics_));
    append_log(options_.folder, R"({"resumed":true})");
  }

  Context& ctx_;
  const RatingsRecipe& plan_;
  const RatingData& data_;
  const RunOptions& options_;
  const Key key_;
  const RatingCases cases_;
  const SparseRows held_out_;
  EnergyModel model_;
  LearningState learning_;
  std::string metrics_, note_;
};

std::int64_t count_cold(const RatingData& data, std::span<const Rating> held_out) {
  std::vector<bool> user(data.users.size(), false), item(data.items.size(), false);
  for (const Rating& r : data.train) user[r.user] = item[r.item] = true;
  std::int64_t cold = 0;
  for (const Rating& r : held_out) cold += !user[r.user] || !item[r.item];
  return cold;
}

std::int64_t count_told(const RatingData& data, std::span<const Rating> held_out) {
  std::int64_t told = 0;
  for (const Rating& r : held_out)
    told += std::ranges::binary_search(data.seen, std::pair(r.user, r.item), {},
                                       [](const SeenPair& s) { return std::pair(s.user, s.item); });
  return told;
}

}  // namespace

RatingData load_rating_data(const Recipe& recipe, const DataPlaces& places) {
  RatingPlan plan = recipe.ratings->plan;
  plan.key = Key{recipe.seed}.fold(kSplit);
  return load_ratings(plan, places);
}

EnergyModel untrained_recommender(const Recipe& recipe, const RatingData& data) {
  const RatingsRecipe& plan = *recipe.ratings;
  const SparseRows cases = rating_rows(data, data.train, plan.cases);
  const std::int64_t levels = data.scale.levels();
  EnergyModel model = rating_machine(cases.cols / levels, levels, plan.hidden, {.conditional = plan.plan.tells_seen()});
  initialise_ratings(cases, plan.weight_scale, Key{recipe.seed}.fold(kInitialise), model);
  return model;
}

Outcome train_recommender(Context& ctx, const Recipe& recipe, const RatingData& data, const RunOptions& options) {
  return Run(ctx, recipe, data, options).run();
}

RatingEvaluation evaluate_recommender(Context& ctx, const Recipe& recipe, const EnergyModel& model,
                                      const RatingData& data, std::span<const Rating> held_out, const Report& report) {
  const RatingCase of = recipe.ratings->cases;
  const RatingCases known = rating_cases(data, data.train, of);
  const SparseRows asked = rating_rows(data, held_out, of);
  require(asked.entries() >= 2, "{}: {} held-out ratings; a score needs at least 2", data.name, asked.entries());
  return {.ratings = asked.entries(),
          .cold = count_cold(data, held_out),
          .told = count_told(data, held_out),
          .exact = score_ratings(ctx, model, data.scale, known, asked, RatingInference::exact),
          .mean_field = score_ratings(ctx, model, data.scale, known, asked, RatingInference::mean_field),
          .baselines = rating_baselines(data, held_out, {.key = Key{recipe.seed}.fold(kBaselines), .report = report})};
}

}  // namespace deepboltz
