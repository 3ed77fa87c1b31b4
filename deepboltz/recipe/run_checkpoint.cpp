#include "deepboltz/recipe/run_checkpoint.h"

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/file.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/learn/trajectory.h"
#include "deepboltz/model/save.h"
#include "deepboltz/recipe/run_record.h"
#include "deepboltz/stack/save_network.h"

namespace deepboltz {
namespace {

void write_checkpoint(const RunData& data, const RunOptions& options, RunState& state) {
  Archive checkpoint;
  checkpoint.metadata["run/phase"] = state.phase;
  checkpoint.metadata["run/recipe"] = options.recipe_text;
  checkpoint.metadata["run/data"] = content_hash(data);
  checkpoint.metadata["run/metrics"] = state.metrics;
  if (!state.from.empty()) checkpoint.metadata["run/from"] = state.from;
  checkpoint.metadata["run/stages"] = std::to_string(state.stages.size());
  for (std::size_t s = 0; s < state.stages.size(); ++s)
    add_numbers(state.stages[s], fmt::format("stage/{}/", s + 1), checkpoint);
  if (state.phase != "pretrain") add_numbers(state.model, "model/", checkpoint);
  if (state.learning) add_learning(*state.learning, checkpoint);
  if (state.finetuning) add_finetuning(*state.finetuning, checkpoint);
  write_safetensors(options.folder / "checkpoint.safetensors", checkpoint);
  if (state.phase == "train" && state.learning && !state.learning->tempered.machines.empty()) {
    Archive trajectory;
    add_trajectory(*state.learning, trajectory);
    write_safetensors(options.folder / "trajectory.safetensors", trajectory);
  }
}

void write_models(const RunData& data, const RunOptions& options, RunState& state) {
  state.model.notes["recipe"] = options.recipe_text;
  state.model.notes["data"] = content_hash(data);
  if (!state.from.empty()) state.model.notes["from"] = state.from;
  if (!data.train.letters.empty()) state.model.notes["letters"] = data.train.letters;
  if (!data.train.vocabulary.empty())
    state.model.notes["vocabulary"] = fmt::format("{}", fmt::join(data.train.vocabulary, "\n"));
  if (!data.train.class_names.empty())
    state.model.notes["classes"] = fmt::format("{}", fmt::join(data.train.class_names, "\n"));
  state.model.notes["picture"] = fmt::format("{} {}", data.train.height, data.train.width);
  if (data.train.channels > 1) state.model.notes["picture"] += fmt::format(" {}", data.train.channels);
  write_model(options.folder / "model.safetensors", state.model);
  if (state.finetuning) write_network(options.folder / "classifier.safetensors", state.finetuning->network);
}

// The pretraining stages in a checkpoint: from one to all of them while pretraining, none afterwards.
std::size_t parse_stages(const Recipe& recipe, const std::string& phase, const std::string& checkpoint,
                         const std::string& word) {
  const bool pretraining = phase == "pretrain";
  const std::size_t most = pretraining && recipe.pretrain ? recipe.pretrain->stages.size() : 0;
  const auto stages = parse_number<std::size_t>(word);
  require(stages && *stages <= most && pretraining == (*stages > 0), "{}: run/stages: expected {} to {}, got '{}'",
          checkpoint, pretraining ? 1 : 0, most, word);
  return *stages;
}

}  // namespace

const std::string& checkpoint_text(const Archive& checkpoint, const char* name) {
  const auto found = checkpoint.metadata.find(name);
  require(found != checkpoint.metadata.end(), "{}: the checkpoint lacks '{}'", checkpoint.file, name);
  return found->second;
}

void save_run(const RunData& data, const RunOptions& options, RunState& state) {
  write_checkpoint(data, options, state);
  if (state.phase != "pretrain") write_models(data, options, state);
}

bool has_checkpoint(const RunOptions& options) {
  return std::filesystem::exists(options.folder / "checkpoint.safetensors");
}

void restore_run(Context& ctx, const Recipe& recipe, const RunData& data, const RunOptions& options, RunState& state) {
  Archive checkpoint = read_safetensors(options.folder / "checkpoint.safetensors");
  require(checkpoint_text(checkpoint, "run/recipe") == options.recipe_text,
          "{}: the checkpoint is of another recipe; train into a new folder", checkpoint.file);
  require(checkpoint_text(checkpoint, "run/data") == content_hash(data),
          "{}: the data have changed since the checkpoint; train into a new folder", checkpoint.file);
  state.phase = checkpoint_text(checkpoint, "run/phase");
  state.metrics = checkpoint_text(checkpoint, "run/metrics");
  if (const auto from = checkpoint.metadata.find("run/from"); from != checkpoint.metadata.end())
    state.from = from->second;
  require(state.phase == "pretrain" || state.phase == "train" || state.phase == "finetune" || state.phase == "done",
          "{}: run/phase: expected pretrain, train, finetune or done, got '{}'", checkpoint.file, state.phase);
  const std::size_t stages =
      parse_stages(recipe, state.phase, checkpoint.file, checkpoint_text(checkpoint, "run/stages"));
  for (std::size_t s = 1; s <= stages; ++s) {
    begin_stage(ctx, recipe, data, state);
    take_numbers(fmt::format("stage/{}/", s), checkpoint, state.stages.back());
  }
  if (state.phase != "pretrain") take_numbers("model/", checkpoint, state.model);
  if (checkpoint.metadata.contains("learning/epoch")) {
    const bool pretraining = state.phase == "pretrain";
    const StageRecipe& plan = pretraining ? recipe.pretrain->stages[stages - 1] : recipe.train;
    state.learning = start_learning(ctx, pretraining ? state.stages.back() : state.model, plan.learner, plan.batch);
    take_learning(checkpoint, *state.learning);
  }
  if (checkpoint.metadata.contains("finetune/epoch")) {
    require(recipe.finetune.has_value(), "{}: finetune/epoch: the recipe has no fine-tuning", checkpoint.file);
    state.finetuning =
        start_finetuning(ctx, *recipe.finetune, state.model, data.train, Key{recipe.seed}.fold(RunUse::finetune));
    take_finetuning(checkpoint, *state.finetuning);
  }
  if (!state.metrics.empty()) write_file(options.folder / "metrics.csv", as_bytes(state.metrics));
  append_log(options.folder, R"({"resumed":true})");
}

void tidy_run(const Recipe& recipe, const std::filesystem::path& folder) {
  for (const char* name : {"recipe.toml", "checkpoint.safetensors", "model.safetensors", "trajectory.safetensors",
                           "classifier.safetensors", "metrics.csv"})
    remove_leftovers(folder / name);
  const std::size_t stages = recipe.pretrain ? recipe.pretrain->stages.size() : 0;
  for (std::size_t stage = 0; stage <= stages; ++stage) {
    const std::string name = stage == 0 ? "train" : fmt::format("pretrain{}", stage);
    remove_leftovers(folder / "pictures" / (name + "-chains.png"));
    remove_leftovers(folder / "pictures" / (name + "-filters.png"));
  }
}

}  // namespace deepboltz
