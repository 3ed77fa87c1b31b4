#include "deepboltz/system/checkpoint.h"

#include "deepboltz/system/save.h"

namespace deepboltz {
namespace {

const std::string& text_of(const Archive& checkpoint, const char* name) {
  const auto found = checkpoint.metadata.find(name);
  require(found != checkpoint.metadata.end(), "{}: the checkpoint lacks '{}'", checkpoint.file, name);
  return found->second;
}

Archive open_checkpoint(const std::filesystem::path& file) {
  Archive checkpoint = read_safetensors(file);
  require(checkpoint.metadata.contains("deepboltz") || !checkpoint.metadata.contains("run/recipe"),
          "{}: a checkpoint of an older deepboltz, which this one cannot go on with; begin with its machine instead: "
          "deepboltz train {} --from {} --out NEW",
          checkpoint.file, (file.parent_path() / "recipe.toml").string(), file.parent_path().string());
  return checkpoint;
}

}  // namespace

void write_checkpoint(const RunOptions& options, const CaseSets& sets, const System& system, const std::string& name,
                      const Stage* stage, const Metrics& metrics, const std::string& only) {
  Archive checkpoint;
  add_system(system, checkpoint);
  checkpoint.metadata["run/stage"] = name;
  checkpoint.metadata["run/recipe"] = options.recipe_text;
  checkpoint.metadata["run/data"] = sets.hash;
  checkpoint.metadata["run/metrics"] = metrics.text;
  if (!metrics.more.empty()) checkpoint.metadata["run/more"] = metrics.more;
  if (!only.empty()) checkpoint.metadata["run/only"] = only;
  if (stage != nullptr) stage->add(checkpoint);
  checkpoint.metadata["run/begun"] = stage != nullptr ? "yes" : "no";
  write_safetensors(options.folder / kCheckpointFile, checkpoint);
}

Checkpoint read_checkpoint(const RunOptions& options, const CaseSets& sets, std::span<const Kind> table) {
  Checkpoint out;
  out.archive = open_checkpoint(options.folder / kCheckpointFile);
  const Archive& found = out.archive;
  require(text_of(found, "run/recipe") == options.recipe_text,
          "{}: the checkpoint is of another recipe; train into a new folder", found.file);
  require(text_of(found, "run/data") == sets.hash,
          "{}: the data have changed since the checkpoint; train into a new folder", found.file);
  out.stage = text_of(found, "run/stage");
  out.metrics = text_of(found, "run/metrics");
  if (found.metadata.contains("run/only")) out.only = text_of(found, "run/only");
  if (text_of(found, "run/begun") != "yes") out.archive.metadata.erase("run/begun");
  out.system = take_system(out.archive, table);
  return out;
}

void rewrite_recipe(const std::filesystem::path& file, const std::string& before, const std::string& after) {
  Archive checkpoint = open_checkpoint(file);
  std::string& text = checkpoint.metadata["run/recipe"];
  if (text == after) return;
  require(text == before, "{}: the checkpoint is of another recipe; train into a new folder", checkpoint.file);
  text = after;
  if (const auto more = checkpoint.metadata.find("run/more"); more != checkpoint.metadata.end()) {
    checkpoint.metadata["run/metrics"] = more->second;
    checkpoint.metadata.erase("run/more");
  }
  if (checkpoint.metadata.contains("note/recipe")) checkpoint.metadata["note/recipe"] = after;
  write_safetensors(file, checkpoint);
}

}  // namespace deepboltz
