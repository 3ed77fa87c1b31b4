#include "deepboltz/system/multimodal/precision_recall.h"

#include <algorithm>

#include "deepboltz/io/file.h"
#include "deepboltz/report/chart.h"
#include "deepboltz/system/multimodal/part_queries.h"

namespace deepboltz {
namespace {

std::string title_of(std::string way) {
  if (const auto at = way.find("_to_"); at != std::string::npos) way.replace(at, 4, " → ");
  return way;
}

std::string name_of(const std::string& by) {
  return by == "predicted" ? "by prediction" : by == "retrieval" ? "by codes" : "by class probabilities";
}

// Of any order: the share of relevant cases among the stored, mean over the queries.
Line by_chance(const PartQueries& queries) {
  double share = 0;
  for (const std::vector<int>& relevant : queries.relevance) share += double(relevant.size());
  share /= double(queries.relevance.size()) * double(queries.stored);
  return {.name = "chance", .colour = 7, .dashed = true, .points = {{0, share}, {1, share}}};
}

}  // namespace

Drawn draw_precision_recall(Context& ctx, const Subject& of, const DrawingOptions&,
                            const std::filesystem::path& folder) {
  const PartQueries queries = ask_parts(ctx, of);
  std::vector<Chart> charts;
  std::string table = "way,by,recall,precision,error\n";
  for (const PartRanking& asked : queries.rankings) {
    const std::string title = title_of(asked.way);
    if (charts.empty() || charts.back().title != title) charts.push_back({title, "recall", {by_chance(queries)}});
    Line line{.name = name_of(asked.by), .colour = int(charts.back().lines.size()) - 1, .dashed = false, .points = {}};
    for (const double recall : eleven_recalls()) {
      const Estimate precision = mean_estimate(interpolated_precisions(asked.rankings, recall));
      line.points.emplace_back(recall, precision.value);
      table += fmt::format("{},{},{:g},{:.5f},{:.5f}\n", asked.way, asked.by, recall, precision.value,
                           precision.standard_error);
    }
    charts.back().lines.push_back(std::move(line));
  }
  const std::filesystem::path picture = folder / "precision_recall.svg", numbers = folder / "precision_recall.csv";
  write_file(picture, as_bytes(chart_file(charts)));
  write_file(numbers, as_bytes(table));
  return {{picture, numbers}};
}

}  // namespace deepboltz
