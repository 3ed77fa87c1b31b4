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

// "drawer 1..15" or "drawer 3". InputError otherwise.
Where parse_where(std::string_view text);
std::string to_text(const Where& where);

struct ReadOptions {
  DataFormat format = DataFormat::automatic;  // automatic: by the contents, then by the ending of the name
  int height = 0, width = 0;                  // pictures of this size; 0: as the file says, or no pictures
  std::filesystem::path labels = {};          // IDX, NPY: the file with the labels
  std::string data_key = {};        // NPZ, MAT: the array with the cases; empty: images, x, X or data, the only
                                    // matrix
  std::string label_key = {};       // NPZ, MAT: the array with the labels; empty: labels, y or target if there,
                                    // of MAT none
  std::string label_column = {};    // CSV: a name of the header row, or a number: 0 the first, −1 the last
  std::optional<bool> header = {};  // CSV: whether the first row has names; absent: whether it is not all numbers
  std::optional<Where> where = {};  // NPZ: only these cases
  bool cases_in_columns = false;    // MAT: a column is a case
  bool pixels_by_column = false;    // MAT: the pixels of a picture go down its columns
  bool numbers = false;             // NPY, NPZ, CSV, MAT: the numbers as they are, not grey values (data/grey_range.h)
  double identity = 0;              // FASTA: above 0, sequences are weighted by how many agree at that share of sites
  bool documents = false;           // every folder and .txt file is plain text
  std::vector<std::string> vocabulary = {};  // of documents: their words, by number; of text: the only ones that count
  std::int64_t words = 0;  // documents: keep the N most frequent words; 0: all, or 2,000 of text without a vocabulary
  std::vector<std::string> keep = {};                       // of documents: these words instead, in this order
  std::optional<std::vector<std::string>> stop_words = {};  // of text without a vocabulary: words left out; absent: the
                                                            // English ones
  bool colour = false;  // pictures in red, green and blue; otherwise all are read as grey
  bool invert = false;  // dark ink on light paper: x becomes 255 − x (or 1 − x)
};

}  // namespace deepboltz
