#include <CLI/CLI.hpp>

#include "deepboltz/cli/ratings.h"
#include "deepboltz/cli/training.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/recipe/read.h"

namespace deepboltz {

namespace {

void resume(Session& session, const std::string& run) {
  const std::filesystem::path folder = run, file = folder / "recipe.toml";
  require(!session.options.seed && session.options.math == "auto",
          "resume: a run goes on with the seed and the math that it began with; --seed and --math are for train");
  const Bytes bytes = read_file(file, kRecipeLimit);
  const std::string text(as_text(bytes));
  const Recipe recipe = parse_recipe(text, file.string());
  if (recipe.ratings) return train_recommender_in_folder(session, folder, recipe, text, ratings_of(recipe));
  const RunData data = load_run_data(session.context(), recipe, data_places(read_environment()));
  train_in_folder(session, folder, recipe, text, data);
}

}  // namespace

void add_resume(CLI::App& program, Session& session) {
  CLI::App* verb =
      add_verb(program, session, "resume", "go on with a run that was stopped", "deepboltz resume runs/first");
  auto run = std::make_shared<std::string>();
  verb->add_option("RUN", *run, "the run folder")->required()->type_name("");
  verb->callback([&session, run] { session.run = [&session, run] { resume(session, *run); }; });
}

}  // namespace deepboltz
