#include "deepboltz/task/report.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "deepboltz/io/file.h"
#include "deepboltz/task/chart.h"
#include "deepboltz/task/html.h"
#include "deepboltz/task/metrics_table.h"
#include "deepboltz/task/numbers.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t(16) << 20;  // bytes of one file in a page

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

struct Run {
  std::filesystem::path folder;
  std::string name;
  MetricsTable metrics;
  std::vector<Number> numbers;
  std::vector<std::pair<double, double>> retrieval;  // recall, precision
  std::string recipe;
};

std::string text_of_file(const std::filesystem::path& path) {
  return std::string(as_text(read_file(path, kLargestFile)));
}

Run read_run(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw FileError(fmt::format("{}: there is no such run folder", folder.string()));
  Run run{.folder = folder, .name = folder.string(), .metrics = {}, .numbers = {}, .retrieval = {}, .recipe = {}};
  while (run.name.size() > 1 && run.name.ends_with('/')) run.name.pop_back();
  const auto has = [&](const char* file) { return std::filesystem::exists(folder / file); };
  const auto name_of_file = [&](const char* file) { return (folder / file).string(); };
  if (has("metrics.csv"))
    run.metrics = parse_metrics(read_file(folder / "metrics.csv", kLargestFile), name_of_file("metrics.csv"));
  if (has("evaluation.json")) {
    const Bytes evaluation = read_file(folder / "evaluation.json", kLargestFile);
    run.numbers = parse_numbers(evaluation, name_of_file("evaluation.json"));
    run.retrieval = parse_points(evaluation, name_of_file("evaluation.json"), "precision_at_recall", "recall");
  }
  if (has("recipe.toml")) run.recipe = text_of_file(folder / "recipe.toml");
  return run;
}

// The last parts of the folders' names, as many as tell the runs apart.
void shorten_names(std::vector<Run>& runs) {
  std::set<std::string> seen;
  for (const Run& run : runs) seen.insert(std::filesystem::path(run.name).filename().string());
  if (seen.size() < runs.size() || seen.contains("") || seen.contains(".")) return;
  for (Run& run : runs) run.name = std::filesystem::path(run.name).filename().string();
}

std::string missing(std::string what, std::string command, const Run& run) {
  if (const auto at = command.find("RUN"); at != std::string::npos) command.replace(at, 3, run.name);
  return fmt::format("<p class=\"missing\">{}: no {} yet; <code>{}</code> makes it.</p>\n", escaped(run.name),
                     escaped(what), escaped(command));
}

std::string numbers_section(const std::vector<Run>& runs) {
  std::string page = "<h2>Numbers</h2>\n";
  std::vector<std::string> names;
  for (const Run& run : runs) {
    if (run.numbers.empty()) page += missing("evaluation", "deepboltz evaluate RUN", run);
    for (const Number& number : run.numbers)
      if (std::ranges::find(names, number.name) == names.end()) names.push_back(number.name);
  }
  if (names.empty()) return page;
  const bool remarks = std::ranges::any_of(runs, [](const Run& run) {
    return std::ranges::any_of(run.numbers, [](const Number& number) { return !number.warning.empty(); });
  });
  page += "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">quantity</th>";
  for (const Run& run : runs) page += fmt::format("<th scope=\"col\">{}</th>", escaped(run.name));
  page += fmt::format("{}</tr></thead>\n<tbody>\n", remarks ? "<th scope=\"col\">remark</th>" : "");
  for (const std::string& name : names) {
    std::string remark;
    page += fmt::format("<tr><th scope=\"row\">{}</th>", escaped(name));
    for (const Run& run : runs) {
      const auto found = std::ranges::find(run.numbers, name, &Number::name);
      page += fmt::format("<td>{}</td>", found == run.numbers.end() ? "" : escaped(found->value));
      if (found == run.numbers.end() || found->warning.empty()) continue;
      remark += (remark.empty() ? "" : "; ") + (runs.size() > 1 ? run.name + ": " : "") + found->warning;
    }
    if (remarks) page += fmt::format("<td class=\"note\">{}</td>", escaped(remark));
    page += "</tr>\n";
  }
  return page + "</tbody></table></div>\n<p class=\"note\">± is one standard error.</p>\n";
}

