#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/task/code_file.h"

// The hash of the model is that of the corpus, so that mutations reach what is behind it. What is read must have as
// many bytes as its bits and cases say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) {
    const BinaryCodes codes = parse_codes(bytes, "f", "0").codes;
    if (bytes_of(codes).size() != std::size_t(codes.cases() * codes.bytes())) std::abort();
  });
}
