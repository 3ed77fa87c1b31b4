// Cases to learn from: one row each, with a label or without.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

struct Dataset {
  std::string name;  // a word for messages and reports
  Tensor x;          // (cases, units): grey bytes 0–255 as u8, or f32 in [0, 1]; ink is 255 or 1. Or numbers, as f32
  int height = 0, width = 0;                  // of a picture, height·width·channels = units; 0: no pictures
  std::vector<int> labels = {};               // one a case, 0 … classes−1; or none at all
  int classes = 0;                            // 0 without labels
  std::vector<std::string> class_names = {};  // one a class; empty: a class is called by its number
  std::string sha256 = {};                    // of the contents (content_hash)
  std::vector<float> weights = {};            // what each case counts for in learning, in (0, 1]; empty: all alike
  std::string letters = {};                   // of sequences: what the classes of a site stand for; or nothing
  std::vector<std::string> vocabulary = {};   // of counts: a word a unit; or nothing
  std::vector<std::vector<int>> topics = {};  // where cases have several labels or none: those of each, ascending
  std::int64_t empty_documents = 0;           // left out by the reader
  int channels = 1;                           // of a picture: numbers a pixel, which stand together; 3: red green blue
  double scale = 0;                          // the number of the file that is ink (grey_range.h); 0: none, or not known
  std::vector<std::string> columns = {};     // of a table: the header's name of each unit; or nothing
  std::string label_column = {};             // of a table: the header's name of the labels; or nothing
  std::vector<std::uint32_t> numbers = {};   // of each case in its file, from 0; empty: 0, 1, 2, …
  std::vector<std::string> case_names = {};  // of each case: its file, its id; or nothing
  std::int64_t file_cases = 0;               // with those left out; 0: as many as there are
  std::vector<std::string> remarks = {};     // what was taken for what: a line each, to be said

  // Of documents, in the place of x: how often each word comes, a row a document, a column a word.
  SparseRows counts = {};

  bool is_sparse() const { return counts.cols > 0; }
  std::int64_t cases() const { return is_sparse() ? counts.rows() : x.rows(); }
  std::int64_t units() const { return is_sparse() ? counts.cols : x.cols(); }
};

// The labels of every case, of which it may have several; empty where there are none.
std::vector<std::vector<int>> topics_of(const Dataset& data);

// What a class is called: its name, or its number.
std::string class_name(const Dataset& data, int label);

// SHA-256 of shape, number type, numbers, labels and topics; names and file formats do not enter. Counts enter as rows
// of f32, zeros with them, as long as these are 16 GiB or less; beyond that, words and counts alone.
std::string content_hash(const Dataset& data);

// Checks that the parts fit (InputError), finds `classes` where it is 0, and sets the hash.
Dataset finished(Dataset data);

// The given rows, in the given order; labels and hash go with them.
Dataset select_rows(const Dataset& data, std::span<const std::uint32_t> rows);

}  // namespace deepboltz
