#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/ratings.h"
#include "deepboltz/cli/training.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/recipe/fields.h"
#include "deepboltz/recipe/forecast.h"
#include "deepboltz/recipe/joint_machine.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/recipe/run.h"
#include "deepboltz/recipe/untrained_model.h"
#include "deepboltz/recipe/write.h"

namespace deepboltz {

namespace {

namespace fs = std::filesystem;

struct TrainOptions {
  std::string recipe, out, from;
  std::vector<std::string> overrides;
  bool overwrite = false, dry_run = false, help_recipe = false;
};

// What a run leaves in its folder; --overwrite removes these and nothing else.
constexpr const char* kRunFiles[] = {"recipe.toml",
                                     "model.safetensors",
                                     "trajectory.safetensors",
                                     "checkpoint.safetensors",
                                     "classifier.safetensors",
                                     "metrics.csv",
                                     "log.jsonl",
                                     "evaluation.json",
                                     "report.html",
                                     "pictures"};

void require_free(const fs::path& folder, bool overwrite) {
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  if (!fs::is_directory(folder, error))
    throw FileError(fmt::format("{}: exists, and is not a folder", folder.string()));
  remove_leftovers(folder / "recipe.toml");
  if (fs::is_empty(folder, error)) return;
  require(fs::exists(folder / "recipe.toml", error),
          "{}: the folder is not empty, and not a run; choose another with --out", folder.string());
  require(overwrite, "{}: the run exists; go on with it (deepboltz resume {}), or replace it with --overwrite",
          folder.string(), folder.string());
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  for (const char* name : kRunFiles) fs::remove_all(folder / name, error);
  fs::create_directories(folder, error);
  if (error) throw FileError(fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
}

// Data files are found again from any folder that a run is resumed in.
void make_absolute(std::string& path) {
  if (!path.empty()) path = fs::absolute(path).lexically_normal().string();
}

Recipe resolved(const Session& session, const TrainOptions& options) {
  std::vector<std::string> overrides = options.overrides;
  if (session.options.seed) overrides.push_back(fmt::format("seed={}", *session.options.seed));
  const std::string& math = session.options.math;
  if (math != "auto") overrides.push_back((math.starts_with("int") ? "train.math=" : "model.precision=") + math);
  Recipe recipe = read_recipe(options.recipe, overrides);
  for (std::string* path : {&recipe.data.train, &recipe.data.test, &recipe.data.train_labels, &recipe.data.test_labels,
                            &recipe.data.vocabulary, &recipe.data.stop_words})
    make_absolute(*path);
  if (recipe.ratings)
    for (std::string* path : {&recipe.ratings->plan.ratings, &recipe.ratings->plan.test, &recipe.ratings->plan.films,
                              &recipe.ratings->plan.seen})
      make_absolute(*path);
  return recipe;
}

std::string memory_text(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.0f} MB", std::ceil(bytes / 1e6)) : fmt::format("{:.1f} GB", bytes / 1e9);
}

void dry_run(Session& session, const Recipe& recipe, const RunData& data, const TrainOptions& options) {
  Forecast plan = forecast(session.context(), recipe, data);
  if (!options.from.empty())
    std::erase_if(plan.stages, [](const StageForecast& stage) { return stage.name != "finetune"; });
  if (session.options.json) {
    nlohmann::json stages = nlohmann::json::array();
    for (const StageForecast& stage : plan.stages)
      stages.push_back({{"name", stage.name}, {"updates", stage.updates}, {"seconds", stage.seconds}});
    session.print(nlohmann::json{{"recipe", write_recipe(recipe)},
                                 {"parameters", plan.parameters},
                                 {"bytes", plan.bytes},
                                 {"seconds", plan.seconds()},
                                 {"stages", stages}});
  } else {
    session.print(write_recipe(recipe));
    session.console.say(fmt::format("{} parameters, about {} of memory", plan.parameters, memory_text(plan.bytes)));
    for (const StageForecast& stage : plan.stages)
      session.console.say(
          fmt::format("{}: {} updates, about {}", stage.name, stage.updates, clock_text(stage.seconds)));
    session.console.say(fmt::format("about {} on {} threads, without monitoring", clock_text(plan.seconds()),
                                    session.context().threads()));
  }
  session.console.next("deepboltz train " + options.recipe + (options.from.empty() ? "" : " --from " + options.from));
}

// The machine that --from names. InputError where the run would be replaced by the new one.
JointMachine machine_to_begin_from(const TrainOptions& options, const fs::path& folder) {
  std::error_code ignored;
  require(!fs::equivalent(options.from, folder, ignored), "{}: --from and --out are the same run", folder.string());
  return read_joint_machine(options.from);
}

void train(Session& session, const TrainOptions& options) {
  if (options.help_recipe) {
    session.print(describe_fields());
    session.console.next("deepboltz train recipes/quickstart.toml --dry-run");
    return;
  }
  require(!options.recipe.empty(), "train: RECIPE is required, as in: deepboltz train recipes/quickstart.toml");
  const Recipe recipe = resolved(session, options);
  const fs::path folder =
      options.out.empty() ? fs::path("runs") / fs::path(options.recipe).stem() : fs::path(options.out);
  if (!options.dry_run) require_free(folder, options.overwrite);
  const std::string text = write_recipe(recipe);
  std::optional<JointMachine> machine;
  if (!options.from.empty()) machine = machine_to_begin_from(options, folder);
  if (recipe.ratings) {
    require(!machine, "train --from: a recommender has no [finetune]");
    const RatingData data = ratings_of(recipe);
    if (options.dry_run) return forecast_recommender(session, recipe, data, text);
    make_folder(folder);
    write_file(folder / "recipe.toml", as_bytes(text));
    return train_recommender_in_folder(session, folder, recipe, text, data);
  }
  Context& ctx = session.context();
  const RunData data = load_run_data(ctx, recipe, data_places(read_environment()));
  require_trainable(recipe, data);
  if (machine) require_machine_of(recipe, data.train, *machine);
  for (const Dataset* part : {&data.train, &data.test}) say_left_out(session, *part);
  if (options.dry_run) return dry_run(session, recipe, data, options);
  make_folder(folder);
  // Before the recipe, which makes the folder one that can be resumed.
  if (machine) begin_from(recipe, data, {.folder = folder, .recipe_text = text}, *machine);
  write_file(folder / "recipe.toml", as_bytes(text));
  train_in_folder(session, folder, recipe, text, data);
}

}  // namespace

void add_train(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "train", "train a model by a recipe, into a run folder",
                            "deepboltz train recipes/quickstart.toml --out runs/first --set train.epochs=5");
  auto options = std::make_shared<TrainOptions>();
  verb->add_option("RECIPE", options->recipe, "a recipe file (TOML)")->type_name("");
  verb->add_option("--out", options->out, "the run folder (default: runs/NAME of the recipe)")->type_name("RUN");
  verb->add_option("--from", options->from, "a run whose machine, as joint training left it, is only fine-tuned")
      ->type_name("RUN");
  verb->add_option("--set", options->overrides, "a field of the recipe, as in train.rate=0.1; may be given again")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  verb->add_flag("--overwrite", options->overwrite, "replace the run that is in the folder");
  verb->add_flag("--dry-run", options->dry_run, "print the resolved recipe, memory and time, and train nothing");
  verb->add_flag("--help-recipe", options->help_recipe, "print every field of a recipe: default, meaning, bounds");
  verb->callback([&session, options] { session.run = [&session, options] { train(session, *options); }; });
}

}  // namespace deepboltz
