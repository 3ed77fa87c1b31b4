#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/io/tar.h"

// What is read lies inside the archive, and no path leads out of the folder that it is in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) {
    std::uint64_t sum = 0;
    for (const TarFile& file : parse_tar(bytes, "f")) {
      if (file.path.empty() || file.path.front() == '/' || ("/" + file.path + "/").find("/../") != std::string::npos)
        std::abort();
      for (const std::uint8_t byte : file.bytes) sum += byte;
    }
    if (sum > 255 * bytes.size()) std::abort();
  });
}
