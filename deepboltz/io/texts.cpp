#include "deepboltz/io/texts.h"

#include <cstring>

#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

constexpr std::size_t kLength = 4;  // bytes before a text

}  // namespace

void add_texts(const std::string& name, const std::vector<std::string>& texts, Archive& archive) {
  if (texts.empty()) return;
  Bytes bytes;
  for (const std::string& text : texts) {
    append_little(bytes, text.size(), kLength);
    bytes.insert(bytes.end(), text.begin(), text.end());
  }
  Tensor packed(DType::u8, 1, std::int64_t(bytes.size()));
  std::memcpy(packed.data(), bytes.data(), bytes.size());
  archive.add(name, std::move(packed));
}

std::vector<std::string> take_texts(const std::string& name, const Archive& archive) {
  const Tensor& packed = archive.at(name);
  require(packed.dtype() == DType::u8, "{}: '{}': expected bytes", archive.file, name);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(packed.data());
  const std::size_t size = packed.bytes();
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < size;) {
    std::size_t length = 0;
    for (std::size_t i = 0; at + kLength <= size && i < kLength; ++i) length |= std::size_t(bytes[at + i]) << (8 * i);
    require(at + kLength + length <= size, "{}: '{}' ends within text {}", archive.file, name, texts.size());
    texts.emplace_back(reinterpret_cast<const char*>(bytes) + at + kLength, length);
    at += kLength + length;
  }
  return texts;
}

}  // namespace deepboltz
