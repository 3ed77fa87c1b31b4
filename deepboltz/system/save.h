// Systems in archives. A file is a safetensors file whose header says, beside the tensors,
//
//   deepboltz            the format's version: "3"
//   kind                 the kind of system
//   parts                a line a part: NAME model | network | tensor
//   NAME/…               what else a part needs (model/save.h, stack/save_network.h)
//   note/NAME            texts that travel along: recipe, data, from
//   picture/COLUMN       HEIGHT WIDTH CHANNELS of the cases' pictures
//   scale/COLUMN         the number that was ink in the file of the training cases
//   ink/COLUMN           the mean share of ink in them
//
// and whose tensors are NAME/… of the parts, and bytes names/COLUMN, values/COLUMN and columns/COLUMN: texts in UTF-8,
// each with its length before it in four bytes, little-endian.
//
// Formats 1 and 2, whose one model stands without a prefix, are read as a system of one part; newer ones are refused by
// name.
#pragma once

#include <filesystem>

#include "deepboltz/io/safetensors.h"
#include "deepboltz/system/kind.h"

namespace deepboltz {

inline constexpr int kFormat = 3;  // the newest that is read

void add_system(const System& system, Archive& archive);

// InputError, naming the archive's file: a newer format, a kind that `table` does not have, anything missing or
// malformed.
System take_system(Archive& archive, std::span<const Kind> table);

void write_system(const std::filesystem::path& path, const System& system);
System read_system(const std::filesystem::path& path, std::span<const Kind> table);

// A machine alone, as a system of the first kind: what a program trains, the command can use.
void save(const EnergyModel& model, const std::filesystem::path& path);
EnergyModel load(const std::filesystem::path& path);

}  // namespace deepboltz
