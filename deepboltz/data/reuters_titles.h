// The titles of Reuters-21578, from the archive of its SGML files (Lewis 1997).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

// The TITLE of each story that has one, by its NEWID.    archive: a tar of .sgm files, gzipped
// InputError: not such an archive (io/tar.h).
std::map<std::int64_t, std::string> parse_reuters_titles(ByteView archive, const std::string& file);

}  // namespace deepboltz
