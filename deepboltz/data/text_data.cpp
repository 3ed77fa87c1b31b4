#include "deepboltz/data/text_data.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "deepboltz/data/documents.h"
#include "deepboltz/data/folder.h"
#include "deepboltz/data/lines.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

// What a text is made of, as far as it decides what is said of it.
struct Letters {
  std::int64_t all = 0, unspaced = 0, accents = 0;
};

// Calls visit(word) for the words of a text.
template <class Visit> void each_token(std::string_view text, bool ascii_only, Letters& letters, Visit&& visit) {
  std::string word;
  std::size_t length = 0;  // in letters
  const auto end = [&] {
    if (length > 1) visit(word);
    letters.all += std::int64_t(length);
    word.clear();
    length = 0;
  };
  for (std::string_view rest = text; !rest.empty();) {
    const char c = rest.front();
    if (std::uint8_t(c) < 0x80 || ascii_only) {
      rest.remove_prefix(1);
      if (c >= 'a' && c <= 'z') {
        word += c;
        ++length;
      } else if (c >= 'A' && c <= 'Z') {
        word += char(c - 'A' + 'a');
        ++length;
      } else {
        end();
      }
      continue;
    }
    const char32_t letter = take_letter(rest);
    if (!is_letter(letter)) {
      end();
      continue;
    }
    letters.unspaced += is_unspaced(letter);
    letters.accents += is_accent(letter);
    append_letter(small_letter(letter), word);
    ++length;
  }
  end();
}

// Words by numbers: those that the options give, or else all but the stop list, in the order in which they come first.
class Words {
 public:
  explicit Words(const ReadOptions& options) : names_(options.keep.empty() ? options.vocabulary : options.keep) {
    given_ = !names_.empty();
    ascii_only_ = options.rules == kFirstRules;
    const auto stop = options.stop_words ? *options.stop_words : english_stop_words();
    stop_.insert(stop.begin(), stop.end());
    for (const std::string& word : names_) numbers_.emplace(word, numbers_.size());
  }
  bool given() const { return given_; }
  const std::vector<std::string>& names() const { return names_; }

  void read(std::string_view text, Documents& documents) {
    documents.begin_document();
    each_token(text, ascii_only_, letters_, [&](const std::string& word) {
      auto found = numbers_.find(word);
      if (found == numbers_.end()) {
        if (given_ || stop_.contains(word)) return;
        found = numbers_.emplace(word, numbers_.size()).first;
        names_.push_back(word);
      }
      documents.add(std::int64_t(found->second));
    });
  }

  // Text of which most letters are of scripts without spaces has few words that come twice.
  bool unspaced() const { return 2 * letters_.unspaced > letters_.all; }
  std::int64_t accents() const { return letters_.accents; }

 private:
  bool given_, ascii_only_;
  Letters letters_;
  std::vector<std::string> names_;  // by number
  std::unordered_map<std::string, std::size_t> numbers_;
  std::unordered_set<std::string> stop_;
};

constexpr std::int64_t kUsualWords = 2'000;  // of a text whose words nobody has chosen

Dataset dataset(const Words& words, Documents& documents, ReadOptions options, const std::string& file) {
  require(!words.names().empty(), "{}: there are no words", printable(file, 4096));
  if (!words.given() && options.words == 0) options.words = kUsualWords;
  Dataset data = documents.dataset(words.names(), options);
  if (words.unspaced())
    data.remarks.push_back(
        fmt::format("{}: a script without spaces: whole phrases between punctuation are taken for words; put spaces "
                    "between the words first",
                    printable(file, 4096)));
  if (words.accents() > 0)
    data.remarks.push_back(
        fmt::format("{}: {} accents stand behind their letters (e and U+0301 for é): a word with them is another word "
                    "than with é; convert the text to NFC first",
                    printable(file, 4096), words.accents()));
  return data;
}

// Control characters but tabs, ends of lines and pages, and the escapes and ends of file of old systems.
bool is_binary(char c) { return c >= 0 && (c < 8 || (c > 13 && c < 26) || (c > 27 && c < 32)); }

// In UTF-8. A text has no zero bytes, unless it is UTF-16, and no other control characters; pictures and programs do.
std::string plain(const Bytes& bytes, const std::string& file) {
  const std::string_view raw = as_text(bytes);
  const bool wide = raw.starts_with("\xFF\xFE") || raw.starts_with("\xFE\xFF");
  std::string text = to_utf8(raw);
  const std::string_view looked_at = wide ? std::string_view(text) : raw;
  const auto control = std::ranges::find_if(looked_at, is_binary);
  require_at(control == looked_at.end(), file, std::uint64_t(control - looked_at.begin()),
             "a {}: neither plain text nor a .png or .pgm picture",
             control != looked_at.end() && *control == 0 ? "zero byte" : "control character");
  const std::size_t foreign = wide ? std::string::npos : foreign_byte(raw);
  require_at(foreign == std::string::npos, file, foreign, "neither UTF-8 nor Windows-1252, in which older texts are");
  return text;
}

}  // namespace

Dataset parse_text(ByteView bytes, const std::string& file, const ReadOptions& options) {
  const std::string text = plain(text_of(bytes, file), file);
  Documents documents(file, 0);
  Words words(options);
  each_line(text, [&](std::string_view line, std::uint64_t) { words.read(line, documents); });
  return dataset(words, documents, options, file);
}

Dataset parse_texts(std::span<const std::string> texts, const std::string& file, const ReadOptions& options) {
  Documents documents(file, 0);
  Words words(options);
  for (const std::string& text : texts) words.read(text, documents);
  return dataset(words, documents, options, file);
}

Dataset read_text_data(const std::filesystem::path& path, const ReadOptions& options) {
  if (!is_folder(path)) return parse_text(read_text(path), path.string(), options);
  const Folder folder(path);
  const FolderListing listing = folder.list("files", [](const std::filesystem::path&) { return true; });
  Documents documents(path.string(), 0);
  Words words(options);
  for (const std::filesystem::path& file : listing.files)
    words.read(plain(text_of(folder.read(file), file.string()), file.string()), documents);
  documents.labels = listing.labels;
  Dataset data = dataset(words, documents, options, path.string());
  for (const std::string& name : listing.class_names) data.class_names.push_back(to_utf8(name));
  for (const std::uint32_t number : data.numbers)
    data.case_names.push_back(to_utf8(listing.files[number].lexically_relative(path).string()));
  data.remarks.insert(data.remarks.end(), listing.remarks.begin(), listing.remarks.end());
  if (!data.class_names.empty()) data.classes = int(data.class_names.size());
  return finished(std::move(data));
}

}  // namespace deepboltz
