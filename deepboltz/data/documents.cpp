#include "deepboltz/data/documents.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kLongestText = std::uint64_t(2) << 30, kMostBytes = std::uint64_t(16) << 30;
// A small file must not ask for much memory: beyond this, one count in a thousand has to be above 0.
constexpr std::uint64_t kFreeBytes = std::uint64_t(256) << 20, kBytesACount = 1'000 * sizeof(float);
constexpr double kMostOften = 1 << 24;  // counts are floats

// The number of each of the words among `names`; −1: it is not there.
std::vector<std::int64_t> numbers_of(const std::vector<std::string>& words, const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, std::int64_t> known;
  for (std::size_t number = 0; number < names.size(); ++number) known.emplace(names[number], number);
  std::vector<std::int64_t> numbers;
  for (const std::string& word : words) {
    const auto found = known.find(word);
    numbers.push_back(found == known.end() ? -1 : found->second);
  }
  return numbers;
}

// The counts of a document by rising word, those of a word added up.
void add_row(std::vector<WordCount>& document, SparseRows& counts) {
  std::ranges::stable_sort(document, {}, &WordCount::word);
  for (std::size_t e = 0; e < document.size();) {
    const std::int32_t word = document[e].word;
    float sum = 0;
    for (; e < document.size() && document[e].word == word; ++e) sum += float(document[e].count);
    counts.column.push_back(std::uint32_t(word));
    counts.value.push_back(sum);
  }
  counts.end_row();
}

void require_dense(const Dataset& documents, std::size_t bytes_a_number) {
  const std::uint64_t entries = std::uint64_t(documents.counts.entries());
  const std::uint64_t most = std::min(kMostBytes, std::max(kFreeBytes, kBytesACount * entries));
  require(std::uint64_t(documents.cases()) * std::uint64_t(documents.units()) <= most / bytes_a_number,
          "{}: {} documents of {} words, of which only {} counts are above 0: too sparse to be held dense; give a "
          "vocabulary without the rare words, or take model.visible = \"counts\"",
          printable(documents.name, 4096), documents.cases(), documents.units(), entries);
}

}  // namespace

void Documents::add(std::string_view id, std::string_view count, std::uint64_t line) {
  const auto word = parse_number<std::int64_t>(id);
  const std::int64_t most = known_ > 0 ? known_ : kMostWords;
  require_line(word && *word >= 1 && *word <= most, file_, line, "expected the number of a word, 1 to {}, got '{}'",
               most, printable(id));
  const auto times = parse_number<double>(count);
  require_line(
      times && *times >= 0 && *times <= kMostOften && *times == std::floor(*times), file_, line,
      "expected how often word {} comes, a whole number from 0, got '{}'; weights such as TF-IDF are no counts", *word,
      printable(count));
  if (*times > 0) documents_.back().push_back({std::int32_t(*word - 1), std::uint32_t(line), *times});
}

void Documents::require_once() const {
  for (std::size_t d = 0; d < documents_.size(); ++d) {
    std::vector<WordCount> words = documents_[d];
    std::ranges::stable_sort(words, {}, &WordCount::word);
    const auto twice = std::ranges::adjacent_find(words, {}, &WordCount::word);
    if (twice == words.end()) continue;
    require_line(false, file_, std::next(twice)->line, "word {} comes twice in document {}", twice->word + 1, d + 1);
  }
}

std::vector<std::int64_t> Documents::most_frequent(std::int64_t most, const std::vector<std::string>& names) const {
  std::vector<double> often(names.size(), 0.0);
  for (const auto& document : documents_)
    for (const WordCount& entry : document) often[std::size_t(entry.word)] += entry.count;
  std::vector<std::int64_t> order(names.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::int64_t a, std::int64_t b) {
    const double a_often = often[std::size_t(a)], b_often = often[std::size_t(b)];
    return a_often != b_often ? a_often > b_often : names[std::size_t(a)] < names[std::size_t(b)];
  });
  order.resize(std::min(std::size_t(most), order.size()));
  return order;
}

void Documents::renumber(std::span<const std::int64_t> units, std::int64_t words) {
  std::vector<std::int64_t> places(std::size_t(words), -1);
  for (std::size_t i = 0; i < units.size(); ++i)
    if (units[i] >= 0) places[std::size_t(units[i])] = std::int64_t(i);
  for (auto& document : documents_) {
    for (WordCount& entry : document) entry.word = std::int32_t(places[std::size_t(entry.word)]);
    std::erase_if(document, [](const WordCount& entry) { return entry.word < 0; });
  }
}

