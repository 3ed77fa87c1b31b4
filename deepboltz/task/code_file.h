// Binary codes in a file, with the model that made them: what `search` reads.
//
// The file is a safetensors archive (io/safetensors.h):
//
//   codes      U8, (cases, ⌈bits/8⌉): the bytes of binary_codes.h
//   thresholds F32 or F64, (1, bits): a bit is 1 where the number of the code is above its threshold
//   names      U8: a name each, where the cases have names (io/texts.h)
//   classes    U8: the words of each case's classes, where the cases have classes
//   documents/lengths  F32, (1, cases): how many different words a document has, where the cases are counts of words
//   documents/words    F32, (1, entries): the numbers of these words, ascending within a document
//   documents/counts   F32, (1, entries): how often each comes
//   metadata   "kind": "binary codes"; "bits"; "cases"; "layer": whose means they are; "made_by": SHA-256 of
//              the model; "words": of the vocabulary, where there are documents
//
// The tables of hash_index.h are not in it. They take less time to make than to read, and cannot be damaged.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/task/binary_codes.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

struct CodeFile {
  BinaryCodes codes;
  Tensor thresholds;                         // (1, bits)
  std::string layer = {};                    // of the model
  std::vector<std::string> names = {};       // one a code, or none
  std::vector<std::string> classes = {};     // one a code, or none
  std::optional<SparseRows> documents = {};  // one a code: counts of the model's words
  std::string made_by = {};                  // 64 hexadecimal digits
};

// By the protocol of write_file (io/file.h).
void write_codes(const std::filesystem::path& path, const CodeFile& file);

// InputError "FILE: …": not such a file, sizes that do not fit, codes that another model made. Every size is checked
// before memory is asked for.
CodeFile parse_codes(ByteView bytes, const std::string& file, const std::string& made_by);
CodeFile read_codes(const std::filesystem::path& path, const std::string& made_by);

}  // namespace deepboltz
