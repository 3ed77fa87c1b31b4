#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/idx.h"
#include "deepboltz/io/gzip.h"

// The first byte chooses: a gzip file as it is (its checksum stops most inputs), a raw deflate stream, or IDX bytes
// that are gzipped before they are read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  return fuzz_reader(data, size, [](ByteView bytes) {
    if (bytes.empty()) return;
    const ByteView rest = bytes.subspan(1);
    if (bytes[0] % 3 == 0) gunzip(rest, "f", 1 << 20);
    if (bytes[0] % 3 == 1) inflate_raw(rest, "f", 0, bytes[0]);
    if (bytes[0] % 3 == 2) parse_idx(gzip(rest), "f");
  });
}
