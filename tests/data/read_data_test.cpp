#include "deepboltz/data/read_data.h"

#include <cstring>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/data/cifar.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/data/csv.h"
#include "deepboltz/data/idx.h"
#include "deepboltz/data/mat_data.h"
#include "deepboltz/data/npy_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/mat.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/pgm.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;
using testing::TempFolder;

std::vector<double> row(const Dataset& data, std::int64_t r) {
  std::vector<double> values;
  for (std::int64_t c = 0; c < data.units(); ++c) values.push_back(data.x.at(r, c));
  return values;
}

Dataset pictures() {
  Dataset data{"small", Tensor(DType::u8, 3, 12), 4, 3, {0, 2, 1}};
  for (int i = 0; i < 36; ++i) data.x.as<std::uint8_t>().row(0)[i] = std::uint8_t(7 * i);
  return finished(std::move(data));
}

Bytes npy(const char* type, std::vector<std::int64_t> shape, const void* values, std::size_t bytes,
          bool fortran = false) {
  return make_npy(
      {{type[0], type[1] - '0', false}, fortran, std::move(shape), {static_cast<const std::uint8_t*>(values), bytes}});
}

TEST(Idx, GivesBackWhatWasWritten) {
  TempFolder folder;
  const Dataset data = pictures();
  write_file(folder / "a-images-idx3-ubyte", make_idx(data));
  write_file(folder / "a-labels-idx1-ubyte", make_idx_labels(data.labels));
  write_file(folder / "b-images-idx3-ubyte.gz", gzip(make_idx(data)));
  write_file(folder / "b-labels-idx1-ubyte.gz", gzip(make_idx_labels(data.labels)));
  for (const char* name : {"a-images-idx3-ubyte", "b-images-idx3-ubyte.gz"}) {
    const Dataset back = read_data(folder / name);  // the labels are found beside it
    EXPECT_EQ(back.sha256, data.sha256);
    EXPECT_EQ(back.height, 4);
    EXPECT_EQ(back.width, 3);
    EXPECT_EQ(back.labels, data.labels);
    EXPECT_EQ(back.classes, 3);
    EXPECT_EQ(std::memcmp(back.x.data(), data.x.data(), data.x.bytes()), 0);
  }
  write_file(folder / "c", make_idx(data));
  EXPECT_TRUE(read_data(folder / "c").labels.empty());
  EXPECT_EQ(read_data(folder / "c", {.labels = folder / "a-labels-idx1-ubyte"}).labels, data.labels);
  EXPECT_EQ(read_data(folder / "c", {.invert = true}).x.at(0, 1), 248);
  EXPECT_EQ(read_data(folder / "c", {.height = 2, .width = 6}).height, 2);
  EXPECT_THAT(refusal([&] { read_data(folder / "c", {.height = 5, .width = 5}); }), HasSubstr("5 × 5"));
}

// 4 × 3 in the file, but its bytes go down the columns of 3 × 4 pictures.
TEST(Idx, PixelsByColumnAreTurned) {
  TempFolder folder;
  const Dataset lying = pictures();
  const auto stands = [&](const Dataset& data) {
    EXPECT_EQ(data.height, 3);
    EXPECT_EQ(data.width, 4);
    for (std::int64_t r = 0; r < 3; ++r)
      for (std::int64_t y = 0; y < 3; ++y)
        for (std::int64_t x = 0; x < 4; ++x) EXPECT_EQ(data.x.at(r, y * 4 + x), lying.x.at(r, x * 3 + y));
  };
  stands(parse_idx(make_idx(lying), "f", {.pixels_by_column = true}));
  stands(parse_idx(make_idx(lying), "f", {.height = 3, .width = 4, .pixels_by_column = true}));  // as of a model
  write_file(folder / "a-images-idx3-ubyte.gz", gzip(make_idx(lying)));
  write_file(folder / "a-labels-idx1-ubyte.gz", gzip(make_idx_labels(lying.labels)));
  const Dataset labelled = read_data(folder / "a-images-idx3-ubyte.gz", {.pixels_by_column = true, .invert = true});
  EXPECT_THAT(labelled.labels, ElementsAre(0, 2, 1));
  EXPECT_EQ(labelled.x.at(1, 1), 255 - lying.x.at(1, 3));
  Dataset flat = pictures();
  flat.height = flat.width = 0;  // two dimensions: nothing says how high a picture is
  EXPECT_THAT(refusal([&] { parse_idx(make_idx(flat), "f", {.pixels_by_column = true}); }),
              HasSubstr("f: pixels by column need a height and a width"));
  stands(parse_idx(make_idx(flat), "f", {.height = 3, .width = 4, .pixels_by_column = true}));
}

