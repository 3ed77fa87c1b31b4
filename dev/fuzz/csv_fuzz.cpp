#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  for (const char* column : {"", "-1", "a"})
    fuzz_reader(data, size, [&](ByteView bytes) { parse_csv(bytes, "f", {.label_column = column}); });
  return 0;
}
