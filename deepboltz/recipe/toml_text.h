// Numbers and texts as TOML spells them, so that they read back as the same values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace deepboltz {

std::string toml_number(std::int64_t value);
std::string toml_number(double value);  // the shortest digits that give the same double; 5 is written 5.0
std::string toml_string(std::string_view text);

}  // namespace deepboltz