TEST(NpyData, ThreeConventions) {
  TempFolder folder;
  const std::uint8_t bytes[] = {0, 1, 255, 7}, bits[] = {0, 1, 1, 0};
  const float unit[] = {0, 0.5f, 1, 0.25f};
  const double whole[] = {0, 1, 255, 7};
  const std::int64_t wide[] = {0, 1, 1, 1};
  const auto read = [&](const Bytes& file, ReadOptions options = {}) {
    write_file(folder / "x.npy", file);
    return read_data(folder / "x.npy", options);
  };
  EXPECT_THAT(row(read(npy("u1", {2, 2}, bytes, 4)), 1), ElementsAre(255, 7));
  EXPECT_THAT(row(read(npy("u1", {2, 2}, bits, 4)), 0), ElementsAre(0, 255));
  EXPECT_THAT(row(read(npy("b1", {1, 4}, bits, 4)), 0), ElementsAre(0, 255, 255, 0));
  EXPECT_THAT(row(read(npy("f8", {2, 2}, whole, 32)), 1), ElementsAre(255, 7));
  EXPECT_THAT(row(read(npy("i8", {2, 2}, wide, 32)), 1), ElementsAre(255, 255));
  const Dataset real = read(npy("f4", {2, 2}, unit, 16));
  EXPECT_EQ(real.x.dtype(), DType::f32);
  EXPECT_THAT(row(real, 1), ElementsAre(1, 0.25));
  EXPECT_THAT(row(read(npy("f4", {2, 2}, unit, 16), {.invert = true}), 1), ElementsAre(0, 0.75));
  EXPECT_THAT(row(read(npy("u1", {2, 2}, bytes, 4), {.invert = true}), 1), ElementsAre(0, 248));
  EXPECT_THAT(row(read(npy("u1", {2, 2}, bytes, 4, true)), 0), ElementsAre(0, 255));  // columns first
  const Dataset picture = read(npy("u1", {1, 2, 2}, bytes, 4));
  EXPECT_EQ(picture.height, 2);
  EXPECT_EQ(picture.width, 2);
  write_file(folder / "y.npy", npy("i8", {2}, wide, 16));
  EXPECT_THAT(read(npy("u1", {2, 2}, bytes, 4), {.labels = folder / "y.npy"}).labels, ElementsAre(0, 1));
}

TEST(NpzData, KeysLabelsAndWhere) {
  TempFolder folder;
  const std::uint8_t x[] = {10, 20, 30, 40, 50, 60, 70, 200}, y[] = {3, 2, 1, 0};
  const std::int16_t drawer[] = {16, 1, 15, -3};
  const Bytes file = make_zip({{"x.npy", npy("u1", {4, 2}, x, 8), true},
                               {"y.npy", npy("u1", {4}, y, 4), false},
                               {"other.npy", npy("u1", {4, 1}, y, 4), false},
                               {"drawer.npy", npy("i2", {4}, drawer, 8), true},
                               {"names.npy", as_bytes("not read").empty() ? Bytes() : Bytes(5), false}});
  write_file(folder / "a.npz", file);
  const Dataset all = read_data(folder / "a.npz");
  EXPECT_EQ(all.cases(), 4);
  EXPECT_THAT(all.labels, ElementsAre(3, 2, 1, 0));
  const Dataset some = read_data(folder / "a.npz", {.where = {{"drawer", 1, 15}}});
  EXPECT_THAT(row(some, 0), ElementsAre(30, 40));
  EXPECT_THAT(row(some, 1), ElementsAre(50, 60));
  EXPECT_THAT(some.labels, ElementsAre(1, 0));
  EXPECT_THAT(some.class_names, ElementsAre("1", "2"));
  EXPECT_THAT(some.numbers, ElementsAre(1, 2));
  EXPECT_EQ(read_data(folder / "a.npz", {.data_key = "other", .label_key = "y"}).units(), 1);
  EXPECT_THAT(refusal([&] { read_data(folder / "a.npz", {.data_key = "z"}); }),
              HasSubstr("there is no array 'z'; it has x, y, other, drawer, names"));
}

