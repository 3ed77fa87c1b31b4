#include "deepboltz/report/report_run.h"

#include "deepboltz/io/file.h"
#include "deepboltz/report/html.h"

namespace deepboltz {

ReportRun read_report_run(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw FileError(fmt::format("{}: there is no such run folder", folder.string()));
  ReportRun run{.folder = folder, .name = folder.string(), .metrics = {}, .numbers = {}, .retrieval = {}, .recipe = {}};
  while (run.name.size() > 1 && run.name.ends_with('/')) run.name.pop_back();
  const auto has = [&](const char* file) { return std::filesystem::exists(folder / file); };
  const auto name_of_file = [&](const char* file) { return (folder / file).string(); };
  if (has("metrics.csv"))
    run.metrics = parse_metrics(read_file(folder / "metrics.csv", kLargestReportFile), name_of_file("metrics.csv"));
  if (has("evaluation.json")) {
    const Bytes evaluation = read_file(folder / "evaluation.json", kLargestReportFile);
    run.numbers = parse_numbers(evaluation, name_of_file("evaluation.json"));
    run.retrieval = parse_points(evaluation, name_of_file("evaluation.json"), "precision_at_recall", "recall");
  }
  if (has("recipe.toml")) run.recipe = as_text(read_file(folder / "recipe.toml", kLargestReportFile));
  return run;
}

std::string missing_line(std::string what, std::string command, const ReportRun& run) {
  if (const auto at = command.find("RUN"); at != std::string::npos) command.replace(at, 3, run.name);
  return fmt::format("<p class=\"missing\">{}: no {} yet; <code>{}</code> makes it.</p>\n", escaped(run.name),
                     escaped(what), escaped(command));
}

}  // namespace deepboltz
