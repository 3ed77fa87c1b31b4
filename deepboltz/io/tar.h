// The files of a tar archive: POSIX ustar, with the long names of GNU tar and of pax.
//
// Folders are passed over: paths name them. Links, devices and files in pieces are refused. An archive ends with a
// block of zeros; one without was cut short. Limits: a file of 8 GiB, a path of 4,096 bytes; a path leads nowhere but
// down.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct TarFile {
  std::string path;  // "folder/name", without "./" before it
  ByteView bytes;    // borrowed from the archive
};

// `start`: the first 512 bytes of a file, unpacked.
bool is_tar(ByteView start);

// In the order of the archive. InputError "FILE: byte N: …": a header or a size that does not hold, a path that is
// absolute, goes up or comes twice.
std::vector<TarFile> parse_tar(ByteView bytes, const std::string& file);

// An archive of these files, ustar. Times are 1 January 1970, so that equal contents give equal bytes. InputError: a
// path that does not fit into 100 bytes.
Bytes make_tar(const std::vector<TarFile>& files);

}  // namespace deepboltz