TEST(Where, TextAndBack) {
  using All = std::vector<Where>;
  EXPECT_EQ(parse_where("drawer 1..15"), (All{{"drawer", 1, 15}}));
  EXPECT_EQ(parse_where("drawer -3"), (All{{"drawer", -3, -3}}));
  EXPECT_EQ(parse_where(to_text({"a b", 2, 3})), (All{{"a b", 2, 3}}));
  EXPECT_EQ(parse_where("condition 3, subject 1..50"), (All{{"condition", 3, 3}, {"subject", 1, 50}}));
  for (const char* text : {"", "drawer", "drawer ", " 1", "drawer 3..1", "drawer 1..", "drawer 1..x", "1..2"})
    EXPECT_THROW(parse_where(text), InputError) << text;
}

Dataset csv(std::string_view text, ReadOptions options = {}) { return parse_csv(as_bytes(text), "f.csv", options); }

TEST(Csv, SeparatorsHeadersQuotesAndLineEnds) {
  EXPECT_THAT(row(csv("0,128,255\n"), 0), ElementsAre(0, 128, 255));
  EXPECT_THAT(row(csv("\xEF\xBB\xBF"
                      "a\tb\r\n1\t 0 \r\n0\t+1\r\n\r\n"),
                  1),
              ElementsAre(0, 255));
  EXPECT_THAT(row(csv("0.5;1"), 0), ElementsAre(0.5, 1));
  EXPECT_THAT(row(csv("\"x, the first\",y\n\"0.5\",1e-1\n"), 0), ElementsAre(0.5, 0.1f));
  EXPECT_EQ(csv("0,1\n0,1\n").cases(), 2);
  EXPECT_EQ(csv("0,1\n0,1\n", {.header = true}).cases(), 1);
  EXPECT_EQ(csv("0,1\n2,255\n").x.dtype(), DType::u8);
  EXPECT_EQ(csv("0,1\n0,0.5\n").x.dtype(), DType::f32);
  EXPECT_EQ(csv("0,1,1,0\n", {.height = 2, .width = 2}).height, 2);
  EXPECT_THAT(row(csv("0,10\n", {.scale = 255, .invert = true}), 0), ElementsAre(255, 245));
}

TEST(Csv, LabelsByNameOrNumberAsNumbersOrWords) {
  const Dataset named = csv("a,digit,b\n0,7,1\n1,2,0\n", {.label_column = "digit"});
  EXPECT_THAT(named.labels, ElementsAre(1, 0));
  EXPECT_THAT(named.class_names, ElementsAre("2", "7"));
  EXPECT_THAT(row(named, 1), ElementsAre(255, 0));
  EXPECT_THAT(csv("7,0,1\n2,1,0\n", {.label_column = "0"}).class_names, ElementsAre("2", "7"));
  const Dataset words = csv("0,1,dog\n1,0,cat\n1,1,dog\n", {.label_column = "-1"});
  EXPECT_EQ(words.cases(), 3);  // a word in the label column makes no header
  EXPECT_THAT(words.labels, ElementsAre(1, 0, 1));
  EXPECT_THAT(words.class_names, ElementsAre("cat", "dog"));
  EXPECT_THAT(refusal([] { csv("0,1\n", {.label_column = "2"}); }), HasSubstr("f.csv:1: no column '2'"));
}

