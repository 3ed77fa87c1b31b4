#include "dev/fuzz/fuzz_reader.h"

#include "deepboltz/data/documents.h"
#include "deepboltz/data/docword.h"
#include "deepboltz/data/libsvm.h"
#include "deepboltz/data/text_data.h"

// Every reader of documents gets the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deepboltz;
  const ReadOptions known{.vocabulary = {"a", "b", "c"}, .words = 5};
  fuzz_reader(data, size, [&](ByteView bytes) { parse_libsvm(bytes, "f", known); });
  fuzz_reader(data, size, [&](ByteView bytes) { parse_libsvm(bytes, "f"); });
  fuzz_reader(data, size, [&](ByteView bytes) { parse_libsvm(bytes, "f", {.keep = {"2", "1"}}); });
  fuzz_reader(data, size, [&](ByteView bytes) { parse_docword(bytes, "f"); });
  fuzz_reader(data, size, [&](ByteView bytes) { parse_matrix_market(bytes, "f"); });
  fuzz_reader(data, size, [&](ByteView bytes) { parse_text(bytes, "f", {.words = 5}); });
  fuzz_reader(data, size, [&](ByteView bytes) { parse_vocabulary(bytes, "f"); });
  return 0;
}
