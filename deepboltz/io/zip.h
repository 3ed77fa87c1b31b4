// Zip files, as far as NPZ needs them: stored or deflated entries, no encryption, no zip64, one disk (PKWARE
// APPNOTE 6.3).
//
// The central directory is what counts; of an entry's own header only the lengths of its name and extra field are used.
// Limits: 65,535 entries; an entry's size is believed only as far as its compressed bytes can hold it; checksums are
// compared.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct ZipEntry {
  std::string name;
  bool deflated = false;
  std::uint32_t crc = 0;
  std::uint64_t compressed_size = 0, size = 0;
  std::uint64_t position = 0;  // of its first compressed byte in the file
};

class ZipReader {
 public:
  // Borrows `bytes`. InputError "FILE: byte N: …" unless the directory is whole and every entry lies inside the file.
  ZipReader(ByteView bytes, std::string file);

  const std::vector<ZipEntry>& entries() const { return entries_; }
  const ZipEntry* find(std::string_view name) const;  // nullptr: there is none
  Bytes read(const ZipEntry& entry) const;            // InputError: damaged

 private:
  ByteView bytes_;
  std::string file_;
  std::vector<ZipEntry> entries_;
};

struct ZipContent {
  std::string name;
  Bytes bytes;
  bool deflate = false;
};

// A zip file with these entries. Dates are 1 January 1980, so that equal contents give equal bytes.
Bytes make_zip(const std::vector<ZipContent>& contents);

}  // namespace deepboltz