// Asked for as numbers, nothing is taken for grey.
TEST(Numbers, AreReadAsTheyAre) {
  EXPECT_THAT(row(csv("0,1\n1,0\n", {.numbers = true}), 0), ElementsAre(0, 1));
  EXPECT_THAT(row(csv("-3,1000\n0.25,4\n", {.numbers = true}), 0), ElementsAre(-3, 1000));
  EXPECT_EQ(csv("0,1\n", {.numbers = true}).x.dtype(), DType::f32);
  EXPECT_EQ(refusal([] { csv("0,1\n0,inf\n", {.numbers = true}); }), "f.csv:2: the value inf: expected finite numbers");
  EXPECT_THAT(refusal([] { csv("0,1e39\n", {.numbers = true}); }), HasSubstr("expected finite numbers"));
  const std::uint8_t bytes[4] = {0, 1, 7, 255};
  const double reals[4] = {-0.5, 1e10, 2, 3};
  const Dataset of_bytes = parse_npy_data(npy("u1", {2, 2}, bytes, 4), "f.npy", {.numbers = true});
  EXPECT_THAT(row(of_bytes, 0), ElementsAre(0, 1));
  EXPECT_THAT(row(of_bytes, 1), ElementsAre(7, 255));
  EXPECT_THAT(row(parse_npy_data(npy("f8", {2, 2}, reals, sizeof reals), "f.npy", {.numbers = true}), 0),
              ElementsAre(-0.5, float(1e10)));
}

TEST(Csv, ErrorsNameTheLineOfTheFile) {
  EXPECT_EQ(refusal([] { csv("a,b\n0,1\n0,nan\n"); }), "f.csv:3: column 2 'b': a missing value, 'nan'");
  EXPECT_EQ(refusal([] { csv("a,b\n0,1\n0,-1\n"); }),
            "f.csv:3: the value -1: expected numbers in [0, 1], or whole numbers from 0 to 255; scale states another "
            "number for ink");
  EXPECT_EQ(refusal([] { csv("0,1\n0,1,1\n"); }), "f.csv:2: 3 columns, where the first line has 2");
  EXPECT_EQ(refusal([] { csv("0,1\n0,one\n"); }),
            "f.csv:2: column 2: 'one' is not a number; a column of words is a label (label_column = \"1\"), names the "
            "cases (id_column) or has their texts (text_column)");
}

TEST(ImageData, OnePictureAFolderAndClasses) {
  TempFolder folder;
  const auto picture = [](int shade) { return make_png({2, 3, 1, Bytes(6, std::uint8_t(shade))}); };
  write_file(folder / "b.png", picture(2));
  write_file(folder / "a.PNG", picture(1));
  write_file(folder / "notes.txt", as_bytes("x"));
  const Dataset one = read_data(folder / "b.png"), both = read_data(folder.path());
  EXPECT_EQ(one.height, 2);
  EXPECT_EQ(one.width, 3);
  EXPECT_EQ(both.cases(), 2);
  EXPECT_EQ(both.x.at(0, 0), 1);  // by name
  EXPECT_TRUE(both.labels.empty());

  TempFolder classes;
  for (const char* name : {"no", "yes", "empty", ".hidden"}) std::filesystem::create_directory(classes / name);
  write_file(classes / "yes/1.png", picture(9));
  write_file(classes / "no/1.png", picture(8));
  write_file(classes / "no/2.png", picture(7));
  write_file(classes / ".hidden/2.png", picture(7));
  const Dataset labelled = read_data(classes.path(), {.invert = true});
  EXPECT_THAT(labelled.class_names, ElementsAre("no", "yes"));
  EXPECT_THAT(labelled.labels, ElementsAre(0, 0, 1));
  EXPECT_EQ(labelled.x.at(2, 0), 246);

  write_file(classes / "yes/2.png", make_png({3, 2, 1, Bytes(6)}));
  EXPECT_THAT(refusal([&] { read_data(classes.path()); }),
              HasSubstr("yes/2.png: byte 16: a picture of 3 × 2, expected 2 × 3"));
  write_file(classes / "0.png", picture(1));
  EXPECT_THAT(refusal([&] { read_data(classes.path()); }), HasSubstr("subfolders"));
  EXPECT_THAT(refusal([&] { read_data(classes / "empty"); }), HasSubstr("empty: no files in the folder"));
}

