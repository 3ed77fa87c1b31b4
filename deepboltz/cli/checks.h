// Checks of option values whose limits stand in the option's own words, not beside its name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace deepboltz {

inline CLI::Validator at_least(std::int64_t least, std::int64_t most = std::int64_t(1) << 62) {
  return CLI::Range(least, most).description("");
}
inline CLI::Validator one_of(const std::vector<std::string>& words) { return CLI::IsMember(words).description(""); }

}  // namespace deepboltz
