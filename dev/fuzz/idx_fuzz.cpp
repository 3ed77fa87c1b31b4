#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/idx.h"

// IDX data and labels, plain or gzipped.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  fuzz_reader(data, size, [](ByteView bytes) { parse_idx_labels(bytes, "f"); });
  return fuzz_reader(data, size, [](ByteView bytes) { parse_idx(bytes, "f"); });
}
