// The JSON header of a safetensors file, read strictly: only the form that safetensors.h describes, nothing twice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct TensorEntry {
  std::string name, dtype;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  // within the data
};

struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;
  std::map<std::string, std::string> metadata;
};

// `position`: of `text` in the file. InputError "FILE: byte N: …"
SafetensorsHeader parse_safetensors_header(ByteView text, const std::string& file, std::uint64_t position);

std::string make_safetensors_header(const SafetensorsHeader& header);

}  // namespace deepboltz
