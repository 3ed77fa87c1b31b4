#include "deepboltz/data/corel.h"

#include <algorithm>

#include "deepboltz/data/array_cases.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/data/part_cases.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/mat.h"

namespace deepboltz {
namespace {

// Where the numbers of rows first … end − 1 are 1.
std::vector<std::vector<int>> entries_of(const MatMatrix& matrix, const std::string& file, std::int64_t first,
                                         std::int64_t end) {
  std::vector<std::vector<int>> rows;
  const std::int64_t units = check_array_shape(matrix.array, file);
  for (std::int64_t r = first; r < end; ++r) {
    rows.emplace_back();
    for (std::int64_t i = 0; i < units; ++i) {
      const double value = matrix.array.real(r * units + i);
      require_at(value == 0 || value == 1, fmt::format("{}[{}]", file, matrix.name),
                 matrix.array.byte_of(r * units + i), "expected 0 or 1, got {}", value);
      if (value == 1) rows.back().push_back(int(i));
    }
  }
  return rows;
}

Column part_of(const char* name, const std::vector<std::vector<int>>& rows, std::int64_t units,
               std::vector<std::string> names) {
  return {.name = name, .x = ones(units, rows), .meaning = {.names = std::move(names)}};
}

}  // namespace

std::vector<std::string> parse_tags(std::string_view xml, const std::string& file) {
  constexpr std::string_view kBefore = "<label name=\"";
  std::vector<std::string> names;
  each_line(xml, [&](std::string_view line, std::uint64_t number) {
    for (std::size_t at = line.find(kBefore); at != std::string_view::npos; at = line.find(kBefore)) {
      line.remove_prefix(at + kBefore.size());
      const std::size_t end = line.find('"');
      require_line(end != std::string_view::npos, file, number, "the name of a label is not closed by \"");
      names.emplace_back(line.substr(0, end));
      require_line(end > 0, file, number, "expected the name of a label, got none");
      require_line(std::ranges::count(names, names.back()) == 1, file, number, "the label '{}' comes twice",
                   printable(names.back()));
    }
  });
  return names;
}

Cases read_corel(const std::filesystem::path& features, const std::filesystem::path& tags, Share share) {
  const std::string file = features.string();
  const Bytes bytes = read_file(features);
  const std::vector<MatMatrix> matrices = parse_mat(bytes, file);
  const MatMatrix &x = matrix_named(matrices, file, "X"), &y = matrix_named(matrices, file, "y");
  std::vector<std::string> names = parse_tags(as_text(read_text(tags)), tags.string());
  const std::int64_t pictures = x.array.shape[0];
  require_at(y.array.shape[0] == pictures, file, y.array.position, "the tags of {} pictures, but there are {}",
             y.array.shape[0], pictures);
  require_at(y.array.shape[1] == std::int64_t(names.size()), file, y.array.position, "{} tags, but {} has {} names",
             y.array.shape[1], printable(tags.string(), 4096), names.size());
  const std::int64_t border = std::min(pictures, kCorelTraining);
  const std::int64_t first = share == Share::train ? 0 : border, end = share == Share::train ? border : pictures;
  const auto tagged = entries_of(y, file, first, end);
  Cases cases;
  cases.origin.name = file;
  cases.columns.push_back(part_of(kImagePart, entries_of(x, file, first, end), x.array.shape[1], {}));
  cases.columns.push_back(part_of(kTextPart, tagged, y.array.shape[1], names));
  cases.columns.push_back(part_of(kTopicsColumn, tagged, y.array.shape[1], std::move(names)));
  return finished(std::move(cases));
}

}  // namespace deepboltz
