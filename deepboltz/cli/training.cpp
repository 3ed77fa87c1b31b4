#include "deepboltz/cli/training.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "deepboltz/cli/shell_word.h"
#include "deepboltz/system/run.h"

namespace deepboltz {

std::string sizes_of(const Kind& kind, const CaseSets& sets) {
  if (kind.sizes) return kind.sizes(sets);
  return fmt::format("{} cases of {} units, held out {}, test {}", sets.train.count(),
                     sets.train.columns.front().units(), sets.validation.count(), sets.test.count());
}

void train_in_folder(Session& session, const std::filesystem::path& folder, const Recipe& recipe,
                     const std::string& recipe_text, const CaseSets& sets, std::optional<System> begun) {
  const auto start = std::chrono::steady_clock::now();
  session.console.say(fmt::format("training in {}: {}", folder.string(), sizes_of(*recipe.kind, sets)));
  std::string result;  // the figure of the last look
  const auto report = [&, show = session.report()](const Progress& progress) {
    if (!progress.note.empty()) result = "; " + progress.note;
    return show(progress);
  };
  const auto warn = [&](const std::string& line) { session.console.say("warning: " + line); };
  std::string summary;
  const auto summarise = [&](const std::string& text) { summary += (summary.empty() ? "" : "\n") + text; };
  const Outcome outcome =
      train_run(session.context(), *recipe.kind, *recipe.values, sets,
                {.folder = folder, .recipe_text = recipe_text, .report = report, .warn = warn, .summary = summarise},
                std::move(begun));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const bool finished = outcome == Outcome::finished;
  if (session.options.json)
    session.print(
        nlohmann::json{{"run", folder.string()}, {"finished", finished}, {"seconds", seconds}, {"summary", summary}});
  if (!finished)
    throw Interrupted(
        fmt::format("interrupted; a checkpoint is written, go on with: deepboltz resume {}", folder.string()));
  if (!session.options.json) session.print(folder.string() + "\n");
  if (!summary.empty()) session.console.say(summary);
  session.console.say(fmt::format("finished in {}{}", clock_text(seconds), result));
  const std::string next = recipe.kind->next ? recipe.kind->next(*recipe.values) : "evaluate";
  const bool held_out = sets.test.count() > 0 || sets.validation.count() > 0 || next != "evaluate";
  session.console.next(
      fmt::format("deepboltz {} {}{}", next, shell_word(folder.string()), held_out ? "" : " --on train"));
}

}  // namespace deepboltz
