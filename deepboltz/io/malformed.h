// How a reader refuses: one line that names the file, the place in it, what was expected and what came.
//
//   FILE: byte N: …      binary files
//   FILE:LINE: …         text files
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "deepboltz/base/error.h"

namespace deepboltz {

// Text from outside, fit to stand in a one-line message: control characters become '?', long text is cut.
std::string printable(std::string_view text, std::size_t limit = 60);

// Throws InputError "FILE: byte N: message" unless `condition` holds.
template <class... Args>
void require_at(bool condition, std::string_view file, std::uint64_t byte, fmt::format_string<Args...> message,
                Args&&... args) {
  if (!condition) [[unlikely]]
    throw InputError(
        fmt::format("{}: byte {}: {}", printable(file, 4096), byte, fmt::format(message, std::forward<Args>(args)...)));
}

// Throws InputError "FILE:LINE: message" unless `condition` holds. Lines count from 1.
template <class... Args>
void require_line(bool condition, std::string_view file, std::uint64_t line, fmt::format_string<Args...> message,
                  Args&&... args) {
  if (!condition) [[unlikely]]
    throw InputError(
        fmt::format("{}:{}: {}", printable(file, 4096), line, fmt::format(message, std::forward<Args>(args)...)));
}

}  // namespace deepboltz
