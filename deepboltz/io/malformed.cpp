#include "deepboltz/io/malformed.h"

namespace deepboltz {

std::string printable(std::string_view text, std::size_t limit) {
  std::string shown(text.substr(0, limit));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  if (text.size() > limit) shown += "…";
  return shown;
}

}  // namespace deepboltz
