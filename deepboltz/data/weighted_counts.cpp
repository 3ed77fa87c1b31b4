#include "deepboltz/data/weighted_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

constexpr double kGreatestCount = 1 << 24;  // f32 holds every whole number up to it

}  // namespace

std::vector<double> smooth_document_frequency(std::span<const ConstMatrix> x) {
  double documents = 0;
  std::vector<double> unit(std::size_t(x.front().cols), 0.0);
  for (const ConstMatrix& part : x) {
    documents += double(part.rows);
    for (std::int64_t d = 0; d < part.rows; ++d)
      for (std::size_t w = 0; w < unit.size(); ++w) unit[w] += part.as<double>().row(d)[w] > 0;
  }
  for (double& u : unit) u = std::log((1 + documents) / (1 + u)) + 1;
  return unit;
}

SparseRows whole_counts(ConstMatrix x, std::span<const double> units, double most_off, const std::string& who) {
  SparseRows counts;
  counts.cols = x.cols;
  for (std::int64_t d = 0; d < x.rows; ++d) {
    const double* row = x.as<double>().row(d);
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t w = 0; w < units.size(); ++w)
      if (row[w] > 0) least = std::min(least, row[w] / units[w]);
    for (std::size_t w = 0; w < units.size(); ++w) {
      const auto refuse_unless = [&](bool condition, double came, const char* expected) {
        require(condition, "{}: document {}, word {}: expected {}, got {}", printable(who, 4096), d, w, expected, came);
      };
      refuse_unless(row[w] >= 0, row[w], "a weight of 0 or more");
      if (row[w] == 0) continue;
      const double count = row[w] / units[w] / least, whole = std::round(count);
      refuse_unless(std::abs(count - whole) <= most_off && whole <= kGreatestCount, count,
                    "a whole number of times the document's least word");
      counts.column.push_back(std::uint32_t(w));
      counts.value.push_back(float(whole));
    }
    counts.end_row();
  }
  return counts;
}

}  // namespace deepboltz