Dataset Documents::dataset(std::vector<std::string> names, const ReadOptions& options) {
  std::int64_t words = std::max(known_, std::int64_t(names.size()));
  for (const auto& document : documents_)
    for (const WordCount& entry : document) words = std::max(words, std::int64_t(entry.word) + 1);
  if (names.empty())
    for (std::int64_t word = 1; word <= words; ++word) names.push_back(std::to_string(word));
  std::vector<std::string> vocabulary = options.keep;
  if (!vocabulary.empty()) {
    renumber(numbers_of(vocabulary, names), words);
  } else if (options.words > 0) {
    const auto units = most_frequent(options.words, names);
    for (const std::int64_t word : units) vocabulary.push_back(names[std::size_t(word)]);
    renumber(units, words);
  } else {
    vocabulary = std::move(names);
  }
  return rows_of_counts(std::move(vocabulary), options);
}

Dataset Documents::rows_of_counts(std::vector<std::string> vocabulary, const ReadOptions& options) {
  const std::int64_t empty = std::ranges::count_if(documents_, &std::vector<WordCount>::empty);
  require(empty < size(), "{}: there are no documents with words in them", printable(file_, 4096));
  Dataset data;
  data.name = file_;
  data.empty_documents = options.keep_empty ? 0 : empty;
  data.counts.cols = std::int64_t(vocabulary.size());
  data.vocabulary = std::move(vocabulary);
  data.file_cases = size();
  for (std::size_t d = 0; d < documents_.size(); ++d) {
    if (documents_[d].empty() && !options.keep_empty) continue;
    data.numbers.push_back(std::uint32_t(d));
    add_row(documents_[d], data.counts);
    documents_[d] = {};  // its memory is free before the next
    if (!labels.empty()) data.labels.push_back(labels[d]);
    if (!topics.empty()) data.topics.push_back(topics[d]);
    if (!titles.empty()) data.case_names.push_back(titles[d]);
  }
  const auto one = [](const std::vector<int>& of_a_document) { return of_a_document.size() == 1; };
  if (std::ranges::all_of(data.topics, one)) {
    std::vector<std::int64_t> classes;
    for (const auto& topic : std::exchange(data.topics, {})) classes.push_back(topic[0]);
    set_classes(classes, options, data);
  } else if (std::ranges::all_of(data.topics, &std::vector<int>::empty)) {
    data.topics.clear();
  }
  return finished(std::move(data));
}

Dataset word_presence(Dataset documents) {
  require_dense(documents, sizeof(std::uint8_t));
  documents.x = Tensor(DType::u8, documents.cases(), documents.units());
  const auto present = documents.x.as<std::uint8_t>();
  for (std::int64_t r = 0; r < documents.counts.rows(); ++r)
    for (const std::uint32_t word : documents.counts.row(r)) present(r, word) = 255;
  documents.counts = {};
  return finished(std::move(documents));
}

Dataset word_numbers(Dataset documents) {
  require_dense(documents, sizeof(float));
  documents.x = to_dense(documents.counts, DType::f32);
  documents.counts = {};
  return finished(std::move(documents));
}

Bytes text_of(ByteView bytes, const std::string& file) {
  if (is_gzip(bytes)) return gunzip(bytes, file, kLongestText);
  require_line(bytes.size() <= kLongestText, file, 1, "{} bytes of text, the limit is {}", bytes.size(), kLongestText);
  return {bytes.begin(), bytes.end()};
}

Bytes read_text(const std::filesystem::path& path) { return text_of(read_file(path, kLongestText), path.string()); }

std::vector<std::string> parse_vocabulary(ByteView bytes, const std::string& file) {
  const std::string text = to_utf8(as_text(text_of(bytes, file)));
  std::vector<std::string> words;
  std::unordered_set<std::string_view> seen;
  each_line(text, [&](std::string_view line, std::uint64_t number) {
    const std::string_view word = take_word(line);
    require_line(!word.empty(), file, number, "expected a word, got an empty line");
    require_line(seen.insert(word).second, file, number, "'{}' is in the vocabulary already", printable(word));
    require_line(std::int64_t(words.size()) < kMostWords, file, number, "more than {} words", kMostWords);
    words.emplace_back(word);
  });
  require(!words.empty(), "{}: there are no words", printable(file, 4096));
  return words;
}

std::vector<std::string> read_vocabulary(const std::filesystem::path& path) {
  return parse_vocabulary(read_file(path, kLongestText), path.string());
}

}  // namespace deepboltz
