// One array of several in an NPZ file, by its name.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/io/npy.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {

struct NpzMember {
  Bytes bytes;  // which the array borrows from
  NpyArray array;
  std::string name;  // "FILE[KEY]"
};

// InputError: there is no such array, with those that there are; or it is malformed (io/npy.h).
NpzMember read_npz_member(const ZipReader& zip, const std::string& file, const std::string& key);
std::vector<std::string> read_npz_texts(const ZipReader& zip, const std::string& file, const std::string& key);

}  // namespace deepboltz
