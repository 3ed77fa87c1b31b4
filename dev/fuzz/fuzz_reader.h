// What every fuzz target does: the reader gets the bytes, and may refuse them by an InputError of one line. Anything
// else that is thrown, a crash, a sanitizer's report, more than 2 GB of memory or 10 s of time is a finding.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deepboltz/base/error.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

template <class Read> int fuzz_reader(const std::uint8_t* data, std::size_t size, Read&& read) {
  try {
    read(ByteView(data, size));
  } catch (const InputError& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
  }
  return 0;
}

}  // namespace deepboltz
