#include "deepboltz/recipe/toml_text.h"

#include <fmt/format.h>

namespace deepboltz {

std::string toml_number(std::int64_t value) { return fmt::format("{}", value); }

std::string toml_number(double value) {
  const std::string digits = fmt::format("{}", value);
  return digits.find_first_of(".einf") == std::string::npos ? digits + ".0" : digits;
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
          out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        else
          out += c;
    }
  }
  return out + "\"";
}

}  // namespace deepboltz
