// Every reader refuses every damaged file with one line that names the file and the place, and asks for little memory.
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <regex>

#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "deepboltz/data/idx.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/mat.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/pgm.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {
namespace {

using Reader = std::function<void(const std::filesystem::path&)>;

long peak_memory() {  // KiB
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Puts damaged files before the readers, and counts them.
class Refusals {
 public:
  explicit Refusals(std::string file_name, Reader read) : name_(std::move(file_name)), read_(std::move(read)) {}

  void accepts(ByteView bytes) {
    put(bytes);
    EXPECT_NO_THROW(read_(folder_ / name_)) << name_;
  }
  void refuses(ByteView bytes, const std::string& what) {
    ++count_;
    put(bytes);
    const long before = peak_memory();
    try {
      read_(folder_ / name_);
      ADD_FAILURE() << name_ << ", " << what << ": not refused";
    } catch (const InputError& error) {
      static const std::regex place(R"([^\n]*(: byte \d+: |:\d+: )[^\n]+)");
      const std::string message = error.what();
      EXPECT_TRUE(std::regex_match(message, place)) << what << ": " << message;
      EXPECT_THAT(message, ::testing::HasSubstr(name_)) << what;
      EXPECT_LT(message.size(), 600u) << what;
    }
#ifndef DEEPBOLTZ_SANITIZED  // whose own bookkeeping counts as memory
    EXPECT_LT(peak_memory() - before, 32 * 1024) << what;
#endif
  }
  void refuses(std::string_view text, const std::string& what) { refuses(as_bytes(text), what); }
  // Cut off at every byte from `first` on, `step` apart.
  void refuses_every_truncation(const Bytes& good, std::size_t first = 0, std::size_t step = 1) {
    for (std::size_t size = first; size < good.size(); size += step)
      refuses(ByteView(good).first(size), fmt::format("cut off at byte {}", size));
  }
  // Each bit of bytes `from` … `to` − 1 flipped.
  void refuses_flipped_bits(const Bytes& good, std::size_t from, std::size_t to) {
    for (std::size_t bit = 8 * from; bit < 8 * to; ++bit) {
      Bytes damaged = good;
      damaged[bit / 8] ^= std::uint8_t(1 << bit % 8);
      refuses(damaged, fmt::format("bit {} flipped", bit));
    }
  }
  // Anything may come of it but a crash, or a message without a place.
  void survives_random_damage(const Bytes& good, int times) {
    std::uint32_t state = 12345;
    for (int i = 0; i < times; ++i) {
      Bytes damaged = good;
      for (int hits = 0; hits < 3; ++hits) {
        state = state * 1664525 + 1013904223;
        damaged[(state >> 8) % damaged.size()] ^= std::uint8_t(1 << (state >> 5) % 8);
      }
      put(damaged);
      try {
        read_(folder_ / name_);
      } catch (const InputError& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr(name_));
      }
    }
  }
  int count() const { return count_; }

 private:
  void put(ByteView bytes) {  // neither write_file nor overwriting: both wait for the disk
    std::filesystem::remove(folder_ / name_);
    std::ofstream(folder_ / name_, std::ios::binary) << as_text(bytes);
  }

  testing::TempFolder folder_;
  std::string name_;
  Reader read_;
  int count_ = 0;
};

Dataset small_pictures() {
  Dataset data{"small", Tensor(DType::u8, 3, 12), 4, 3, {0, 2, 1}};
  for (int i = 0; i < 36; ++i) data.x.as<std::uint8_t>().row(0)[i] = std::uint8_t(7 * i);
  return finished(std::move(data));
}

Bytes with_big(Bytes bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = std::uint8_t(value >> (8 * (3 - i)));
  return bytes;
}
Bytes with_little(Bytes bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes[at + i] = std::uint8_t(value >> (8 * i));
  return bytes;
}
Bytes longer(Bytes bytes) {
  bytes.push_back(0);
  return bytes;
}

const Reader kReadData = [](const auto& path) { read_data(path); };

int idx() {
  Refusals test("x-images-idx3-ubyte", kReadData);
  const Bytes good = make_idx(small_pictures());
  test.accepts(good);
  test.refuses_every_truncation(good);
  test.refuses_flipped_bits(good, 0, 16);
  for (const std::size_t at : {4, 8, 12})
    for (const std::uint32_t size : {0u, 1u, 2u, 5u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu})
      test.refuses(with_big(good, at, size), fmt::format("size {} at {}", size, at));
  test.refuses(longer(good), "a byte more");
  test.survives_random_damage(good, 200);
  return test.count();
}

int idx_gz() {
  Refusals test("x-images-idx3-ubyte.gz", kReadData);
  const Bytes plain = make_idx(small_pictures()), good = gzip(plain);
  test.accepts(good);
  test.refuses_every_truncation(good);
  test.refuses_flipped_bits(good, good.size() - 8, good.size());  // checksum and length
  for (const std::size_t at : {4, 8, 12})
    for (const std::uint32_t size : {0u, 1u, 0x7FFFFFFFu, 0xFFFFFFFFu})
      test.refuses(gzip(with_big(plain, at, size)), fmt::format("size {} at {}", size, at));
  test.refuses(gzip(longer(plain)), "a byte more inside");
  test.refuses(longer(good), "a byte more outside");
  test.refuses(gzip({}), "nothing inside");
  Bytes bomb = plain;
  bomb.resize(50'000'000);
  test.refuses(gzip(bomb), "50 MB that no header promised");
  test.survives_random_damage(good, 200);
  return test.count();
}

int idx_labels() {
  testing::TempFolder folder;
  write_file(folder / "x.idx", make_idx(small_pictures()));
  Refusals test("labels.idx", [&](const auto& path) { read_idx(folder / "x.idx", {.labels = path}); });
  const Bytes good = make_idx_labels({1, 2, 0});
  test.accepts(good);
  test.refuses_every_truncation(good);
  test.refuses_flipped_bits(good, 0, 8);
  test.refuses(make_idx_labels({1, 2}), "too few");
  test.refuses(make_idx_labels({1, 2, 0, 0}), "too many");
  test.refuses(make_idx(small_pictures()), "pictures for labels");
  return test.count();
}

Bytes npy_of(const std::vector<double>& values, std::vector<std::int64_t> shape) {
  return make_npy({{'f', 8, false},
                   false,
                   std::move(shape),
                   {reinterpret_cast<const std::uint8_t*>(values.data()), 8 * values.size()}});
}

Bytes with_text(const Bytes& bytes, std::string_view from, std::string_view to) {
  std::string text(as_text(bytes));
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return {text.begin(), text.end()};
}

int npy() {
  Refusals test("x.npy", kReadData);
  const Bytes good = npy_of({0, 0.5, 1, 0.25, 0.125, 1}, {2, 3});
  test.accepts(good);
  test.refuses_every_truncation(good, 0, 3);
  test.refuses_flipped_bits(good, 0, 8);  // magic and version
  for (const std::uint64_t length : {0u, 1u, 20u, 117u, 119u, 200u, 65'535u})
    test.refuses(with_little(good, 8, length, 2), fmt::format("header length {}", length));
  for (const char* type :
       {"'<f2'", "'<c8'", "'|O8'", "'|V8'", "'<U2'", "'|S8'", "'<M8'", "'<f9'", "'f8'", "''", "[]", "'<i8"})
    test.refuses(with_text(good, "'<f8'", type), std::string("type ") + type);
  for (const char* shape : {"(2, 4, )", "(2, 2, )", "(0, 3, )", "(6, )", "()", "(2, 3, 1, 1, )", "(-2, -3, )",
                            "(2, 3.0, )", "(9223372036854775807, 3, )", "(99999999999999999999, 3, )",
                            "(4611686018427387904, 4, )", "[2, 3]", "(2, 3", "(a, )", "None"})
    test.refuses(with_text(good, "(2, 3, )", shape), std::string("shape ") + shape);
  for (const char* order : {"None", "true", "0", "Fals"})
    test.refuses(with_text(good, "False", order), std::string("order ") + order);
  for (const char* key : {"descx", "shape", "fortran_order", ""})
    test.refuses(with_text(good, "descr", key), std::string("key ") + key);
  for (const double value : {-0.5, 1.5, 255.5, 256.0, -1.0, 1e300, double(NAN), double(INFINITY), -double(INFINITY)})
    for (int at = 0; at < 6; at += 5) {
      std::vector<double> values = {0, 0.5, 1, 0.25, 0.125, 1};
      values[std::size_t(at)] = value;
      test.refuses(npy_of(values, {2, 3}), fmt::format("the value {}", value));
    }
  test.refuses(npy_of({0.5, 200}, {1, 2}), "a fraction beside a byte");
  test.refuses(longer(good), "a byte more");
  test.survives_random_damage(good, 300);
  return test.count();
}

int npz() {
  Refusals test("x.npz", [](const auto& path) { read_data(path, {.where = {{"drawer", 1, 2}}}); });
  const std::uint8_t pixels[6] = {0, 50, 100, 150, 200, 250}, labels[3] = {0, 1, 2}, drawers[3] = {1, 2, 3};
  const auto array = [](ByteView values, std::vector<std::int64_t> shape) {
    return make_npy({{'u', 1, false}, false, std::move(shape), values});
  };
  const Bytes x = array(pixels, {3, 2}), y = array(labels, {3}), d = array(drawers, {3});
  const auto zip = [&](const Bytes& cases, const Bytes& of_class, const Bytes& of_drawer) {
    return make_zip({{"images.npy", cases, true}, {"labels.npy", of_class, false}, {"drawer.npy", of_drawer, true}});
  };
  const Bytes good = zip(x, y, d);
  test.accepts(good);
  test.refuses_every_truncation(good, 0, 7);
  const std::size_t end =
      good.size() - 22;  // the end record: signature, disks, counts, size and place of the directory
  test.refuses_flipped_bits(good, end, good.size());
  const std::size_t directory = good[end + 16] | std::size_t(good[end + 17]) << 8;
  test.refuses_flipped_bits(good, directory, directory + 4);        // signature
  test.refuses_flipped_bits(good, directory + 10, directory + 12);  // method
  test.refuses_flipped_bits(good, directory + 16, directory + 28);  // checksum and sizes
  test.refuses_flipped_bits(good, directory + 28, directory + 34);  // lengths of name, extra field and comment
  test.refuses_flipped_bits(good, directory + 42, directory + 46);  // place
  test.refuses(with_little(good, directory + 24, 0xFFFFFFF0, 4), "an unpacked size of 4 GB");
  test.refuses(with_little(good, directory + 20, 0xFFFFFFF0, 4), "a packed size of 4 GB");
  test.refuses(make_zip({{"labels.npy", y, false}}), "no cases");
  test.refuses(make_zip({{"images.npy", x, false}, {"labels.npy", y, false}}), "no drawers");
  test.refuses(make_zip({{"images.npy", x, false}, {"images.npy", x, false}, {"drawer.npy", d, false}}), "cases twice");
  test.refuses(make_zip({}), "an empty archive");
  test.refuses(zip(y, y, d), "cases of one dimension");
  test.refuses(zip(x, x, d), "labels of two dimensions");
  test.refuses(zip(x, array(ByteView(labels).first(2), {2}), d), "too few labels");
  test.refuses(zip(x, y, array(ByteView(drawers).first(2), {2})), "too few drawers");
  test.refuses(zip(x, npy_of({0, 1, 2}, {3}), d), "labels with a fraction");
  test.refuses(zip(x, y, array(labels, {1, 3})), "drawers of two dimensions");
  test.refuses(zip(x, y, array(ByteView(pixels).subspan(3), {3})), "no case in the range");
  test.refuses(zip({}, y, d), "an empty array");
  test.survives_random_damage(good, 300);
  return test.count();
}

int csv() {
  Refusals test("x.csv", kReadData);
  const std::string good = "a,b,c\n0,0.5,1\n1,0.25,0\n";
  test.accepts(as_bytes(good));
  for (const char* cell : {"nan", "NaN", "inf", "-inf", "-1",  "1.5", "256",    "-0.1", "1e999", "0x10", "1,1",
                           "",    "x",   "1 1", "1..",  "--1", "\"1", "\"1\"2", "\xff", "0.5.",  "1e",   "٣"}) {
    for (const std::size_t at : {good.find("0.5"), good.find("0.25")}) {
      std::string text = good;
      text.replace(at, at == good.find("0.5") ? 3 : 4, cell);
      test.refuses(text, fmt::format("the cell '{}'", cell));
    }
  }
  test.refuses("", "an empty file");
  test.refuses("\n", "an empty line");
  test.refuses("\xEF\xBB\xBF", "a byte-order mark alone");
  test.refuses("a,b\n", "names alone");
  test.refuses("0,1\n0\n", "a row too short");
  test.refuses("0,1\n0,1,0\n", "a row too long");
  test.refuses("0,1\n\n0,1\n", "an empty line in the middle");
  test.refuses("0,1\n0;1\n", "another separator");
  test.refuses("0,1\n0,1,\n", "a separator too many");
  test.refuses(std::string("0,1\n0,\0\n", 8), "a zero byte");
  test.refuses(std::string(2'000'000, ','), "two million columns");
  test.refuses("0," + std::string(1'000'000, '1') + "\n", "a million digits");
  test.refuses("0.5,200\n", "a fraction beside a byte");
  test.refuses("0,1\n0,0.5\n200,1\n", "a byte after a fraction");
  test.refuses(gzip(as_bytes("0,1\n0,2,3\n")), "gzipped, ragged");
  test.refuses("\"a,b\n0,1\n", "a quote that does not close");
  for (std::size_t cut = 1; cut < 20; ++cut) {
    const Bytes packed = gzip(as_bytes(good));
    test.refuses(ByteView(packed).first(packed.size() - cut), fmt::format("gzipped, {} bytes short", cut));
  }
  return test.count();
}

int csv_labels() {
  Refusals test("y.csv", [](const auto& path) { read_data(path, {.label_column = "digit"}); });
  test.accepts(as_bytes("digit,a,b\n3,0,1\n0,1,1\n"));
  test.refuses("number,a,b\n3,0,1\n", "no such column");
  test.refuses("3,0,1\n", "no header");
  test.refuses("digit,a,b\n,0,1\n", "an empty label");
  test.refuses("digit\n3\n", "labels alone");
  test.refuses("digit,a,b\n", "no rows");
  test.refuses("digit,a,b\n3\n", "a label alone in its row");
  return test.count();
}

int png() {
  Refusals test("x.png", kReadData);
  Image image{5, 6, 1, Bytes(30)};
  for (std::size_t i = 0; i < 30; ++i) image.pixels[i] = std::uint8_t(8 * i);
  const Bytes good = make_png(image);
  test.accepts(good);
  test.refuses_every_truncation(good);
  test.refuses_flipped_bits(good, 4, 33);  // the first bytes say that it is a PNG at all
  test.refuses(longer(good), "a byte more");
  test.survives_random_damage(good, 200);
  return test.count();
}

Bytes mat_of(const std::vector<double>& values, std::int64_t rows, std::int64_t columns, bool compressed) {
  return make_mat(
      {{"ff",
        {{'f', 8}, true, {rows, columns}, {reinterpret_cast<const std::uint8_t*>(values.data()), 8 * values.size()}},
        {}}},
      compressed);
}

int mat() {
  Refusals test("x.mat", kReadData);
  const std::vector<double> values = {0, 0.5, 1, 0.25, 0.125, 1};
  const Bytes good = mat_of(values, 2, 3, false);
  test.accepts(good);
  test.refuses_every_truncation(good, 0, 3);
  test.refuses_flipped_bits(good, 126, 128);  // byte order
  test.refuses_flipped_bits(good, 132, 136);  // the matrix' size
  test.refuses_flipped_bits(good, 152, 168);  // the sizes, with their tag
  for (const std::uint32_t version : {0u, 0x0200u, 0x0101u, 0x0001u})
    test.refuses(with_little(good, 124, version, 2), fmt::format("version {}", version));
  for (const std::uint64_t type : {0u, 1u, 13u, 16u, 99u})
    test.refuses(with_little(good, 128, type, 4), fmt::format("an element of type {}", type));
  for (const std::uint64_t kind : {0u, 1u, 2u, 3u, 4u, 5u, 16u, 0x0806u})
    test.refuses(with_little(good, 144, kind, 4), fmt::format("an array of class {}", kind));
  for (const std::size_t at : {160, 164})
    for (const std::uint64_t size : {0u, 1u, 4u, 5u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu})
      test.refuses(with_little(good, at, size, 4), fmt::format("size {} at {}", size, at));
  for (const std::uint64_t type : {0u, 3u, 8u, 10u, 11u, 14u, 15u, 16u, 200u})
    test.refuses(with_little(good, 184, type, 4), fmt::format("numbers of type {}", type));
  for (const std::uint64_t size : {0u, 8u, 40u, 56u, 0xFFFFFFF0u})
    test.refuses(with_little(good, 188, size, 4), fmt::format("{} bytes of numbers", size));
  for (const double value : {-0.5, 1.5, 256.0, double(NAN), double(INFINITY)}) {
    std::vector<double> damaged = values;
    damaged[4] = value;
    test.refuses(mat_of(damaged, 2, 3, true), fmt::format("the value {}", value));
  }
  test.refuses(make_mat({}), "no matrix");
  test.refuses(mat_of({0, 1}, 1, 2, false), "a vector alone");
  test.refuses(longer(good), "a byte more");
  const Bytes packed = mat_of(values, 2, 3, true);
  test.accepts(packed);
  test.refuses_every_truncation(packed, 129, 2);
  test.refuses_flipped_bits(packed, packed.size() - 4, packed.size());  // checksum
  test.survives_random_damage(good, 300);
  test.survives_random_damage(packed, 300);
  return test.count();
}

int cifar() {
  Refusals test("x.bin", kReadData);
  Bytes good(2 * 3073);
  for (std::size_t i = 0; i < good.size(); ++i) good[i] = std::uint8_t(i % 10);
  test.accepts(good);
  test.refuses_every_truncation(good, 0, 128);
  for (const int label : {10, 11, 128, 255})
    for (const std::size_t at : {0, 3073})
      test.refuses(with_little(good, at, std::uint64_t(label), 1), fmt::format("class {} at {}", label, at));
  test.refuses(longer(good), "a byte more");
  const Bytes packed = gzip(good);
  test.refuses_every_truncation(packed, 2);
  return test.count();
}

int pgm() {
  Refusals test("x.pgm", kReadData);
  Image image{2, 3, 1, {0, 50, 100, 150, 200, 250}};
  const Bytes good = make_pgm(image);
  test.accepts(good);
  test.accepts(as_bytes("P5 # a comment\n 1 # another\n1 3\n\3"));
  test.refuses_every_truncation(good, 2);
  test.refuses(longer(good), "a byte more");
  for (const char* text : {"P2\n1 1\n255\n\x1",
                           "P4\n8 1\n\x1",
                           "P6\n1 1\n255\n\x1\x1\x1",
                           "P5",
                           "P5\n",
                           "P5\n1",
                           "P5\n1 1",
                           "P5\n1 1\n",
                           "P5\n1 1\n255",
                           "P5\n-1 1\n255\n\x1",
                           "P5\n1 x\n255\n\x1",
                           "P5\n0 1\n255\n\x1",
                           "P5\n1 0\n255\n\x1",
                           "P5\n1 1\n0\n\x1",
                           "P5\n1 1\n256\n\x1",
                           "P5\n1 1\n65535\n\x1",
                           "P5\n1 1\n3\n\x4",
                           "P5\n1 1 1 1\n3\n\x1",
                           "P5\n16385 1\n255\n\x1",
                           "P5\n1 99999999999999999999\n255\n\x1",
                           "P5\n16384 16384\n255\n\x1",
                           "P5\n1 1#255\n\x1",
                           "P5x1 1 255\n\x1",
                           "P5\n1 1\n255x\x1",
                           "P5\n1.0 1\n255\n\x1",
                           "P5\n# 1 1 255 \x1",
                           "P5\n1 2\n255\n\x1",
                           "P5\n2 1\n255\n\x1",
                           "P5\n1 1\n255\n\x1\x1",
                           "P5\n\n\n\n",
                           "P5 1 1 2550 \x1",
                           "p5\n1 1\n255\n\x1",
                           "P5\n1,1\n255\n\x1",
                           "P5\n1 1\n\n",
                           "P5\n1 1\n255 \x1\x1",
                           "P5#\n"})
    test.refuses(text, text);
  test.survives_random_damage(good, 200);
  return test.count();
}

int safetensors() {
  Refusals test("x.safetensors", [](const auto& path) { read_safetensors(path); });
  Archive archive;
  archive.add("weight", Tensor(DType::f32, 2, 3));
  archive.add("bytes", Tensor(DType::u8, 1, 5), {5});
  archive.metadata["recipe"] = "seed = 3";
  const Bytes good = make_safetensors(archive);
  test.accepts(good);
  test.refuses_every_truncation(good);
  test.refuses_flipped_bits(good, 0, 8);
  const std::pair<const char*, const char*> lies[] = {
      {"[0,24]", "[0,23]"},       {"[0,24]", "[1,25]"},       {"[0,24]", "[24,0]"},       {"[0,24]", "[0,99]"},
      {"[0,24]", "[-1,3]"},       {"[0,24]", "[0,2]."},       {"[24,29]", "[23,28]"},     {"[24,29]", "[25,30]"},
      {"[24,29]", "[24,24]"},     {"[2,3]", "[3,3]"},         {"[2,3]", "[2,0]"},         {"[2,3]", "[2]  "},
      {"[2,3]", "[2,-]"},         {"\"F32\"", "\"F64\""},     {"\"F32\"", "\"I32\""},     {"\"F32\"", "\"f32\""},
      {"\"bytes\"", "\"weigh\""}, {"\"U8\"", "\"U9\""},       {"\"shape\"", "\"shap\":"}, {"{\"__", "[\"__"},
      {"dtype", "dtypf"},         {"seed = 3\"", "seed = 3 "}};
  for (const auto& [from, to] : lies) {
    if (std::string_view(to) == "\"weigh\"") continue;  // another name is no lie
    test.refuses(with_text(good, from, to), fmt::format("{} for {}", to, from));
  }
  test.refuses(longer(good), "a byte more");
  test.survives_random_damage(good, 300);
  return test.count();
}

TEST(Malformed, EveryReaderRefusesEveryDamagedFile) {
  const std::map<std::string, int> counts = {{"idx", idx()},
                                             {"idx.gz", idx_gz()},
                                             {"labels", idx_labels()},
                                             {"npy", npy()},
                                             {"npz", npz()},
                                             {"csv", csv() + csv_labels()},
                                             {"png", png()},
                                             {"safetensors", safetensors()},
                                             {"mat", mat()},
                                             {"cifar", cifar()},
                                             {"pgm", pgm()}};
  int total = 0;
  for (const auto& [reader, count] : counts) {
    std::printf("  %-12s %4d malformed files\n", reader.c_str(), count);
    EXPECT_GE(count, 50) << reader;
    total += count;
  }
  std::printf("  in all       %4d\n", total);
  EXPECT_GE(total, 300);
}

}  // namespace
}  // namespace deepboltz
