#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/io/wav.h"

// There are no more samples than bytes, and each is in [−1, 1).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) {
    const Sound sound = parse_wav(bytes, "f");
    if (sound.samples.size() > bytes.size()) std::abort();
    for (const float sample : sound.samples)
      if (!(sample >= -1 && sample < 1)) std::abort();
  });
}
