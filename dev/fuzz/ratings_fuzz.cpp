#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/films.h"
#include "deepboltz/data/ratings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  fuzz_reader(data, size, [&](ByteView bytes) { require_distinct(parse_ratings(bytes, "f", {}), "f"); });
  fuzz_reader(data, size, [&](ByteView bytes) { parse_ratings(bytes, "f", {0.5, 5, 0.5}); });
  fuzz_reader(data, size, [&](ByteView bytes) { require_distinct(parse_seen(bytes, "f"), "f"); });
  return fuzz_reader(data, size, [&](ByteView bytes) { parse_films(bytes, "f"); });
}
