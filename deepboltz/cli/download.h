// Files from the network, by libcurl.
#pragma once

#include <string>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

// The contents of an https address (nothing else, redirections included), at most `limit` bytes. Gives up after 20 s
// without a connection, or 30 s below 1 kB/s. FileError in one line: what failed and what to do without a network.
Bytes fetch_https(const std::string& url, std::uint64_t limit);

}  // namespace deepboltz
