// Writes small valid files of every format, for the fuzzers to begin with. usage: make_corpus FOLDER
#include <cmath>
#include <filesystem>
#include <string>

#include "deepboltz/data/idx.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/io/zip.h"

namespace {

using namespace deepboltz;

std::filesystem::path root;
int files = 0;

void put(const char* target, ByteView bytes) {
  std::filesystem::create_directories(root / target);
  write_file(root / target / std::to_string(files++), bytes);
}
void put(const char* target, std::string_view text) { put(target, as_bytes(text)); }

Bytes led_by(std::uint8_t first, ByteView bytes) {
  Bytes out{first};
  append(out, bytes);
  return out;
}

Bytes ramp(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = std::uint8_t(i);
  return bytes;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  root = arguments[1];

  Dataset pictures{"pictures", Tensor(DType::u8, 2, 12), 4, 3, {1, 0}}, rows{"rows", Tensor(DType::u8, 3, 2)};
  for (const Dataset* data : {&pictures, &rows}) {
    put("idx", make_idx(*data));
    put("idx", gzip(make_idx(*data)));
    put("gzip", led_by(2, make_idx(*data)));
  }
  put("idx", make_idx_labels({1, 0, 2}));
  put("gzip", led_by(0, gzip(ramp(300))));
  put("gzip", led_by(100, deflate_raw(ramp(100))));

  const Bytes numbers = ramp(48);
  for (const char kind : {'u', 'i', 'f', 'b'})
    for (const int bytes : {1, 2, 4, 8})
      for (const bool fortran : {false, true}) {
        if ((kind == 'f' && bytes < 4) || (kind == 'b' && bytes > 1)) continue;
        put("npy",
            make_npy({{kind, bytes, fortran}, fortran, {2, 3}, ByteView(numbers).first(std::size_t(6 * bytes))}));
      }
  const Bytes cases = make_npy({{'u', 1, false}, false, {3, 2}, ByteView(numbers).first(6)});
  const Bytes labels = make_npy({{'u', 1, false}, false, {3}, ByteView(numbers).first(3)});
  for (const bool packed : {false, true})
    put("npz", make_zip({{"x.npy", cases, packed}, {"y.npy", labels, packed}, {"d.npy", labels, false}}));

  put("fasta", ">a\nACD-\n>b\nACaE.K\n>c\nWW\nYY\n");
  put("fasta", gzip(as_bytes(">a\nAC\n>b\nCC\n")));
  put("csv", "a,b,label\n0,0.5,1\n1,0.25,0\n");
  put("csv", "0\t128\tcat\r\n255\t1\tdog\r\n");
  put("csv", "\"a\";\"b\"\n1;0\n");
  put("csv", gzip(as_bytes("0,1\n1,0\n")));

  put("png", make_png({4, 5, 1, ramp(20)}));
  put("png", make_png({3, 2, 3, ramp(18)}));

  Archive archive;
  archive.add("weight", Tensor(DType::f32, 2, 3));
  archive.add("count", Tensor(DType::f64, 1, 1), {});
  archive.add("bytes", Tensor(DType::u8, 2, 3), {1, 2, 3});
  archive.metadata = {{"recipe", "seed = 3\n"}, {"β", "\"½\""}};
  put("safetensors", make_safetensors(archive));
  put("safetensors", make_safetensors({}));
  return 0;
}
