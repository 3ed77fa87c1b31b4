#include "deepboltz/cli/training.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "deepboltz/io/file.h"
#include "deepboltz/recipe/run.h"

namespace deepboltz {

void train_in_folder(Session& session, const std::filesystem::path& folder, const Recipe& recipe,
                     const std::string& recipe_text, const RunData& data) {
  const auto start = std::chrono::steady_clock::now();
  for (const char* file : {"model.safetensors", "trajectory.safetensors", "checkpoint.safetensors",
                           "classifier.safetensors", "metrics.csv"})
    remove_leftovers(folder / file);  // of a writer that was killed
  session.console.say(fmt::format("training in {}: {} cases of {} units, held out {}, test {}", folder.string(),
                                  data.train.cases(), data.train.units(), data.validation.cases(), data.test.cases()));
  const Outcome outcome = train_run(
      session.context(), recipe, data,
      {.folder = folder, .recipe_text = recipe_text, .report = session.report(), .warn = [&](const std::string& line) {
         session.console.say("warning: " + line);
       }});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const bool finished = outcome == Outcome::finished;
  if (session.options.json)
    session.print(nlohmann::json{{"run", folder.string()}, {"finished", finished}, {"seconds", seconds}});
  if (!finished)
    throw Interrupted(
        fmt::format("interrupted; a checkpoint is written, go on with: deepboltz resume {}", folder.string()));
  if (!session.options.json) session.print(folder.string() + "\n");
  session.console.say(fmt::format("finished in {}", clock_text(seconds)));
  const bool measurable = is_normalised(recipe.model.visible) && is_normalised(recipe.model.hidden_unit);
  session.console.next(fmt::format("deepboltz {} {}", measurable ? "evaluate" : "sample", folder.string()));
}

}  // namespace deepboltz
