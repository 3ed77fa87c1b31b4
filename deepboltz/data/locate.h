// Where the files of the public data sets are looked for, and how they get there. The only file that reads the
// environment.
//
//   1. the folder DEEPBOLTZ_DATA
//   2. the cache: DEEPBOLTZ_CACHE, else XDG_CACHE_HOME/deepboltz, else HOME/.cache/deepboltz
//   3. when the caller asks for it: the network, into the cache, if the SHA-256 is the pinned one
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

// The variables by which a user says where things are; empty: not set.
struct Environment {
  std::string data, cache, xdg_cache_home, home;  // DEEPBOLTZ_DATA, DEEPBOLTZ_CACHE, XDG_CACHE_HOME, HOME
};
Environment read_environment();

// Gets a URL's contents, at most `limit` bytes; throws FileError.
using Fetch = std::function<Bytes(const std::string& url, std::uint64_t limit)>;

struct DataPlaces {
  std::filesystem::path data = {}, cache = {};  // empty: there is none
  Fetch fetch = {};                             // empty: nothing is downloaded
};
DataPlaces data_places(const Environment& environment);

struct PublicFile {
  std::string path;    // within DEEPBOLTZ_DATA or the cache: mnist/train-images-idx3-ubyte.gz
  std::string url;     // empty: cannot be downloaded
  std::string sha256;  // of the file
  std::uint64_t bytes = 0;
};

// The first place where the file is, if it is in one of them.
std::optional<std::filesystem::path> find_here(const PublicFile& file, const DataPlaces& places);

// The first place where the file is; its folder may be left out in DEEPBOLTZ_DATA. Otherwise downloads it. FileError:
// not there (one line that says where it was looked for and what to do), or what came is not what was pinned.
std::filesystem::path locate(const PublicFile& file, const DataPlaces& places);

}  // namespace deepboltz
