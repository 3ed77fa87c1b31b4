#include "deepboltz/data/libsvm.h"

#include <algorithm>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kGreatestLabel = 65'535;

// The labels of a line, ascending.
std::vector<int> labels_of(std::string_view word, const std::string& file, std::uint64_t line) {
  std::vector<int> labels;
  for (std::string_view rest = word; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const auto number = parse_number<std::int64_t>(rest.substr(0, comma));
    require_line(number && *number >= 0 && *number <= kGreatestLabel, file, line,
                 "expected a label from 0 to {}, or some with commas between, got '{}'", kGreatestLabel,
                 printable(word));
    labels.push_back(int(*number));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  std::ranges::sort(labels);
  labels.erase(std::ranges::unique(labels).begin(), labels.end());
  return labels;
}

}  // namespace

Dataset parse_libsvm(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const Bytes text = text_of(bytes, file);
  Documents documents(file, std::int64_t(options.vocabulary.size()));
  each_line(as_text(text), [&](std::string_view line, std::uint64_t number) {
    const std::size_t end = std::min(line.find('#'), line.size());
    const std::string_view comment = trimmed(line.substr(std::min(end + 1, line.size())));
    line = line.substr(0, end);
    std::string_view word = take_word(line);
    if (word.empty()) return;  // a comment, or nothing at all
    documents.begin_document();
    documents.titles.emplace_back(to_utf8(comment));
    std::vector<int>& topics = documents.topics.emplace_back();
    if (word.find(':') == std::string_view::npos) {
      topics = labels_of(word, file, number);
      word = take_word(line);
    }
    for (; !word.empty(); word = take_word(line)) {
      const std::size_t colon = word.find(':');
      require_line(colon != std::string_view::npos, file, number, "expected ID:COUNT, got '{}'", printable(word));
      documents.add(word.substr(0, colon), word.substr(colon + 1), number);
    }
  });
  documents.require_once();
  if (std::ranges::count(documents.titles, "") > 0) documents.titles.clear();
  return documents.dataset(options.vocabulary, options);
}

Dataset read_libsvm(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_libsvm(read_text(path), path.string(), options);
}

}  // namespace deepboltz
