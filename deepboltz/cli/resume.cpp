#include <algorithm>

#include <CLI/CLI.hpp>

#include "deepboltz/cli/training.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/learn/epoch_average.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/recipe/settings.h"
#include "deepboltz/recipe/write.h"
#include "deepboltz/system/checkpoint.h"

namespace deepboltz {

namespace {

struct ResumeVerb {
  std::string run;
  std::vector<std::string> overrides;
};

// The key that holds the epochs of the run's last stage.
std::string last_epochs_key(Session& session, const Recipe& recipe, const CaseSets& sets) {
  System system = recipe.kind->begin(session.context(), *recipe.values, sets, {.shapes_only = true});
  return recipe.kind->stages(*recipe.values, sets, system).back()->epochs_key();
}

// InputError: at the end of these epochs the rate has fallen to 0, and more of them change nothing.
void require_rate_left(const Settings& settings, const std::string& epochs_key, const std::string& file,
                       const std::string& run) {
  const std::string rate_key = epochs_key.substr(0, epochs_key.rfind('.') + 1) + "rate";
  const auto slot = [&](const std::string& key) { return std::ranges::find(settings.values, key, &Setting::key); };
  const auto rate = slot(rate_key), epochs = slot(epochs_key);
  if (rate == settings.values.end() || !std::holds_alternative<Schedule*>(rate->slot)) return;
  const Schedule& schedule = *std::get<Schedule*>(rate->slot);
  const std::int64_t done = *std::get<std::int64_t*>(epochs->slot);
  require(schedule.kind == Schedule::Kind::constant || schedule.at(double(done), 0) > 0 || schedule.start == 0,
          "resume --set: {} has fallen to 0 at epoch {}, and more epochs change nothing; begin with the machine "
          "instead: deepboltz train {} --from {} --out NEW --set {}={:g}",
          rate_key, done, file, run, rate_key, schedule.start / 10);
}

// InputError: the average has epochs already that the average of the longer run leaves out.
void require_average_goes_on(const Settings& old, const Settings& now, const std::string& epochs_key) {
  const std::string key = epochs_key.substr(0, epochs_key.rfind('.') + 1) + "average";
  const auto slot = [](const Settings& of, const std::string& name) {
    return std::ranges::find(of.values, name, &Setting::key);
  };
  const auto average = slot(old, key);
  if (average == old.values.end()) return;
  const auto epochs = [&](const Settings& of) { return *std::get<std::int64_t*>(slot(of, epochs_key)->slot); };
  const double share = *std::get<double*>(average->slot);
  const std::int64_t done = epochs(old), before = epochs_before_average(share, done),
                     wanted = epochs_before_average(share, epochs(now));
  if (wanted == before || wanted >= done) return;
  std::int64_t enough = std::max(epochs(now), std::int64_t(double(done) / (1 - share)) - 1);
  while (epochs_before_average(share, enough) < done) ++enough;
  throw InputError(fmt::format(
      "resume --set: {} = {}: epochs {} to {} are averaged already, and of {} epochs only those from {} on would be; "
      "expected at least {} epochs",
      key, share, before + 1, done, epochs(now), wanted + 1, enough));
}

// The recipe of the run with more epochs of its last stage. InputError: anything else would change.
Recipe with_more_epochs(Session& session, const ResumeVerb& verb, const std::string& text, const std::string& file,
                        const Recipe& before, const CaseSets& sets) {
  Recipe after = parse_kept_recipe(session.kinds, text, file, verb.overrides);
  const std::string key = last_epochs_key(session, before, sets);
  const Settings old = settings_of(before), now = settings_of(after);
  bool only_epochs = old.values.size() == now.values.size();
  for (std::size_t i = 0; only_epochs && i < now.values.size(); ++i) {
    const auto* epochs = std::get_if<std::int64_t*>(&now.values[i].slot);
    const bool more = now.values[i].key == key && epochs && **epochs >= *std::get<std::int64_t*>(old.values[i].slot);
    only_epochs = more || toml(old.values[i]) == toml(now.values[i]);
  }
  require(only_epochs,
          "resume --set: only more epochs of the last stage ({}) can be asked for; for anything else: deepboltz train "
          "{} --from {} --out NEW --set {}",
          key, file, verb.run, fmt::join(verb.overrides, " --set "));
  require_rate_left(old, key, file, verb.run);
  require_average_goes_on(old, now, key);
  return after;
}

void resume(Session& session, const ResumeVerb& verb) {
  const std::filesystem::path folder = verb.run, file = folder / "recipe.toml";
  require(!session.options.seed && session.options.math == "auto",
          "resume: a run goes on with the seed and the math that it began with; --seed and --math are for train");
  const Bytes bytes = read_file(file, kRecipeLimit);
  std::string text(as_text(bytes));
  Recipe recipe = parse_kept_recipe(session.kinds, text, file.string());
  const auto sets = recipe.kind->load(session.context(), *recipe.values, data_places(read_environment()));
  if (!verb.overrides.empty()) {
    recipe = with_more_epochs(session, verb, text, file.string(), recipe, *sets);
    const std::string after = write_recipe(recipe);
    if (std::filesystem::exists(folder / kCheckpointFile)) rewrite_recipe(folder / kCheckpointFile, text, after);
    write_file(file, as_bytes(after));
    text = after;
  }
  train_in_folder(session, folder, recipe, text, *sets);
}

}  // namespace

void add_resume(CLI::App& program, Session& session) {
  CLI::App* verb =
      add_verb(program, session, "resume", "go on with a run that was stopped, or train a finished run for more epochs",
               "deepboltz resume runs/first");
  auto options = std::make_shared<ResumeVerb>();
  verb->add_option("RUN", options->run, "the run folder")->required()->type_name("");
  verb->add_option("--set", options->overrides, "train the last stage for more epochs, as in train.epochs=20")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  verb->callback([&session, options] { session.run = [&session, options] { resume(session, *options); }; });
}

}  // namespace deepboltz
