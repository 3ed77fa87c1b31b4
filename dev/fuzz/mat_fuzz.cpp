#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/mat_data.h"

// MAT-files: the only matrix as numbers, and the one named x with its labels, columns as cases.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  fuzz_reader(data, size, [](ByteView bytes) { parse_mat_data(bytes, "f", {.numbers = true}); });
  return fuzz_reader(data, size, [](ByteView bytes) {
    parse_mat_data(bytes, "f", {.data_key = "x", .label_key = "y", .cases_in_columns = true});
  });
}
