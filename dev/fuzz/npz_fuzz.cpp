#include <cstring>

#include "dev/fuzz/fuzz_reader.h"
#include <zlib.h>

#include "deepboltz/data/npy_data.h"

namespace {

std::uint32_t little(const std::uint8_t* at, int bytes) {
  std::uint32_t value = 0;
  for (int i = bytes; i-- > 0;) value = value << 8 | at[i];
  return value;
}

// Sets the checksums of stored entries right, so that changed contents get past them.
void mend_checksums(std::uint8_t* data, std::size_t size) {
  for (std::size_t at = 0; at + 46 < size; ++at) {
    if (std::memcmp(data + at, "PK\1\2", 4) != 0 || little(data + at + 10, 2) != 0) continue;
    const std::uint64_t local = little(data + at + 42, 4), length = little(data + at + 20, 4);
    if (local + 30 > size) continue;
    const std::uint64_t start = local + 30 + little(data + local + 26, 2) + little(data + local + 28, 2);
    if (start + length > size) continue;
    const auto checksum = std::uint32_t(crc32_z(0, data + start, length));
    for (int i = 0; i < 4; ++i) data[at + 16 + std::size_t(i)] = std::uint8_t(checksum >> (8 * i));
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 4 != 0) mend_checksums(data, size);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  fuzz_reader(data, size, [](ByteView bytes) { parse_npz_data(bytes, "f"); });
  return fuzz_reader(data, size, [](ByteView bytes) { parse_npz_data(bytes, "f", {.where = {{"d", 1, 2}}}); });
}
