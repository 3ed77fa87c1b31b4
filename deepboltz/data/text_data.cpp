#include "deepboltz/data/text_data.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "deepboltz/data/documents.h"
#include "deepboltz/data/folder.h"
#include "deepboltz/data/text_lines.h"

namespace deepboltz {
namespace {

// Calls visit(word) for the words of a text.
template <class Visit> void each_token(std::string_view text, Visit&& visit) {
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c >= 'a' && c <= 'z')
      word += c;
    else if (c >= 'A' && c <= 'Z')
      word += char(c - 'A' + 'a');
    else {
      if (word.size() > 1) visit(word);
      word.clear();
    }
  }
}

// Words by numbers, in the order in which they come first.
class Words {
 public:
  explicit Words(const ReadOptions& options) : options_(options) {
    const auto stop = options.stop_words ? *options.stop_words : english_stop_words();
    stop_.insert(stop.begin(), stop.end());
    for (const std::string& word : options.vocabulary) numbers_.emplace(word, numbers_.size());
    counts_.resize(numbers_.size());
  }

  void read(std::string_view text, Documents& documents) {
    documents.begin_document();
    each_token(text, [&](const std::string& word) {
      auto found = numbers_.find(word);
      if (found == numbers_.end()) {
        if (!options_.vocabulary.empty() || stop_.contains(word)) return;
        found = numbers_.emplace(word, numbers_.size()).first;
        counts_.push_back(0);
      }
      ++counts_[found->second];
      documents.add(std::int64_t(found->second));
    });
  }

  // The new number of every word, −1 where it is left out, and the vocabulary by new numbers.
  std::pair<std::vector<std::int64_t>, std::vector<std::string>> choose() const {
    std::vector<std::int64_t> places(counts_.size(), -1);
    std::vector<const std::pair<const std::string, std::size_t>*> all;
    for (const auto& entry : numbers_) all.push_back(&entry);
    const bool given = !options_.vocabulary.empty();
    std::sort(all.begin(), all.end(), [&](const auto* a, const auto* b) {
      if (given) return a->second < b->second;
      const auto often = counts_[a->second], seldom = counts_[b->second];
      return often != seldom ? often > seldom : a->first < b->first;
    });
    if (!given) all.resize(std::min(all.size(), std::size_t(options_.words)));
    std::vector<std::string> vocabulary;
    for (const auto* entry : all) {
      places[entry->second] = std::int64_t(vocabulary.size());
      vocabulary.push_back(entry->first);
    }
    return {std::move(places), std::move(vocabulary)};
  }

 private:
  const ReadOptions& options_;
  std::unordered_set<std::string> stop_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::int64_t> counts_;
};

Dataset chosen(const Words& words, Documents& documents, const std::string& file) {
  auto [places, vocabulary] = words.choose();
  require(!vocabulary.empty(), "{}: there are no words", printable(file, 4096));
  documents.renumber(places, std::int64_t(vocabulary.size()));
  return documents.dataset(std::move(vocabulary), false);
}

}  // namespace

Dataset parse_text(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const Bytes text = text_of(bytes, file);
  Documents documents(file, 0);
  Words words(options);
  each_line(as_text(text), [&](std::string_view line, std::uint64_t) { words.read(line, documents); });
  return chosen(words, documents, file);
}

Dataset read_text_data(const std::filesystem::path& path, const ReadOptions& options) {
  if (!is_folder(path)) return parse_text(read_text(path), path.string(), options);
  const FolderListing listing = list_folder(path, "files", [](const std::filesystem::path&) { return true; });
  Documents documents(path.string(), 0);
  Words words(options);
  for (const std::filesystem::path& file : listing.files) words.read(as_text(read_text(file)), documents);
  documents.labels = listing.labels;
  Dataset data = chosen(words, documents, path.string());
  data.class_names = listing.class_names;
  if (!data.class_names.empty()) data.classes = int(data.class_names.size());
  return finished(std::move(data));
}

}  // namespace deepboltz
