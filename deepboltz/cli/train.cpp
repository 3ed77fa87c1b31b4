#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/interrupt.h"
#include "deepboltz/cli/training.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/io/utf8.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/recipe/settings.h"
#include "deepboltz/recipe/write.h"
#include "deepboltz/system/forecast.h"
#include "deepboltz/system/run.h"
#include "deepboltz/system/save.h"

namespace deepboltz {

namespace {

namespace fs = std::filesystem;

struct TrainOptions {
  std::string recipe, out, from, only;
  std::vector<std::string> overrides;
  bool overwrite = false, dry_run = false, help_recipe = false;
};

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
  for (const std::string_view name : run_files()) fs::remove_all(folder / name, error);
  fs::create_directories(folder, error);
  if (error) throw FileError(fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
}

Recipe resolved(const Session& session, const TrainOptions& options) {
  std::vector<std::string> overrides = options.overrides;
  if (session.options.seed) overrides.push_back(fmt::format("seed={}", *session.options.seed));
  const std::string& math = session.options.math;
  if (math != "auto") overrides.push_back((math.starts_with("int") ? "train.math=" : "model.precision=") + math);
  Recipe recipe = read_recipe(session.kinds, options.recipe, overrides);
  // What is kept with the model is UTF-8: a text that is not would be lost with it.
  for (const Setting& setting : settings_of(recipe).values)
    if (const auto* text = std::get_if<std::string*>(&setting.slot))
      require(is_utf8(**text), "{}: {}: a text that is not UTF-8; a file needs another name", options.recipe,
              setting.key);
  // Files are found again from any folder that a run is resumed in.
  for (const Setting& setting : settings_of(recipe).values)
    if (setting.path)
      if (std::string& path = *std::get<std::string*>(setting.slot); !path.empty())
        path = fs::absolute(path).lexically_normal().string();
  return recipe;
}

std::string memory_text(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.0f} MB", std::ceil(bytes / 1e6)) : fmt::format("{:.1f} GB", bytes / 1e9);
}

void dry_run(Session& session, const Recipe& recipe, const CaseSets& sets, const TrainOptions& options) {
  const Forecast plan =
      forecast(session.context(), *recipe.kind, *recipe.values, sets, !options.from.empty(), options.only);
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
    session.console.say(sizes_of(*recipe.kind, sets));
    session.console.say(fmt::format("{} parameters, about {} of memory", plan.parameters, memory_text(plan.bytes)));
    for (const StageForecast& stage : plan.stages)
      session.console.say(
          fmt::format("{}: {} updates, about {}", stage.name, stage.updates, clock_text(stage.seconds)));
    session.console.say(fmt::format("about {} on {} threads, without monitoring", clock_text(plan.seconds()),
                                    session.context().threads()));
  }
  session.console.next("deepboltz train " + options.recipe + (options.from.empty() ? "" : " --from " + options.from));
}

// What --from names. InputError where the run would be replaced by the new one.
From parts_to_begin_from(Session& session, const TrainOptions& options, const fs::path& folder) {
  std::error_code ignored;
  require(!fs::equivalent(options.from, folder, ignored), "{}: --from and --out are the same run", folder.string());
  const bool run = fs::is_directory(options.from, ignored);
  const fs::path file = run ? fs::path(options.from) / "model.safetensors" : fs::path(options.from);
  return {.system = read_system(file, session.kinds),
          .file = file,
          .word = fmt::format("{} {}", sha256(read_file(file)), options.from),
          .only = options.only};
}

void train(Session& session, const TrainOptions& options) {
  if (options.help_recipe) {
    session.print(describe_settings(session.kinds));
    session.console.next("deepboltz train recipes/quickstart.toml --dry-run");
    return;
  }
  require(!options.recipe.empty(), "train: RECIPE is required, as in: deepboltz train recipes/quickstart.toml");
  require(options.only.empty() || !options.from.empty(),
          "train --only: one stage needs parts to begin with; name them with --from RUN");
  Recipe recipe = resolved(session, options);
  const fs::path folder =
      options.out.empty() ? fs::path("runs") / fs::path(options.recipe).stem() : fs::path(options.out);
  if (!options.dry_run) require_free(folder, options.overwrite);
  std::optional<EndAtOnce> unwritten(std::in_place);
  std::optional<From> from;
  if (!options.from.empty()) from = parts_to_begin_from(session, options, folder);
  Context& ctx = session.context();
  const auto sets = recipe.kind->load(ctx, *recipe.values, data_places(read_environment()));
  for (const Cases* cases : {&sets->train, &sets->validation, &sets->test}) say_remarks(session, *cases);
  const std::string chosen = recipe.kind->adapt ? recipe.kind->adapt(*sets, *recipe.values) : "";
  const std::string text = write_recipe(recipe);
  const auto say_chosen = [&] {
    if (!chosen.empty()) session.console.say(chosen);
  };
  if (options.dry_run) {
    say_chosen();
    return dry_run(session, recipe, *sets, options);
  }
  // Both refuse what does not fit, before a folder is made.
  std::optional<System> begun;
  if (from)
    check_from(ctx, *recipe.kind, *recipe.values, *sets, *from);
  else
    begun = recipe.kind->begin(ctx, *recipe.values, *sets, {.report = session.report()});
  say_chosen();
  unwritten.reset();
  make_folder(folder);
  // Before the recipe, which makes the folder one that can be resumed.
  if (from)
    begin_from(ctx, *recipe.kind, *recipe.values, *sets, {.folder = folder, .recipe_text = text}, std::move(*from));
  write_file(folder / "recipe.toml", as_bytes(text));
  train_in_folder(session, folder, recipe, text, *sets, std::move(begun));
}

}  // namespace

void add_train(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "train", "train a model by a recipe, into a run folder",
                            "deepboltz train recipes/quickstart.toml --out runs/first --set train.epochs=5");
  auto options = std::make_shared<TrainOptions>();
  verb->add_option("RECIPE", options->recipe, "a recipe file (TOML)")->type_name("");
  verb->add_option("--out", options->out, "the run folder (default: runs/NAME of the recipe)")->type_name("RUN");
  verb->add_option("--from", options->from, "begin with the parts of this run or model file, and leave out pretraining")
      ->type_name("RUN");
  verb->add_option("--only", options->only, "with --from: only this stage of the recipe, such as finetune")
      ->type_name("STAGE");
  verb->add_option("--set", options->overrides, "a setting of the recipe, as in train.rate=0.1; may be given again")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  verb->add_flag("--overwrite", options->overwrite, "replace a run that is already in the folder");
  verb->add_flag("--dry-run", options->dry_run, "print the whole recipe, memory and time, and train nothing");
  verb->add_flag("--help-recipe", options->help_recipe, "print each setting of a recipe: default, meaning, bounds");
  verb->callback([&session, options] { session.run = [&session, options] { train(session, *options); }; });
}

}  // namespace deepboltz
