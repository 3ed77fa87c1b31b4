#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/npy_data.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) { parse_npy_data(bytes, "f"); });
}
