#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/cifar.h"
#include "deepboltz/io/pgm.h"

// PGM pictures and CIFAR records, by the first byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) {
    if (!bytes.empty() && bytes[0] == 'P')
      parse_pgm(bytes, "f");
    else
      parse_cifar(bytes, "f");
  });
}
