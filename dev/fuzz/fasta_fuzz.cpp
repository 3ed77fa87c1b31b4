#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/sequences.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  for (const double identity : {0.0, 0.8})
    fuzz_reader(data, size, [&](ByteView bytes) { parse_sequences(bytes, "f", {.identity = identity}); });
  return 0;
}
