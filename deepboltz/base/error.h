// The user's mistakes and the world's, as exceptions; each kind carries the exit code that the command line returns.
//
//   InputError      2   usage, or content that is malformed
//   FileError       3   a file that is missing, unreadable or cannot be written
//   NumericalError  4   a number that is not finite; step and tensor named
//   DeviceError     5   a device that is absent
//   Interrupted   130   the caller asked to stop (143 when it was SIGTERM: the command line knows)
//
// Our own mistakes are DEEPBOLTZ_ASSERT, in development builds. The core never prints, exits or aborts.
#pragma once

#include <cassert>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace deepboltz {

class Error : public std::runtime_error {
 public:
  Error(const std::string& what, int exit_code) : std::runtime_error(what), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

struct InputError : Error {
  explicit InputError(const std::string& what) : Error(what, 2) {}
};
struct FileError : Error {
  explicit FileError(const std::string& what) : Error(what, 3) {}
};
struct NumericalError : Error {
  explicit NumericalError(const std::string& what) : Error(what, 4) {}
};
struct DeviceError : Error {
  explicit DeviceError(const std::string& what) : Error(what, 5) {}
};

struct Interrupted : Error {
  explicit Interrupted(const std::string& what) : Error(what, 130) {}
};

// Throws InputError with the formatted message unless `condition` holds.
template <class... Args> void require(bool condition, fmt::format_string<Args...> message, Args&&... args) {
  if (!condition) [[unlikely]]
    throw InputError(fmt::format(message, std::forward<Args>(args)...));
}

}  // namespace deepboltz

#define DEEPBOLTZ_ASSERT(condition) assert(condition)
