// Pieces of a web page as text: what came from outside is escaped before it enters, bytes enter in base 64.
#pragma once

#include <string>
#include <string_view>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Text fit for HTML and XML, also inside of quoted attributes. Control characters but tab and newline, and bytes that
// are not UTF-8, become U+FFFD.
std::string escaped(std::string_view text);

std::string base64(ByteView bytes);  // RFC 4648, with padding

}  // namespace deepboltz
