#include "dev/fuzz/fuzz_reader.h"
#include <zlib.h>

#include "deepboltz/io/png.h"

namespace {

// Sets the checksums of the chunks right, so that what is in them is reached.
void mend_checksums(std::uint8_t* data, std::size_t size) {
  for (std::size_t at = 8; at + 12 <= size;) {
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | data[at + i];
    if (at + 12 + length > size) return;
    const auto checksum = std::uint32_t(crc32_z(0, data + at + 4, length + 4));
    for (std::size_t i = 0; i < 4; ++i) data[at + 8 + length + i] = std::uint8_t(checksum >> (24 - 8 * i));
    at += 12 + length;
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 8 != 0) mend_checksums(data, size);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  fuzz_reader(data, size, [](ByteView bytes) { parse_png_colour(bytes, "f"); });
  return fuzz_reader(data, size, [](ByteView bytes) { parse_png_grey(bytes, "f"); });
}
