#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/io/safetensors.h"

// What is read must also survive being written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) {
    const Archive archive = parse_safetensors(bytes, "f");
    const Bytes written = make_safetensors(archive);
    if (make_safetensors(parse_safetensors(written, "f")) != written) std::abort();
  });
}
