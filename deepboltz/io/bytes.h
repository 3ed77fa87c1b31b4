// Bytes of a file, and a cursor over them that cannot leave them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deepboltz/io/malformed.h"

namespace deepboltz {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Reads numbers one after the other; running past the end is InputError "FILE: byte N: …". `file` names it in errors.
class ByteReader {
 public:
  ByteReader(ByteView bytes, std::string file, std::uint64_t position = 0)
      : bytes_(bytes), file_(std::move(file)), position_(position) {}

  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return position_ < bytes_.size() ? bytes_.size() - position_ : 0; }
  const std::string& file() const { return file_; }

  ByteView take(std::uint64_t count, std::string_view what) {
    require_at(count <= left(), file_, position_, "the file ends inside {}: {} bytes expected, {} left", what, count,
               left());
    const ByteView taken = bytes_.subspan(position_, count);
    position_ += count;
    return taken;
  }
  std::uint64_t little(int bytes, std::string_view what) {
    const ByteView taken = take(std::uint64_t(bytes), what);
    std::uint64_t value = 0;
    for (int i = bytes; i-- > 0;) value = value << 8 | taken[std::size_t(i)];
    return value;
  }
  std::uint64_t big(int bytes, std::string_view what) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(std::uint64_t(bytes), what)) value = value << 8 | byte;
    return value;
  }

 private:
  ByteView bytes_;
  std::string file_;
  std::uint64_t position_;
};

// bytes ≤ 8
inline void append_little(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(std::uint8_t(value >> (8 * i)));
}
inline void append_big(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes; i-- > 0;) out.push_back(std::uint8_t(value >> (8 * i)));
}
inline void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

}  // namespace deepboltz
