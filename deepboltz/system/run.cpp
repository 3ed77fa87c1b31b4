#include "deepboltz/system/run.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <nlohmann/json.hpp>

#include "deepboltz/io/file.h"
#include "deepboltz/system/checkpoint.h"
#include "deepboltz/system/record.h"
#include "deepboltz/system/save.h"

namespace deepboltz {
namespace {

constexpr std::string_view kRunFiles[] = {"recipe.toml",
                                          "model.safetensors",
                                          "trajectory.safetensors",
                                          "checkpoint.safetensors",
                                          "classifier.safetensors",
                                          "metrics.csv",
                                          "log.jsonl",
                                          "evaluation.json",
                                          "report.html",
                                          "pictures"};

class Run {
 public:
  Run(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets, const RunOptions& options,
      std::optional<System> begun)
      : ctx_(ctx), kind_(kind), sets_(sets), options_(options) {
    if (std::filesystem::exists(options.folder / kCheckpointFile)) {
      checkpoint_ = read_checkpoint(options, sets, {&kind, 1});
      system_ = std::move(checkpoint_->system);
      only_ = checkpoint_->only;
    } else {
      system_ = begun ? std::move(*begun) : kind.begin(ctx, recipe, sets, {.report = options.report});
    }
    stages_ = kind.stages(recipe, sets, system_);
    metrics_ = Metrics(stages_);
  }

  Outcome run() {
    tidy_run(options_.folder);
    std::size_t first = 0;
    if (checkpoint_) first = restore();
    std::vector<Stage*> ahead;
    for (std::size_t s = first; s < stages_.size(); ++s)
      if (only_.empty() || stages_[s]->name() == only_) ahead.push_back(stages_[s].get());
    for (const Stage* stage : ahead) updates_ahead_ += stage->epochs() * batches_of(*stage);
    for (Stage* stage : ahead) {
      if (!begun_) stage->begin(ctx_);
      begun_ = false;
      if (!learn(*stage)) return Outcome::interrupted;
      summarise(*stage);
      stage->end(ctx_);
      updates_done_ += stage->epochs() * batches_of(*stage);
    }
    write_model();
    return Outcome::finished;
  }

 private:
  static std::int64_t batches_of(const Stage& stage) { return std::max<std::int64_t>(1, stage.batches()); }

  // The number of the stage that the checkpoint is of; if it had begun, it goes on from there.
  std::size_t restore() {
    const auto found = std::ranges::find(stages_, checkpoint_->stage, [](const auto& stage) { return stage->name(); });
    require(found != stages_.end(), "{}: run/stage: the recipe has no stage '{}'", checkpoint_->archive.file,
            checkpoint_->stage);
    begun_ = checkpoint_->archive.metadata.contains("run/begun");
    if (begun_) (*found)->take(ctx_, checkpoint_->archive);
    metrics_.restore(checkpoint_->metrics);
    checkpoint_.reset();
    if (!metrics_.text.empty()) write_file(options_.folder / "metrics.csv", as_bytes(metrics_.text));
    append_log(options_.folder, R"({"resumed":true})");
    return std::size_t(found - stages_.begin());
  }

  bool learn(Stage& stage) {
    using Clock = std::chrono::steady_clock;
    note_.clear();
    auto start = Clock::now();
    const std::int64_t updates = batches_of(stage);
    const auto show = [&](std::int64_t batch, std::int64_t batches) {
      return proceed(options_.report,
                     {stage.name(), updates_done_ + stage.epochs_done() * updates + batch * updates / batches,
                      updates_ahead_, note_});
    };
    const auto after_epoch = [&] {
      record(stage, std::chrono::duration<double>(Clock::now() - start).count());
      const bool last = stage.epochs_done() == stage.epochs(), stop = !show(0, 1);
      if (last || (!stop && stage.epochs_done() % stage.checkpoint_every() == 0)) save(stage);
      start = Clock::now();
      return !stop;
    };
    const bool whole = run_epochs(ctx_, stage, show, after_epoch);
    if (!whole) save(stage);
    return whole;
  }

  void record(Stage& stage, double seconds) {
    const bool last = stage.epochs_done() == stage.epochs();
    Figures figures, if_more;
    if (last) stage.look(ctx_, false, if_more);
    stage.look(ctx_, last, figures);
    metrics_.add(stage, figures, last ? &if_more : nullptr);
    if (figures.rate) write_file(options_.folder / "metrics.csv", as_bytes(metrics_.text));
    if (!figures.note.empty()) note_ = figures.note;
    for (const Figures::Warning& warning : figures.warnings) warn(stage, warning);
    stage.draw(ctx_, last, options_.folder / "pictures");
    append_log(options_.folder, fmt::format(R"({{"stage":"{}","epoch":{},"seconds":{:.3f}}})", stage.name(),
                                            stage.epochs_done(), seconds));
  }

