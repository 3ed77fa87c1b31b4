#include "deepboltz/cli/query_cases.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/data/text_data.h"
#include "deepboltz/learn/visible_values.h"

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

// A text as one document of the model's words. `name`: of the text, in errors.
Dataset document_of(const Meaning& visible, Bytes text, const std::string& name) {
  ReadOptions options;
  options.documents = true;
  options.keep = options.vocabulary = visible.names;
  std::ranges::replace(text, std::uint8_t('\n'), std::uint8_t(' '));  // or each line would be a document
  try {
    return parse_text(text, name, options);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}; the model knows {} words, and no others", error.what(), visible.names.size()));
  }
}

// A code depends on the number of words: short texts all have nearly the same, whatever their words.
void stretch(double length, SparseRows& document) {
  const double words = std::accumulate(document.value.begin(), document.value.end(), 0.0);
  for (float& count : document.value) count = float(std::round(double(count) * std::max(1.0, length / words)));
}

Dataset typed_text(const Meaning& visible, const std::string& text, const std::optional<SparseRows>& stored) {
  require(!visible.names.empty(),
          "search: '{}' is no file and no number of a test case, and the model has no words to read it as a text",
          printable(text));
  const ByteView bytes = as_bytes(text);
  Dataset document = document_of(visible, {bytes.begin(), bytes.end()}, fmt::format("search: '{}'", printable(text)));
  if (stored)
    stretch(std::accumulate(stored->value.begin(), stored->value.end(), 0.0) / double(stored->rows()), document.counts);
  return document;
}

bool is_plain_text(const std::string& file, const CaseOptions& options) {
  return options.format.empty() && fs::is_regular_file(file) &&
         find_format(file, DataFormat::automatic, true, DataFormat::text) == DataFormat::text;
}

}  // namespace

std::optional<Dataset> plain_document(const Meaning& words, const std::string& file, const CaseOptions& options) {
  if (words.names.empty() || !is_plain_text(file, options)) return std::nullopt;
  return document_of(words, read_text(file), file);
}

Cases query_cases(Session& session, const Trained& trained, const std::string& query, const CaseOptions& options,
                  const std::optional<SparseRows>& stored) {
  const Meaning& visible = meaning_of(trained.system, kVisibleColumn);
  const EnergyModel& machine = machine_of_cases(trained, "search");
  const auto as_cases = [&](Dataset document) {
    return cases_of(documents_for(machine.layer(machine.visible()).unit, std::move(document)));
  };
  std::error_code too_long;  // a text may be no possible name of a file
  if (fs::exists(query, too_long)) {
    std::optional<Dataset> document = plain_document(visible, query, options);
    return document ? as_cases(std::move(*document)) : read_cases(session, query, options, trained);
  }
  const auto number = parse_number<std::int64_t>(query);
  if (!number) return as_cases(typed_text(visible, query, stored));
  const Cases all = cases_of_run(session, trained, "search by the number of a case");
  require(*number >= 0 && *number < all.count(), "search: the run has test cases 0 to {}, got {}", all.count() - 1,
          *number);
  const auto row = std::uint32_t(*number);
  return select_rows(all, {&row, 1});
}

}  // namespace deepboltz
