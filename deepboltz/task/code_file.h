// Binary codes in a file, with the model that made them: what `search` reads.
//
// The file is a safetensors archive (io/safetensors.h):
//
//   codes      U8, (cases, ⌈bits/8⌉): the bytes of binary_codes.h
//   metadata   "kind": "binary codes"; "bits"; "cases"; "made_by": SHA-256 of the model
//
// The tables of hash_index.h are not in it. They take less time to make than to read, and cannot be damaged.
#pragma once

#include <filesystem>
#include <string>

#include "deepboltz/task/binary_codes.h"

namespace deepboltz {

// `made_by`: 64 hexadecimal digits. By the protocol of write_file (io/file.h).
void write_codes(const std::filesystem::path& path, const BinaryCodes& codes, const std::string& made_by);

// InputError "FILE: …": not such a file, sizes that do not fit, codes that another model made. Every size is checked
// before memory is asked for.
BinaryCodes parse_codes(ByteView bytes, const std::string& file, const std::string& made_by);
BinaryCodes read_codes(const std::filesystem::path& path, const std::string& made_by);

}  // namespace deepboltz