// "reconstruction_train" and "reconstruction_validation" go into one chart, "reconstruction", the second dashed.
struct Place {
  std::string chart, part;
};
Place place_of(const std::string& column) {
  for (const char* part : {"train", "validation", "test"})
    if (column.ends_with(std::string("_") + part))
      return {column.substr(0, column.size() - std::string_view(part).size() - 1), part};
  return {column, ""};
}

std::string curves_section(const std::vector<Run>& runs) {
  std::string page = "<h2>Curves</h2>\n";
  std::vector<std::pair<std::string, std::vector<Chart>>> stages;  // in the order of their first appearance
  const auto chart_of = [&](const std::string& stage, const std::string& title) -> Chart& {
    auto found = std::ranges::find(stages, stage, &std::pair<std::string, std::vector<Chart>>::first);
    if (found == stages.end()) found = stages.insert(stages.end(), {stage, {}});
    auto chart = std::ranges::find(found->second, title, &Chart::title);
    if (chart == found->second.end()) chart = found->second.insert(found->second.end(), {title, "epoch", {}});
    return *chart;
  };
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const MetricsTable& table = runs[r].metrics;
    const auto epoch = table.column("epoch");
    if (table.rows.empty() || !epoch) page += missing("metrics", "deepboltz resume RUN", runs[r]);
    if (!epoch) continue;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::string& column = table.columns[c];
      if (column == "epoch" || column == "updates" || column.ends_with("_error")) continue;
      const Place place = place_of(column);
      std::map<std::string, Line> lines;  // a stage
      for (const auto& row : table.rows)
        if (row.values[c] && row.values[*epoch])
          lines[row.stage].points.emplace_back(*row.values[*epoch], *row.values[c]);
      for (const auto& row : table.rows) {  // stages in the file's order
        auto found = lines.find(row.stage);
        if (found == lines.end()) continue;
        Line line = std::move(found->second);
        lines.erase(found);
        line.name = place.part.empty() ? runs[r].name
                    : runs.size() == 1 ? place.part
                                       : runs[r].name + ", " + place.part;
        line.colour = int(r);
        line.dashed = !place.part.empty() && place.part != "train";
        std::string title = place.chart;
        std::ranges::replace(title, '_', ' ');
        chart_of(row.stage, title).lines.push_back(std::move(line));
      }
    }
  }
  for (const auto& [stage, charts] : stages) {
    std::string drawn;
    for (const Chart& chart : charts) drawn += draw_chart(chart);
    if (!stage.empty()) page += fmt::format("<h3>{}</h3>\n", escaped(stage));
    page += "<div class=\"grid-of\">\n" + drawn + "</div>\n";
  }
  return page;
}

// Precision over recall of the runs that were asked to find cases; empty where none was.
std::string retrieval_section(const std::vector<Run>& runs) {
  Chart chart{"precision of what is found", "log₁₀ of the share of the cases to be found", {}};
  for (std::size_t r = 0; r < runs.size(); ++r) {
    Line line{.name = runs[r].name, .colour = int(r), .dashed = false, .points = runs[r].retrieval};
    for (auto& [recall, precision] : line.points) recall = std::log10(recall);
    chart.lines.push_back(std::move(line));
  }
  const std::string drawn = draw_chart(chart);
  return drawn.empty() ? "" : "<h2>Retrieval</h2>\n<div class=\"grid-of\">\n" + drawn + "</div>\n";
}

