// What a file holds, before anybody has said what it is: greys or bits, real values, documents, sequences.
#pragma once

#include <filesystem>
#include <vector>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

struct Look {
  Dataset data;
  DataFormat format = DataFormat::automatic;  // that it was read as
  bool numbers = false;                       // real values: on no scale of greys
  // Of the units, in the numbers of the file.
  double least = 0, greatest = 0, mean = 0, zeros = 0;  // zeros: their share
  bool whole = true;
  std::vector<std::int64_t> cases_of_class;

  bool is_documents() const { return !data.vocabulary.empty(); }
  bool is_sequences() const { return !data.letters.empty(); }
};

// Reads the file as greys, or else as numbers, or else, where no ending says that it is a table, as text. What refuses
// it as greys is thrown where it is none of them.
Look look_at(const std::filesystem::path& path, ReadOptions options);
Look look_at(Dataset data);

// What there is to see, a line each: range, mean, share of zeros, classes, and what the columns are taken for.
std::vector<std::string> words_of(const Look& look);

}  // namespace deepboltz
