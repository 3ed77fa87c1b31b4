// NPY arrays (NumPy format 1.0 to 3.0), in memory.
//
// Read: b1 u1 i1 u2 i2 u4 i4 u8 i8 f4 f8, either byte order, C or Fortran order. Limits: header ≤ 64 KiB, ≤ 8
// dimensions, and exactly as many bytes as the shape says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct NpyType {
  char kind = 'f';  // b(ool) u(nsigned) i(nteger) f(loat); S: texts, which parse_npy_texts alone reads
  int bytes = 4;
  bool big_endian = false;
  bool operator==(const NpyType&) const = default;
};

// An array whose numbers stay where they were read: `values` borrows from the file's bytes.
struct NpyArray {
  NpyType type;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;  // empty: one number
  ByteView values;
  std::uint64_t position = 0;  // of the first value in the file

  std::int64_t size() const;  // how many numbers
  // The number at `index`, counted in C order whatever the order in the file.
  double real(std::int64_t index) const;
  std::int64_t integer(std::int64_t index) const;  // kinds b, u, i; u8 beyond 2⁶³ wraps
  // Where the number at `index` (C order) begins in the file.
  std::uint64_t byte_of(std::int64_t index) const;
};

// InputError "FILE: byte N: …": not NPY, an unsupported type, sizes that do not fit. `position`: where `bytes` begins
// in the file, for messages.
NpyArray parse_npy(ByteView bytes, const std::string& file, std::uint64_t position = 0);

// The texts of an array of byte strings ('|S7': seven bytes, zeros behind shorter ones) of one dimension. InputError as
// above.
std::vector<std::string> parse_npy_texts(ByteView bytes, const std::string& file);

Bytes make_npy(const NpyArray& array);  // version 1.0

}  // namespace deepboltz