// An <img> with the file inside of it; its size is read from the header, so that the page does not jump.
std::string inline_png(const std::filesystem::path& path, const std::string& title) {
  const Bytes bytes = read_file(path, kLargestFile);
  constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
  require(bytes.size() >= 33 && as_text(bytes).starts_with(kSignature), "{}: byte 0: not a PNG picture", path.string());
  ByteReader header(bytes, path.string(), 16);
  const std::uint64_t width = header.big(4, "the width"), height = header.big(4, "the height");
  const std::uint64_t zoom =
      width < 700 ? 2 : 1;  // small pictures are shown at double size where the page is wide enough
  return fmt::format("<img src=\"data:image/png;base64,{}\" width=\"{}\" height=\"{}\" alt=\"{}\">", base64(bytes),
                     zoom * width, zoom * height, escaped(title));
}

std::string figure(const std::filesystem::path& path, const std::string& title, const std::string& caption) {
  return fmt::format("<figure>{}<figcaption>{}</figcaption></figure>\n", inline_png(path, title), escaped(caption));
}

// One run: all its pictures in one grid. Several: a row a picture.
std::string pictures_section(const std::vector<Run>& runs) {
  const bool single = runs.size() == 1;
  std::string page = "<h2>Pictures</h2>\n", absent;
  if (single) page += "<div class=\"beside\">\n";
  for (const ReportPicture& picture : kReportPictures) {
    std::string figures;
    for (const Run& run : runs) {
      const auto path = run.folder / "pictures" / picture.file;
      if (std::filesystem::exists(path))
        figures += figure(path, picture.title, single ? picture.title : run.name);
      else
        absent += missing(fmt::format("picture “{}”", picture.title), picture.command, run);
    }
    if (single || figures.empty())
      page += figures;
    else
      page += fmt::format("<h3>{}</h3>\n<div class=\"beside\">\n{}</div>\n", escaped(picture.title), figures);
  }
  page += (single ? "</div>\n" : "") + absent;
  std::string others;
  for (const Run& run : runs) {
    if (!std::filesystem::is_directory(run.folder / "pictures")) continue;
    std::set<std::filesystem::path> sorted;
    for (const auto& entry : std::filesystem::directory_iterator(run.folder / "pictures")) {
      const std::string file = entry.path().filename().string();
      const bool shown = std::ranges::any_of(kReportPictures, [&](const ReportPicture& p) { return file == p.file; });
      if (!shown && entry.is_regular_file() && entry.path().extension() == ".png" && !file.starts_with('.'))
        sorted.insert(entry.path());
    }
    for (const auto& path : sorted)
      others += figure(path, path.stem().string(), run.name + ": " + path.stem().string());
  }
  if (!others.empty())
    page += "<details><summary>More pictures</summary>\n<div class=\"beside\">\n" + others + "</div></details>\n";
  return page;
}

std::string recipe_section(const std::vector<Run>& runs) {
  std::string page = "<h2>Recipe</h2>\n";
  for (const Run& run : runs) {
    if (run.recipe.empty())
      page += missing("recipe.toml", "deepboltz train RECIPE --out RUN", run);
    else
      page += fmt::format("<details><summary>{}</summary><pre>{}</pre></details>\n", escaped(run.name),
                          escaped(run.recipe));
  }
  return page;
}

}  // namespace

std::string report_page(std::span<const std::filesystem::path> folders) {
  require(!folders.empty(), "report: expected at least one run folder");
  std::vector<Run> runs;
  for (const auto& folder : folders) runs.push_back(read_run(folder));
  shorten_names(runs);
  std::string title;
  for (const Run& run : runs) title += (title.empty() ? "" : " · ") + run.name;
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0} – deepboltz</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
      escaped(title), kStyle);
  page += numbers_section(runs) + pictures_section(runs) + curves_section(runs) + retrieval_section(runs) +
          recipe_section(runs);
  return page + "<p class=\"note\">Written by deepboltz.</p>\n</body>\n</html>\n";
}

}  // namespace deepboltz
