#include "deepboltz/io/safetensors.h"

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/io/file.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

Bytes with_header(const std::string& header, std::size_t data) {
  Bytes bytes;
  append_little(bytes, header.size(), 8);
  append(bytes, as_bytes(header));
  bytes.resize(bytes.size() + data, 0);
  return bytes;
}

std::string message(const std::string& header, std::size_t data) {
  return refusal([&] { parse_safetensors(with_header(header, data), "f"); });
}

Archive sample() {
  Archive archive;
  Tensor bytes(DType::u8, 1, 3), floats(DType::f32, 6, 4), doubles(DType::f64, 2, 2);
  for (int i = 0; i < 3; ++i) bytes.set(0, i, 250 + i);
  for (int i = 0; i < 24; ++i) floats.set(i / 4, i % 4, 0.1 * i - 1);
  for (int i = 0; i < 4; ++i) doubles.set(i / 2, i % 2, 1.0 / (i + 3));
  archive.add("bytes", std::move(bytes), {3});
  archive.add("a/\"floats\"\n", std::move(floats), {2, 3, 4});
  archive.add("doubles", std::move(doubles));
  archive.metadata = {{"recipe", "line 1\nline \"2\"\n"}, {"Schlüssel", "β = ½"}};
  return archive;
}

TEST(Safetensors, GivesBackWhatWasWritten) {
  testing::TempFolder folder;
  const Archive archive = sample();
  write_safetensors(folder / "m.safetensors", archive);
  const Archive back = read_safetensors(folder / "m.safetensors");
  EXPECT_EQ(back.metadata, archive.metadata);
  ASSERT_EQ(back.entries().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto &a = archive.entries()[i], &b = back.entries()[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.shape, b.shape);
    ASSERT_EQ(a.tensor.dtype(), b.tensor.dtype());
    ASSERT_EQ(a.tensor.bytes(), b.tensor.bytes());
    EXPECT_EQ(std::memcmp(a.tensor.data(), b.tensor.data(), a.tensor.bytes()), 0);
  }
  EXPECT_EQ(read_file(folder / "m.safetensors"), make_safetensors(archive));
  EXPECT_EQ(make_safetensors(back), make_safetensors(archive));
}

TEST(Safetensors, LayoutIsThePublicOne) {
  // As github.com/huggingface/safetensors describes it, with our order: f64, f32, u8, header padded to 8.
  Archive archive;
  Tensor one(DType::u8, 1, 1), two(DType::f32, 1, 1);
  one.set(0, 0, 7);
  two.set(0, 0, 1);
  archive.add("x", std::move(one), {});
  archive.add("y", std::move(two), {1});
  const std::string header =
      R"({"x":{"dtype":"U8","shape":[],"data_offsets":[4,5]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const std::string expected =
      std::string("\x70\0\0\0\0\0\0\0", 8) + header + std::string(7, ' ') + std::string("\0\0\x80\x3f\x07", 5);
  ASSERT_EQ(header.size() + 7, 0x70u);
  EXPECT_EQ(as_text(make_safetensors(archive)), expected);
}

TEST(Safetensors, EmptyArchiveAndEmptyTensor) {
  Archive archive;
  EXPECT_EQ(parse_safetensors(make_safetensors(archive), "f").entries().size(), 0u);
  archive.add("none", Tensor(DType::f32, 0, 5));
  const Archive back = parse_safetensors(make_safetensors(archive), "f");
  EXPECT_EQ(back.at("none").cols(), 5);
}

TEST(Safetensors, NamesAreLookedUp) {
  Archive archive = sample();
  archive.file = "m.safetensors";
  EXPECT_TRUE(archive.contains("doubles"));
  EXPECT_EQ(archive.take("doubles").rows(), 2);
  EXPECT_THAT(refusal([&] { archive.at("weight"); }), HasSubstr("m.safetensors: there is no tensor 'weight'"));
  EXPECT_THROW(archive.add("bytes", Tensor(DType::u8, 1, 1)), InputError);
  EXPECT_THROW(archive.add("__metadata__", Tensor(DType::u8, 1, 1)), InputError);
  EXPECT_THROW(archive.add("shape", Tensor(DType::u8, 1, 4), {3}), InputError);
}

TEST(Safetensors, EveryLieOfTheHeaderIsRefused) {
  const std::string good = R"({"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})";
  EXPECT_EQ(message(good, 16), "");
  EXPECT_THAT(message(good, 15), HasSubstr("lies at 0 to 16, the data have 15 bytes"));
  EXPECT_THAT(message(good, 17), HasSubstr("the tensors end at 16, the data at 17"));
  EXPECT_THAT(message(R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}})", 16), HasSubstr("asks for 24"));
  EXPECT_THAT(message(R"({"a":{"dtype":"F16","shape":[8],"data_offsets":[0,16]}})", 16), HasSubstr("'F16'"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                      R"("b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})",
                      7),
              HasSubstr("overlap"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                      R"("b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}})",
                      9),
              HasSubstr("gap"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}})", 4), HasSubstr("lies at 4 to 0"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
                      R"("a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                      0),
              HasSubstr("'a' is there twice"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","dtype":"U8"}})", 0), HasSubstr("'dtype' is there twice"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","shape":[4611686018427387904,4611686018427387904,0],)"
                      R"("data_offsets":[0,0]}})",
                      0),
              HasSubstr("too large"));
  EXPECT_THAT(message(R"({"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}})", 0),
              HasSubstr("asks for"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,4]}})", 4),
              HasSubstr("2⁶³"));
  EXPECT_THAT(message(R"({"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}})", 1),
              HasSubstr("8 dimensions"));
  for (const char* header : {R"({"a":{"dtype":"U8","shape":[4]}})",
                             R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}})",
                             R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,8]}})",
                             R"({"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}})",
                             R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1}})",
                             R"({"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}})",
                             R"({"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}})",
                             R"({"a":{"dtype":["U8"],"shape":[4],"data_offsets":[0,4]}})",
                             R"({"a":{"dtype":"U8","shape":[[4]],"data_offsets":[0,4]}})",
                             R"({"a":null})",
                             R"({"a":4})",
                             R"({"a":[4]})",
                             R"({"":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
                             R"({"__metadata__":{"a":4}})",
                             R"({"__metadata__":"a"})",
                             R"({"__metadata__":{"a":{}}})",
                             "[]",
                             "4",
                             "\"a\"",
                             "null",
                             "{",
                             "{}}",
                             "{} x",
                             "",
                             "{\"a",
                             "\xff{}"})
    EXPECT_THAT(message(header, 4), HasSubstr("f: byte ")) << header;
  EXPECT_THAT(message("{\"" + std::string(1025, 'n') + "\":{}}", 0), HasSubstr("1025 bytes"));
  Bytes huge(8, 0xFF);
  EXPECT_THAT(refusal([&] { parse_safetensors(huge, "f"); }), HasSubstr("a header of 18446744073709551615 bytes"));
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const Bytes good = make_safetensors(sample());
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_THAT(refusal([&] { parse_safetensors(ByteView(good).first(size), "f"); }), HasSubstr("f: byte ")) << size;
}

}  // namespace
}  // namespace deepboltz
