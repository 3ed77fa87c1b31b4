#include "deepboltz/report/report.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "deepboltz/report/chart.h"
#include "deepboltz/report/html.h"
#include "deepboltz/report/report_curves.h"
#include "deepboltz/report/report_pictures.h"

namespace deepboltz {
namespace {

constexpr std::string_view kStyle = R"(
:root { --paper: #fff; --ink: #1b1b1b; --faint: #666; --rule: #ddd; --shade: #f5f5f3; }
@media (prefers-color-scheme: dark) { :root { --paper: #161616; --ink: #e8e8e8; --faint: #a0a0a0; --rule: #3a3a3a; --shade: #202020; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .5rem 0; } .missing, .note, figcaption, .legend { color: var(--faint); font-size: .9rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
.grid-of { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
figure { margin: 0; min-width: 0; } figcaption { overflow-wrap: anywhere; }
figure img { max-width: 100%; height: auto; display: block; image-rendering: pixelated; }
.drawing iframe { width: 100%; aspect-ratio: 12 / 5; border: 0; }
.chart svg { width: 100%; max-width: 36rem; display: block; } svg text { font: 10.5px system-ui, sans-serif; fill: var(--faint); }
.grid { stroke: var(--rule); stroke-width: 1; }
.legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1rem; }
.legend span { display: inline-block; width: 1.6rem; margin-right: .4rem; vertical-align: middle; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
tbody th { font-weight: 400; } td { white-space: nowrap; } td.note { min-width: 12rem; max-width: 22rem; white-space: normal; }
pre { background: var(--shade); padding: .75rem; overflow-x: auto; font-size: .85rem; } summary { cursor: pointer; }
code { background: var(--shade); padding: 0 .25rem; overflow-wrap: anywhere; }
)";

// The last parts of the folders' names, as many as tell the runs apart.
void shorten_names(std::vector<ReportRun>& runs) {
  std::set<std::string> seen;
  for (const ReportRun& run : runs) seen.insert(std::filesystem::path(run.name).filename().string());
  if (seen.size() < runs.size() || seen.contains("") || seen.contains(".")) return;
  for (ReportRun& run : runs) run.name = std::filesystem::path(run.name).filename().string();
}

std::string numbers_section(const std::vector<ReportRun>& runs) {
  std::string page = "<h2>Numbers</h2>\n";
  std::vector<std::string> names;
  for (const ReportRun& run : runs) {
    if (run.numbers.empty()) page += missing_line("evaluation", "deepboltz evaluate RUN", run);
    for (const Number& number : run.numbers)
      if (std::ranges::find(names, number.name) == names.end()) names.push_back(number.name);
  }
  if (names.empty()) return page;
  const bool remarks = std::ranges::any_of(runs, [](const ReportRun& run) {
    return std::ranges::any_of(run.numbers, [](const Number& number) { return !number.warning.empty(); });
  });
  page += "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">quantity</th>";
  for (const ReportRun& run : runs) page += fmt::format("<th scope=\"col\">{}</th>", escaped(run.name));
  page += fmt::format("{}</tr></thead>\n<tbody>\n", remarks ? "<th scope=\"col\">remark</th>" : "");
  for (const std::string& name : names) {
    std::string remark;
    page += fmt::format("<tr><th scope=\"row\">{}</th>", escaped(name));
    for (const ReportRun& run : runs) {
      const auto found = std::ranges::find(run.numbers, name, &Number::name);
      page += fmt::format("<td>{}</td>", found == run.numbers.end() ? "" : escaped(found->value));
      if (found == run.numbers.end() || found->warning.empty()) continue;
      remark += (remark.empty() ? "" : "; ") + (runs.size() > 1 ? run.name + ": " : "") + found->warning;
    }
    if (remarks) page += fmt::format("<td class=\"note\">{}</td>", escaped(remark));
    page += "</tr>\n";
  }
  return page +
         "</tbody></table></div>\n<p class=\"note\">± is one standard error; docs/files.md says what each name "
         "means.</p>\n";
}

// Precision over recall of the runs that were asked to find cases; empty where none was.
std::string retrieval_section(const std::vector<ReportRun>& runs) {
  Chart chart{"precision of what is found", "log₁₀ of the share of the cases to be found", {}};
  for (std::size_t r = 0; r < runs.size(); ++r) {
    Line line{.name = runs[r].name, .colour = int(r), .dashed = false, .points = runs[r].retrieval};
    for (auto& [recall, precision] : line.points) recall = std::log10(recall);
    chart.lines.push_back(std::move(line));
  }
  const std::string drawn = draw_chart(chart);
  return drawn.empty() ? "" : "<h2>Retrieval</h2>\n<div class=\"grid-of\">\n" + drawn + "</div>\n";
}

std::string recipe_section(const std::vector<ReportRun>& runs) {
  std::string page = "<h2>Recipe</h2>\n";
  for (const ReportRun& run : runs) {
    if (run.recipe.empty())
      page += missing_line("recipe.toml", "deepboltz train RECIPE --out RUN", run);
    else
      page += fmt::format("<details><summary>{}</summary><pre>{}</pre></details>\n", escaped(run.name),
                          escaped(run.recipe));
  }
  return page;
}

}  // namespace

std::string report_page(std::span<const std::filesystem::path> folders, std::span<const ReportFile> files) {
  require(!folders.empty(), "report: expected at least one run folder");
  std::vector<ReportRun> runs;
  for (const auto& folder : folders) runs.push_back(read_report_run(folder));
  shorten_names(runs);
  std::string title;
  for (const ReportRun& run : runs) title += (title.empty() ? "" : " · ") + run.name;
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0} – deepboltz</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
      escaped(title), kStyle);
  page += numbers_section(runs) + report_pictures(runs, files) + report_curves(runs) + retrieval_section(runs) +
          recipe_section(runs);
  return page + "<p class=\"note\">Written by deepboltz.</p>\n</body>\n</html>\n";
}

}  // namespace deepboltz
