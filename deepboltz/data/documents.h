// Documents as bags of words on their way to a Dataset: what the readers of counts have in common.
//
// Documents stay sparse: Dataset::counts. Only units that are no counts want them dense. Limits: 2 GiB of text,
// 1,000,000 words, 2²⁴ times a word in a document; of dense ones 16 GiB, and beyond 256 MiB one number in a thousand
// above 0.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

inline constexpr std::int64_t kMostWords = 1'000'000;

struct WordCount {
  std::int32_t word;   // from 0
  std::uint32_t line;  // of the file; 0: counted already
  double count;
};

class Documents {
 public:
  // `known`: how many words there are to choose from; 0: as many as come.
  Documents(std::string file, std::int64_t known) : file_(std::move(file)), known_(known) {}

  void begin_document() { documents_.emplace_back(); }
  // A word of the last document, by its id in a file whose ids begin at 1, and how often it comes. InputError
  // "FILE:LINE: …": an id outside of the vocabulary, a number that is no count.
  void add(std::string_view id, std::string_view count, std::uint64_t line);
  // A word by its number from 0, counted already; given again, the counts are added.
  void add(std::int64_t word, double count = 1) { documents_.back().push_back({std::int32_t(word), 0, count}); }
  std::int64_t size() const { return std::int64_t(documents_.size()); }

  std::vector<int> labels;               // one a document, or none
  std::vector<std::vector<int>> topics;  // or the labels of every document, of which it has any number
  std::vector<std::string> titles;       // one a document, or none

  // InputError "FILE:LINE: …": a word that came twice in a document.
  void require_once() const;
  // What was read, of the words that the options ask for: options.keep in that order, or else the options.words most
  // frequent ones, the most frequent first and of equals the first by name; of 0 all, as they are numbered. Words
  // are called by `names`, a name a number; empty: by their numbers, from 1. Documents without such words are left out,
  // and said how many (Dataset::empty_documents), or kept (options.keep_empty). InputError: nothing but empty
  // documents.
  Dataset dataset(std::vector<std::string> names, const ReadOptions& options);

 private:
  std::vector<std::int64_t> most_frequent(std::int64_t most, const std::vector<std::string>& names) const;
  // Every word by its place in `units`; words that are not there are left out.
  void renumber(std::span<const std::int64_t> units, std::int64_t words);
  // The documents as rows of counts, a column a word.
  Dataset rows_of_counts(std::vector<std::string> vocabulary, const ReadOptions& options);

  std::string file_;
  std::int64_t known_;
  std::vector<std::vector<WordCount>> documents_;
};

// Documents in dense rows. InputError: they are too sparse for that.
Dataset word_presence(Dataset documents);  // whether each word comes, as bytes 0 and 255: for layers of bits
Dataset word_numbers(Dataset documents);   // how often each word comes, f32: for layers of other units than counts

// A text, unpacked where it is gzipped. InputError: longer than 2 GiB.
Bytes text_of(ByteView bytes, const std::string& file);
Bytes read_text(const std::filesystem::path& path);

// A file with a word a line, of which what is not UTF-8 becomes it (io/utf8.h); what follows the word, its frequency,
// is skipped. InputError "FILE:LINE: …": a line without a word, a word for the second time.
std::vector<std::string> parse_vocabulary(ByteView bytes, const std::string& file);
std::vector<std::string> read_vocabulary(const std::filesystem::path& path);

}  // namespace deepboltz
