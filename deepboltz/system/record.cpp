#include "deepboltz/system/record.h"

#include <algorithm>
#include <fstream>
#include <ranges>

#include <fmt/format.h>

#include "deepboltz/base/error.h"

namespace deepboltz {
namespace {

constexpr const char* kOwn = "stage,epoch,updates,rate";
constexpr std::size_t kOwnColumns = 4;

}  // namespace

Metrics::Metrics(std::span<const std::unique_ptr<Stage>> stages) {
  for (const auto& stage : stages)
    for (const std::string& column : stage->columns())
      if (std::ranges::find(columns_, column) == columns_.end()) columns_.push_back(column);
}

void Metrics::restore(std::string before) {
  text = std::move(before);
  std::string header = text.substr(0, text.find('\n'));
  if (header.empty()) return;
  columns_.clear();
  std::size_t fields = 0;
  for (const auto field : std::views::split(header, ','))
    if (++fields > kOwnColumns) columns_.emplace_back(field.begin(), field.end());
}

void Metrics::add(const Stage& stage, const Figures& figures, const Figures* if_more) {
  more.clear();
  if (if_more != nullptr) {
    more = text;
    add_line(stage, *if_more, more);
  }
  add_line(stage, figures, text);
}

void Metrics::add_line(const Stage& stage, const Figures& figures, std::string& to) const {
  if (!figures.rate) return;
  if (to.empty()) {
    to = kOwn;
    for (const std::string& column : columns_) to += "," + column;
    to += "\n";
  }
  to += fmt::format("{},{},{},{:.6g}", stage.name(), stage.epochs_done(), stage.updates(), *figures.rate);
  for (const std::string& column : columns_) {
    const auto found = std::ranges::find(figures.columns, column, [](const auto& figure) { return figure.first; });
    to += found != figures.columns.end() && found->second ? fmt::format(",{:.6f}", *found->second) : ",";
  }
  to += "\n";
}

void append_log(const std::filesystem::path& folder, const std::string& line) {
  std::ofstream out(folder / "log.jsonl", std::ios::app);
  out << line << '\n';
  if (!out.flush()) throw FileError(fmt::format("{}: cannot be written", (folder / "log.jsonl").string()));
}

}  // namespace deepboltz