MatMatrix matrix(const char* name, NpyType type, std::int64_t rows, std::int64_t columns, const void* values) {
  return {name,
          {type,
           true,
           {rows, columns},
           {static_cast<const std::uint8_t*>(values), std::size_t(rows * columns * type.bytes)}},
          {}};
}

// A matrix of 2 × 6, columns first in the file: rows (0 2 4 … 10) and (1 3 … 11), times 10.
TEST(MatData, RowsOrColumnsAreCases) {
  const double doubles[12] = {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 210};
  std::uint8_t bytes[12];
  std::int16_t words[12];
  for (int i = 0; i < 12; ++i) bytes[i] = std::uint8_t(words[i] = std::int16_t(doubles[i]));
  for (const bool compressed : {false, true})
    for (const MatMatrix& m : {matrix("ff", {'f', 8}, 2, 6, doubles), matrix("ff", {'u', 1}, 2, 6, bytes),
                               matrix("ff", {'i', 2}, 2, 6, words)}) {
      const Bytes file = make_mat({m}, compressed);
      EXPECT_THAT(row(parse_mat_data(file, "f.mat"), 1), ElementsAre(10, 30, 50, 70, 90, 210));
      const Dataset columns = parse_mat_data(file, "f.mat", {.cases_in_columns = true});
      EXPECT_EQ(columns.cases(), 6);
      EXPECT_THAT(row(columns, 2), ElementsAre(40, 50));
      // A picture of two rows and three columns that goes down its columns: 0 2 4 in the first row.
      const Dataset turned = parse_mat_data(file, "f.mat", {.height = 2, .width = 3, .pixels_by_column = true});
      EXPECT_THAT(row(turned, 0), ElementsAre(0, 40, 80, 20, 60, 100));
    }
}

// Rows as many as a picture has pixels, and columns that are no picture: it may lie on its side.
TEST(MatData, HintsAtCasesInColumns) {
  const std::vector<std::uint8_t> bytes(100 * 36, 200);
  const auto hints = [&](std::int64_t rows, std::int64_t columns, const ReadOptions& options = {}) {
    const Bytes file = make_mat({matrix("x", {'u', 1}, rows, columns, bytes.data())});
    for (const std::string& remark : parse_mat_data(file, "f.mat", options).remarks)
      if (remark.find("--cases-in-columns") != remark.npos) return true;
    return false;
  };
  EXPECT_TRUE(hints(100, 9));
  EXPECT_TRUE(hints(100, 17));
  EXPECT_FALSE(hints(100, 36));  // of 6 × 6
  EXPECT_FALSE(hints(90, 17));
  EXPECT_FALSE(hints(100, 9, {.cases_in_columns = true}));
}

TEST(MatData, NamesLabelsAndWhatIsPassedOver) {
  const double x[4] = {0, 0.5, 1, 0.25}, y[2] = {3, 1}, broken[2] = {1, 0.5};
  MatMatrix complex = matrix("z", {'f', 8}, 2, 2, x);
  Bytes file = make_mat(
      {matrix("x", {'f', 8}, 2, 2, x), matrix("y", {'f', 8}, 1, 2, y), complex, matrix("w", {'f', 8}, 2, 1, broken)});
  EXPECT_THAT(refusal([&] { parse_mat_data(file, "f.mat"); }),
              HasSubstr("several matrices, a name is needed: x (2 × 2), y (1 × 2), z (2 × 2), w (2 × 1)"));
  EXPECT_THAT(refusal([&] { parse_mat_data(file, "f.mat", {.data_key = "v"}); }),
              HasSubstr("no matrix of numbers 'v'"));
  const std::string second("z\0\0\0\0\0\0\0", 8);
  const std::size_t flags = as_text(file).find(second) - 24 - 8 - 1 + 2;  // behind its name, sizes and their tags
  ASSERT_EQ(file[flags - 1], 6);                                          // class double
  file[flags] |= 0x08;                                                    // complex: passed over
  EXPECT_THAT(parse_mat_data(file, "f.mat", {.label_key = "y"}).class_names, ElementsAre("1", "3"));
  EXPECT_THAT(refusal([&] { parse_mat_data(file, "f.mat", {.label_key = "w"}); }), HasSubstr("the label 0.5"));
  EXPECT_THAT(refusal([&] { parse_mat_data(file, "f.mat", {.label_key = "x"}); }), HasSubstr("one label for each"));
}