  // Once a stage and what it is about.
  void warn(const Stage& stage, const Figures::Warning& warning) {
    if (!warned_.emplace(stage.name(), warning.about).second) return;
    append_log(
        options_.folder,
        nlohmann::json{{"stage", stage.name()}, {"epoch", stage.epochs_done()}, {"warning", warning.text}}.dump());
    if (options_.warn) options_.warn(fmt::format("{}, epoch {}: {}", stage.name(), stage.epochs_done(), warning.text));
  }

  void summarise(const Stage& stage) {
    const std::string text = stage.summary(ctx_);
    if (text.empty()) return;
    append_log(options_.folder, nlohmann::json{{"stage", stage.name()}, {"summary", text}}.dump());
    if (options_.summary) options_.summary(text);
  }

  void save(const Stage& stage) {
    system_.notes["recipe"] = options_.recipe_text;
    system_.notes["data"] = sets_.hash;
    write_checkpoint(options_, sets_, system_, stage.name(), &stage, metrics_, only_);
    stage.keep(options_.folder);
    if (!stage.makes_parts()) write_model();
  }

  void write_model() { write_system(options_.folder / "model.safetensors", system_); }

  Context& ctx_;
  const Kind& kind_;
  const CaseSets& sets_;
  const RunOptions& options_;
  std::optional<Checkpoint> checkpoint_;
  System system_;
  Stages stages_;
  Metrics metrics_;
  std::string only_;
  bool begun_ = false;
  std::int64_t updates_done_ = 0, updates_ahead_ = 0;     // of the stages before this one; of all to be run
  std::string note_;                                      // beside the progress
  std::set<std::pair<std::string, std::string>> warned_;  // stage and what it is about
};

// "f32: visible 784 bernoulli, hidden1 500 bernoulli"
std::string shape_of(const EnergyModel& model) {
  std::vector<std::string> layers;
  for (const Layer& layer : model.layers())
    layers.push_back(fmt::format("{} {} {}", layer.name, layer.units, word_of(layer.unit)));
  return fmt::format("{}: {}", name_of(model.precision()), fmt::join(layers, ", "));
}
std::string shape_of(const Network& network) {
  std::vector<std::string> layers;
  for (const NetworkLayer& layer : network.layers) layers.push_back(fmt::format("{} {}", layer.name, layer.units()));
  return fmt::format("{}: {}", name_of(network.dtype()), fmt::join(layers, ", "));
}
std::string shape_of(const Tensor& tensor) {
  return fmt::format("{}: {} × {}", name_of(tensor.dtype()), tensor.rows(), tensor.cols());
}

}  // namespace

Outcome train_run(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets,
                  const RunOptions& options, std::optional<System> begun) {
  return Run(ctx, kind, recipe, sets, options, std::move(begun)).run();
}

namespace {

// The name of the first stage to run.
std::string first_stage(const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets, System& system,
                        const std::string& only) {
  const Stages stages = kind.stages(recipe, sets, system);
  std::vector<std::string> names;
  for (const auto& stage : stages) {
    if (only.empty() ? !stage->makes_parts() : stage->name() == only) return stage->name();
    names.push_back(stage->name());
  }
  throw InputError(fmt::format("train --only: the recipe has no stage '{}'; it has {}", only, fmt::join(names, ", ")));
}

}  // namespace

void check_from(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets, const From& from) {
  const std::string path = from.file.string();
  require(from.system.kind == kind.word, "{}: a system of kind '{}', but the recipe is of kind '{}'", path,
          from.system.kind, kind.word);
  System system = kind.begin(ctx, recipe, sets, {.shapes_only = true});
  const auto shape = [](const auto& numbers) { return shape_of(numbers); };
  for (const auto& [name, part] : system.parts) {
    const auto found = from.system.parts.find(name);
    require(found != from.system.parts.end(), "{}: there is no part '{}' to begin with", path, name);
    const std::string expected = std::visit(shape, part), came = std::visit(shape, found->second);
    require(came == expected, "{}: the recipe and its data ask for the layers '{}', the machine has '{}'", path,
            expected, came);
  }
  first_stage(kind, recipe, sets, system, from.only);
}

void begin_from(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets,
                const RunOptions& options, From from) {
  System system = kind.begin(ctx, recipe, sets, {.shapes_only = true});
  for (auto& [name, part] : system.parts) part = std::move(from.system.parts.at(name));
  system.notes["from"] = from.word;
  const std::size_t space = from.word.find(' ');
  append_log(options.folder,
             nlohmann::json{{"from", from.word.substr(space + 1)}, {"model", from.word.substr(0, space)}}.dump());
  write_checkpoint(options, sets, system, first_stage(kind, recipe, sets, system, from.only), nullptr, {}, from.only);
}

std::span<const std::string_view> run_files() { return kRunFiles; }

void tidy_run(const std::filesystem::path& folder) {
  for (const std::string_view name : kRunFiles) remove_leftovers(folder / name);
  remove_leftovers_in(folder / "pictures");
}

}  // namespace deepboltz
