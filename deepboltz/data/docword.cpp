#include "deepboltz/data/docword.h"

#include <algorithm>
#include <limits>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/lines.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kMostKept = 1 << 24;  // documents that may be empty: a file of three lines can promise them

// The lines behind the header: they come in any order, and are sorted into documents.
class Triplets {
 public:
  Triplets(const std::string& file, bool counted) : file_(file), counted_(counted) {}

  // The numbers of the header: documents, words, triplets.
  bool knows_size() const { return sizes_.size() == 3; }
  void add_size(std::string_view word, std::uint64_t line) {
    constexpr std::int64_t kMost[] = {std::numeric_limits<std::int32_t>::max(), kMostWords,
                                      std::numeric_limits<std::int64_t>::max()};
    constexpr const char* kWhat[] = {"documents", "words", "entries"};
    const std::size_t which = sizes_.size();
    const auto size = parse_number<std::int64_t>(word);
    require_line(size && *size >= 1 && *size <= kMost[which], file_, line,
                 "expected the number of {}, 1 to {}, got '{}'", kWhat[which], kMost[which], printable(word));
    sizes_.push_back(*size);
  }
  void add(std::string_view line, std::uint64_t number) {
    const std::string_view document = take_word(line), word = take_word(line),
                           count = counted_ ? take_word(line) : std::string_view("1");
    if (document.empty()) return;  // an empty line
    require_line(!count.empty() && take_word(line).empty(), file_, number, "expected DOCUMENT WORD{}",
                 counted_ ? " COUNT" : "");
    const auto row = parse_number<std::int64_t>(document);
    require_line(row && *row >= 1 && *row <= sizes_[0], file_, number,
                 "expected the number of a document, 1 to {}, got '{}'", sizes_[0], printable(document));
    require_line(std::int64_t(entries_.size()) < sizes_[2], file_, number, "more entries than the {} that were said",
                 sizes_[2]);
    entries_.push_back({*row, number, word, count});
  }
  Dataset dataset(const ReadOptions& options) {
    require(knows_size(), "{}: the file ends before the numbers of documents, words and entries",
            printable(file_, 4096));
    require(std::int64_t(entries_.size()) == sizes_[2], "{}: the file says {} entries, but has {}",
            printable(file_, 4096), sizes_[2], entries_.size());
    require(options.vocabulary.empty() || std::int64_t(options.vocabulary.size()) == sizes_[1],
            "{}: the file has {} words, but the vocabulary {}", printable(file_, 4096), sizes_[1],
            options.vocabulary.size());
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.row < b.row; });
    Documents documents(file_, sizes_[1]);
    std::vector<std::uint32_t> rows;  // of the documents that have entries, from 0
    const auto begin = [&](std::int64_t row) {
      documents.begin_document();
      rows.push_back(std::uint32_t(row));
    };
    const auto keep_before = [&](std::int64_t row) {
      while (options.keep_empty && documents.size() < row) begin(documents.size());
    };
    require(!options.keep_empty || sizes_[0] <= kMostKept, "{}: {} documents, the limit with empty ones is {}",
            printable(file_, 4096), sizes_[0], kMostKept);
    for (const Entry& entry : entries_) {
      keep_before(entry.row - 1);
      if (rows.empty() || std::int64_t(rows.back()) != entry.row - 1) begin(entry.row - 1);
      documents.add(entry.word, entry.count, entry.line);
    }
    keep_before(sizes_[0]);
    documents.require_once();
    Dataset data = documents.dataset(options.vocabulary, options);
    for (std::uint32_t& number : data.numbers) number = rows[number];
    data.file_cases = sizes_[0];
    data.empty_documents = sizes_[0] - data.cases();
    return data;
  }

 private:
  struct Entry {
    std::int64_t row;
    std::uint64_t line;
    std::string_view word, count;
  };
  const std::string& file_;
  bool counted_;
  std::vector<std::int64_t> sizes_;
  std::vector<Entry> entries_;
};

}  // namespace

Dataset parse_docword(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const Bytes text = text_of(bytes, file);
  Triplets triplets(file, true);
  each_line(as_text(text), [&](std::string_view line, std::uint64_t number) {
    if (triplets.knows_size()) return triplets.add(line, number);
    const std::string_view size = take_word(line);
    require_line(take_word(line).empty(), file, number, "expected one number a line before the entries");
    triplets.add_size(size, number);
  });
  return triplets.dataset(options);
}

Dataset parse_matrix_market(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const Bytes text = text_of(bytes, file);
  const std::string_view first = as_text(text).substr(0, as_text(text).find_first_of("\r\n"));
  constexpr std::string_view kHeader = "%%MatrixMarket matrix coordinate ";
  const std::string_view rest = first.starts_with(kHeader) ? first.substr(kHeader.size()) : std::string_view();
  require_line(rest == "integer general" || rest == "real general" || rest == "pattern general", file, 1,
               "expected {}integer general (or real, or pattern), got '{}'", kHeader, printable(first));
  Triplets triplets(file, rest != "pattern general");
  each_line(as_text(text), [&](std::string_view line, std::uint64_t number) {
    if (line.starts_with('%')) return;
    if (triplets.knows_size()) return triplets.add(line, number);
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      require_line(!triplets.knows_size(), file, number, "expected three numbers before the entries");
      triplets.add_size(word, number);
    }
  });
  return triplets.dataset(options);
}

Dataset read_docword(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_docword(read_text(path), path.string(), options);
}

Dataset read_matrix_market(const std::filesystem::path& path, const ReadOptions& options) {
  return parse_matrix_market(read_text(path), path.string(), options);
}

}  // namespace deepboltz