TEST(MatData, OtherVersionsAreRefusedByName) {
  Bytes file = make_mat({});
  file[124] = 0, file[125] = 2;
  EXPECT_THAT(refusal([&] { parse_mat(file, "f.mat"); }), HasSubstr("f.mat: byte 124: a MAT-file of version 7.3"));
  EXPECT_THAT(refusal([&] { parse_mat(Bytes(200), "f.mat"); }), HasSubstr("not a MAT-file of version 5"));
}

TEST(Cifar, ColoursOfAPixelStandTogether) {
  Bytes records(2 * 3073);
  records[0] = 9, records[3073] = 4;
  for (int plane = 0; plane < 3; ++plane) records[std::size_t(3073 + 1 + 1024 * plane + 33)] = std::uint8_t(50 + plane);
  TempFolder folder;
  write_file(folder / "a.bin.gz", gzip(records));
  const Dataset data = read_data(folder / "a.bin.gz");
  EXPECT_THAT(data.labels, ElementsAre(9, 4));
  EXPECT_EQ(data.class_names[9], "truck");
  EXPECT_EQ(data.channels, 3);
  EXPECT_EQ(data.height, 32);
  for (int colour = 0; colour < 3; ++colour) EXPECT_EQ(data.x.at(1, 3 * 33 + colour), 50 + colour);
  EXPECT_EQ(read_data(folder / "a.bin.gz", {.invert = true}).x.at(1, 99), 205);
}

TEST(ImageData, PgmBesidePng) {
  TempFolder folder;
  write_file(folder / "b.png", make_png({1, 2, 1, {10, 20}}));
  write_file(folder / "a.PGM", as_bytes("P5\n# by hand\n2 1 100\n\x32\x64"));
  const Dataset both = read_data(folder.path());
  EXPECT_THAT(row(both, 0), ElementsAre(128, 255));  // 100 is white
  EXPECT_THAT(row(both, 1), ElementsAre(10, 20));
  EXPECT_EQ(parse_pgm(make_pgm({1, 2, 1, {7, 9}}), "f").pixels, (Bytes{7, 9}));
}

TEST(ImageData, SaysWhichFilesOfAFolderAreLeftOut) {
  const Bytes picture = make_png({1, 2, 1, {0, 255}}), jpeg{0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0};
  const auto said = [](const TempFolder& folder) { return read_data(folder.path()).remarks; };
  const auto only = [](const char* words) {
    return ElementsAre(HasSubstr(std::string("left out, being no .png or .pgm files: ") + words));
  };
  TempFolder beside;
  write_file(beside / "a.png", picture);
  EXPECT_THAT(said(beside), ElementsAre());
  for (const char* name : {"b.jpg", "c.jpg"}) write_file(beside / name, jpeg);
  EXPECT_THAT(said(beside), only("2 files .jpg"));
  for (const char* name : {"d.JPEG", "e.webp", "Thumbs"}) write_file(beside / name, jpeg);
  EXPECT_THAT(said(beside), only("1 file .JPEG, 2 files .jpg, 1 file .webp, 1 file without an ending"));

  TempFolder classes;  // one class has pictures of the other kind alone
  for (const char* name : {"cat", "dog", "fox"}) std::filesystem::create_directory(classes / name);
  write_file(classes / "cat/1.png", picture);
  write_file(classes / "cat/2.jpg", jpeg);
  write_file(classes / "dog/1.jpg", jpeg);
  write_file(classes / "fox/1.png", picture);
  EXPECT_THAT(said(classes), only("2 files .jpg, 1 folder without any"));
  EXPECT_THAT(read_data(classes.path()).class_names, ElementsAre("cat", "fox"));

  TempFolder renamed;  // the ending says one thing, the bytes another
  write_file(renamed / "a.png", picture);
  write_file(renamed / "b.png", jpeg);
  EXPECT_THAT(refusal([&] { read_data(renamed.path()); }), HasSubstr("b.png"));
  TempFolder alone;
  write_file(alone / "a.jpg", jpeg);
  EXPECT_THAT(refusal([&] { read_data(alone.path()); }),
              HasSubstr("a.jpg: byte 4: a zero byte: neither plain text nor a .png or .pgm picture"));
}

