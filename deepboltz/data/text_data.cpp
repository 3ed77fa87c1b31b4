#include "deepboltz/data/text_data.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "deepboltz/data/documents.h"
#include "deepboltz/data/folder.h"
#include "deepboltz/data/lines.h"

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

// Words by numbers: those that the options give, or else all but the stop list, in the order in which they come first.
class Words {
 public:
  explicit Words(const ReadOptions& options) : names_(options.keep.empty() ? options.vocabulary : options.keep) {
    given_ = !names_.empty();
    const auto stop = options.stop_words ? *options.stop_words : english_stop_words();
    stop_.insert(stop.begin(), stop.end());
    for (const std::string& word : names_) numbers_.emplace(word, numbers_.size());
  }
  bool given() const { return given_; }
  const std::vector<std::string>& names() const { return names_; }

  void read(std::string_view text, Documents& documents) {
    documents.begin_document();
    each_token(text, [&](const std::string& word) {
      auto found = numbers_.find(word);
      if (found == numbers_.end()) {
        if (given_ || stop_.contains(word)) return;
        found = numbers_.emplace(word, numbers_.size()).first;
        names_.push_back(word);
      }
      documents.add(std::int64_t(found->second));
    });
  }

 private:
  bool given_;
  std::vector<std::string> names_;  // by number
  std::unordered_map<std::string, std::size_t> numbers_;
  std::unordered_set<std::string> stop_;
};

constexpr std::int64_t kUsualWords = 2'000;  // of a text whose words nobody has chosen

Dataset dataset(const Words& words, Documents& documents, ReadOptions options, const std::string& file) {
  require(!words.names().empty(), "{}: there are no words", printable(file, 4096));
  if (!words.given() && options.words == 0) options.words = kUsualWords;
  return documents.dataset(words.names(), options);
}

// A text in one of the usual encodings has no zero bytes; pictures and programs do.
Bytes plain(Bytes text, const std::string& file) {
  const auto zero = std::ranges::find(text, 0);
  require_at(zero == text.end(), file, std::uint64_t(zero - text.begin()),
             "a zero byte: neither plain text nor a .png or .pgm picture");
  return text;
}

}  // namespace

Dataset parse_text(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const Bytes text = plain(text_of(bytes, file), file);
  Documents documents(file, 0);
  Words words(options);
  each_line(as_text(text), [&](std::string_view line, std::uint64_t) { words.read(line, documents); });
  return dataset(words, documents, options, file);
}

Dataset read_text_data(const std::filesystem::path& path, const ReadOptions& options) {
  if (!is_folder(path)) return parse_text(read_text(path), path.string(), options);
  const FolderListing listing = list_folder(path, "files", [](const std::filesystem::path&) { return true; });
  Documents documents(path.string(), 0);
  Words words(options);
  for (const std::filesystem::path& file : listing.files)
    words.read(as_text(plain(read_text(file), file.string())), documents);
  documents.labels = listing.labels;
  Dataset data = dataset(words, documents, options, path.string());
  data.class_names = listing.class_names;
  if (!data.class_names.empty()) data.classes = int(data.class_names.size());
  return finished(std::move(data));
}

}  // namespace deepboltz
