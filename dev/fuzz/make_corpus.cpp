// Writes small valid files of every format, for the fuzzers to begin with. usage: make_corpus FOLDER
#include <cmath>
#include <filesystem>
#include <string>

#include "deepboltz/data/idx.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/mat.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/pgm.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/io/tar.h"
#include "deepboltz/io/wav.h"
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

  for (const char* text :
       {"1 1:2 3:1 # a\n2,3 2:1\n", "2\n3\n2\n1 3 1\n2 1 4\n",
        "%%MatrixMarket matrix coordinate integer general\n% a\n2 3 1\n1 2 3\n", "The cat and a dog\n\ncat dog cat\n"})
    put("documents", text);

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

  for (const bool packed : {false, true}) {
    const MatMatrix x{"x", {{'u', 2}, true, {3, 4}, ByteView(numbers).first(24)}, {}},
        y{"y", {{'u', 1}, true, {1, 4}, ByteView(numbers).first(4)}, {}},
        z{"z", {{'f', 8}, true, {2, 3}, ByteView(numbers)}, {}};
    put("mat", make_mat({x, y}, packed));
    put("mat", make_mat({z}, packed));
  }
  put("images", make_pgm({3, 2, 1, ramp(6)}));
  put("images", "P5 # 1\n2 1 100 \x1\x2");
  put("images", gzip(Bytes(3073)));

  put("fasta", ">a\nACD-\n>b\nACaE.K\n>c\nWW\nYY\n");
  put("fasta", gzip(as_bytes(">a\nAC\n>b\nCC\n")));
  put("csv", "a,b,label\n0,0.5,1\n1,0.25,0\n");
  put("csv", "0\t128\tcat\r\n255\t1\tdog\r\n");
  put("csv", "\"a\";\"b\"\n1;0\n");
  put("csv", gzip(as_bytes("0,1\n1,0\n")));

  put("ratings", "1\t2\t3\t881250949\n1\t3\t5\t0\n");
  put("ratings", "1::2::3::978824268\r\n1::3::5::0\r\n");
  put("ratings", "userId,movieId,rating,timestamp\n1,2,3.5,4\n");
  put("ratings", "1::A (1990)::Comedy|Drama\n2::L\xE9on::Drama\n");
  put("ratings", "movieId,title,genres\n1,\"A, \"\"B\"\"\",Drama\n");
  put("ratings", "1|A|01-Jan-1995||http://x|0|0|1|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n");

  put("png", make_png({4, 5, 1, ramp(20)}));
  put("png", make_png({3, 2, 3, ramp(18)}));

  Archive archive;
  archive.add("weight", Tensor(DType::f32, 2, 3));
  archive.add("count", Tensor(DType::f64, 1, 1), {});
  archive.add("bytes", Tensor(DType::u8, 2, 3), {1, 2, 3});
  archive.metadata = {{"recipe", "seed = 3\n"}, {"β", "\"½\""}};
  put("safetensors", make_safetensors(archive));
  put("safetensors", make_safetensors({}));
  put("tar", make_tar({{"a", ByteView(numbers).first(5)}, {"b/c", {}}}));
  for (const int bits : {8, 16, 24}) put("wav", make_wav({8'000, {0, 0.5F, -1}}, bits));
  for (const int bits : {3, 8, 20}) {
    Archive codes;
    codes.add("codes", Tensor(DType::u8, 4, (bits + 7) / 8));
    codes.add("thresholds", Tensor(DType::f32, 1, bits));
    codes.metadata = {
        {"kind", "binary codes"}, {"bits", std::to_string(bits)}, {"cases", "4"}, {"layer", "top"}, {"made_by", "0"}};
    put("codes", make_safetensors(codes));
    // With documents: two words in the first, none in the others.
    Tensor lengths(DType::f32, 1, 4), words(DType::f32, 1, 2), counts(DType::f32, 1, 2);
    lengths.set(0, 0, 2);
    words.set(0, 1, 5);
    counts.set(0, 0, 3);
    counts.set(0, 1, 1);
    codes.add("documents/lengths", std::move(lengths));
    codes.add("documents/words", std::move(words));
    codes.add("documents/counts", std::move(counts));
    codes.metadata["words"] = "7";
    put("codes", make_safetensors(codes));
  }
  return 0;
}