TEST(Pictures, AreReadInColourWhereTheCallerAsks) {
  TempFolder folder;
  const Bytes red_blue{255, 0, 0, 0, 0, 255};
  write_file(folder / "1.png", make_png({1, 2, 3, red_blue}));
  write_file(folder / "2.png", make_png({1, 2, 3, Bytes(6, 10)}));
  const Dataset data = read_data(folder.path(), {.colour = true, .invert = true});
  EXPECT_EQ(data.channels, 3);
  EXPECT_EQ(data.height, 1);
  EXPECT_EQ(data.width, 2);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(data.x.at(0, i), 255 - red_blue[std::size_t(i)]) << i;
  EXPECT_EQ(read_data(folder.path()).units(), 2);
  write_file(folder / "3.png", make_png({1, 2, 1, Bytes(2)}));
  EXPECT_THAT(refusal([&] { read_data(folder.path(), {.colour = true}); }),
              HasSubstr("3.png: byte 25: a grey picture, expected one in colour"));
  EXPECT_EQ(read_data(folder.path()).units(), 2);  // in grey they go together
  write_file(folder / "0.pgm", as_bytes("P5 2 1 255 ab"));
  EXPECT_THAT(refusal([&] { read_data(folder.path(), {.colour = true}); }), HasSubstr("0.pgm: byte 0: a grey picture"));
}

TEST(Classes, AreNumberedAsThoseOfTheTrainingCases) {
  Dataset known{.name = "known", .x = Tensor(DType::u8, 2, 1), .labels = {0, 1}, .class_names = {"cat", "fox"}};
  Dataset other{
      .name = "other", .x = Tensor(DType::u8, 3, 1), .labels = {2, 0, 1}, .class_names = {"ant", "cat", "fox"}};
  const Dataset cases = with_classes_of(known, finished(std::move(other)));
  EXPECT_THAT(cases.labels, ElementsAre(1, 2, 0));
  EXPECT_THAT(cases.class_names, ElementsAre("cat", "fox", "ant"));
  EXPECT_EQ(cases.classes, 3);
}

TEST(ReadData, FormatComesFromTheContentsThenTheName) {
  TempFolder folder;
  write_file(folder / "a", make_idx(pictures()));
  write_file(folder / "b.csv", gzip(make_idx(pictures())));
  write_file(folder / "c", as_bytes("0,1\n"));
  write_file(folder / "d.npy", as_bytes("0,1\n"));
  EXPECT_EQ(find_format(folder / "a"), DataFormat::idx);
  EXPECT_EQ(find_format(folder / "b.csv"), DataFormat::idx);
  EXPECT_EQ(find_format(folder / "c"), DataFormat::csv);
  EXPECT_EQ(find_format(folder / "d.npy"), DataFormat::npy);  // whose reader then says what is wrong
  EXPECT_EQ(find_format(folder.path()), DataFormat::text);
  std::filesystem::create_directory(folder / "class");
  write_file(folder / "class/e.PNG", as_bytes("?"));
  EXPECT_EQ(find_format(folder.path()), DataFormat::image);
  EXPECT_EQ(find_format(folder.path(), DataFormat::automatic, true), DataFormat::text);
  EXPECT_EQ(find_format(folder / "c", DataFormat::npz), DataFormat::npz);
  EXPECT_EQ(data_format_words()[std::size_t(DataFormat::npz)], "npz");
  EXPECT_EQ(data_format_words()[std::size_t(DataFormat::cifar)], "cifar");
  EXPECT_THROW(read_data(folder / "none.csv"), FileError);
  EXPECT_THROW(read_data(folder / "none"), FileError);
}

}  // namespace
}  // namespace deepboltz
