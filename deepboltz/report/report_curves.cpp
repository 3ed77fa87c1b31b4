#include "deepboltz/report/report_curves.h"

#include <algorithm>
#include <map>

#include "deepboltz/report/chart.h"
#include "deepboltz/report/html.h"

namespace deepboltz {
namespace {

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

}  // namespace

std::string report_curves(std::span<const ReportRun> runs) {
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
    if (table.rows.empty() || !epoch) page += missing_line("metrics", "deepboltz resume RUN", runs[r]);
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

}  // namespace deepboltz
