// Named tensors and named texts in one file: the public safetensors format (github.com/huggingface/safetensors).
//
// clang-format off
//   8 bytes   length of the header, little-endian
//   header    JSON: {"__metadata__": {name: text, …}, name: {"dtype": "F32", "shape": […], "data_offsets": [begin, end]}, …}
//   data      the tensors' numbers, little-endian, row by row, without gaps
// clang-format on
//
// dtypes: U8, F32, F64. We write f64 before f32 before u8 and pad the header with blanks to a multiple of 8, so that
// every tensor is aligned in a mapped file; a reader need not rely on that. Limits: header ≤ 16 MiB, ≤ 65,536 tensors,
// ≤ 8 dimensions, names ≤ 1,024 bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "deepboltz/io/bytes.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

class Archive {
 public:
  struct Entry {
    std::string name;
    std::vector<std::int64_t> shape;  // in the file; the tensor is all but the last dimension × the last
    Tensor tensor;
  };

  std::map<std::string, std::string> metadata;  // texts, by name

  // A tensor of shape (rows, cols), or of another shape with as many numbers. InputError: the name is taken, empty or
  // reserved.
  void add(std::string name, Tensor tensor);
  void add(std::string name, Tensor tensor, std::vector<std::int64_t> shape);

  const std::vector<Entry>& entries() const { return entries_; }  // in the order in which they were added
  bool contains(std::string_view name) const;
  // InputError that names the archive's file when there is no such tensor.
  const Tensor& at(std::string_view name) const;
  Tensor take(std::string_view name);  // moves it out; the entry stays, empty

  std::string file;  // where it was read, for messages; empty otherwise

 private:
  Entry& find(std::string_view name);

  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

// InputError "FILE: byte N: …": every number of the header is checked (gaps, overlaps, sizes, names twice) before
// memory is asked for.
Archive parse_safetensors(ByteView bytes, const std::string& file);
Archive read_safetensors(const std::filesystem::path& path);

Bytes make_safetensors(const Archive& archive);
// By the protocol of write_file (io/file.h): the old file, or the new one, never half of one.
void write_safetensors(const std::filesystem::path& path, const Archive& archive);

}  // namespace deepboltz
