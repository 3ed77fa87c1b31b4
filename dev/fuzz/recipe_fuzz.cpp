#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/recipe/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) { parse_recipe(kinds(), as_text(bytes), "f"); });
}
