// What a reader has to be told about a file, where the file does not say it itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deepboltz {

// In the order of data_format_words.
enum class DataFormat : std::uint8_t {
  automatic,
  idx,
  npy,
  npz,
  csv,
  image,
  fasta,
  libsvm,
  docword,
  matrix_market,
  text,
  mat,
  cifar
};

// The cases whose number under `key` lies in first … last, both included.
struct Where {
  std::string key;
  std::int64_t first = 0, last = 0;
  bool operator==(const Where&) const = default;
};

// "drawer 1..15" or "drawer 3"; several, which all have to hold, by commas. InputError otherwise.
std::vector<Where> parse_where(std::string_view text);
std::string to_text(const Where& where);

// The rules by which a file's scale, header, classes and words are found. A run keeps those that it began with.
inline constexpr int kFirstRules = 1;  // greys above 1 are bytes; classes are 0 … greatest; words are of a to z
inline constexpr int kRules = 2;       // as the readers' headers say

// Which options a format knows is in format_options.h.
struct ReadOptions {
  DataFormat format = DataFormat::automatic;  // automatic: by the contents, then by the ending of the name
  int height = 0, width = 0;                  // pictures of this size; 0: as the file says, or no pictures
  std::filesystem::path labels = {};          // the file with the labels
  std::string data_key = {};      // the array with the cases; empty: images, x, X or data of NPZ, the only matrix of
                                  // MAT
  std::string label_key = {};     // the array with the labels; empty: labels, y or target of NPZ if there, of MAT
                                  // none
  std::string label_column = {};  // a name of the header row, or a number: 0 the first, −1 the last; kNoColumn: none,
                                  // whatever columns are called; empty: the one that is called as labels are
  std::string id_column = {};     // the column with the names or numbers of the cases, said as label_column is
  std::string text_column = {};  // the column with a text a case, said as label_column is: its cells are documents, and
                                 // columns that are neither label nor name are left out; empty: a table of numbers
  std::optional<bool> header = {};           // whether the first row of a table has names; absent: by csv.h
  std::vector<Where> where = {};             // only these cases
  double scale = 0;                          // of grey values: the number that stands for ink; 0: found (grey_range.h)
  bool cases_in_columns = false;             // a column is a case
  bool pixels_by_column = false;             // the pixels of a picture go down its columns
  bool numbers = false;                      // the numbers as they are, not grey values (data/grey_range.h)
  double identity = 0;                       // above 0, sequences are weighted by how many agree at that share of sites
  bool documents = false;                    // every folder and .txt file is plain text
  std::vector<std::string> vocabulary = {};  // of documents: their words, by number; of text: the only ones that count
  std::int64_t words = 0;  // documents: keep the N most frequent words; 0: all, or 2,000 of text without a vocabulary
  std::optional<std::vector<std::string>> stop_words = {};  // of text without a vocabulary: words left out; absent: the
                                                            // English ones
  bool keep_empty = false;  // documents without words are kept, as rows without entries, not left out
  bool colour = false;      // pictures in red, green and blue; otherwise all are read as grey
  bool invert = false;      // dark ink on light paper: x becomes 255 − x (or 1 − x)
  int rules = kRules;

  // What is known of the cases that these ones are to be like.
  std::vector<std::string> keep = {};     // the words of documents, in this order
  std::vector<std::string> columns = {};  // the columns of a table, matched by name
  std::int64_t units = 0;                 // how many a case has
  double known_scale = 0;                 // the scale that was found
  bool like_training = false;  // keys, label and id column are the training file's: looked for, and not there by need
};

inline constexpr const char* kNoColumn = "none";

}  // namespace deepboltz
