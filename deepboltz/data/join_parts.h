// Cases whose parts are in several files, each of any format: pictures in a folder, words in a table.
//
// The parts of a case are matched by order, or by the names of cases: the column id_column of a table, the names of
// files in a folder, whose endings (.png, .pgm, .txt, .wav, .gz) do not count. By names, cases come in the order of the
// first file; those that it lacks follow in the order of the next. A case without words has an empty document, which is
// no missing one: documents are read with keep_empty.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "deepboltz/data/cases.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

struct NamedPart {
  std::string name;  // of the column
  Dataset data;      // whose name is the file's, for messages
};

enum class JoinBy : std::uint8_t { order, names };

struct JoinOptions {
  JoinBy by = JoinBy::order;
  bool missing = false;  // by names: cases may lack parts, and are marked so (Column::known); otherwise that is refused
};

// InputError, naming the files: different numbers of cases; a file whose cases have no names; a name that comes twice,
// or that another file lacks; two parts of one name; weights; documents that were left out; labels that differ.
Cases join_parts(std::vector<NamedPart> parts, const JoinOptions& options);

struct PartFile {
  std::string name;  // of the column
  std::filesystem::path file;
  ReadOptions read = {};
};

// The same of files. What read_data throws, too.
Cases read_parts(const std::vector<PartFile>& files, const JoinOptions& options);

}  // namespace deepboltz
