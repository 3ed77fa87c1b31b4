// The figures that training leaves in metrics.csv: a header of names, then a line of numbers each time it looked. A
// field may be empty. The column "stage", if there is one, holds words; all others hold numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct MetricsTable {
  std::vector<std::string> columns;  // without "stage"
  struct Row {
    std::string stage;
    std::vector<std::optional<double>> values;  // one a column
  };
  std::vector<Row> rows;

  std::optional<std::size_t> column(std::string_view name) const;
};

// InputError "FILE:LINE: …": a line with more or fewer fields than the header, a field that is not a number. A last
// line without its newline is left out: it may be half written.
MetricsTable parse_metrics(ByteView bytes, const std::string& file);

}  // namespace deepboltz
