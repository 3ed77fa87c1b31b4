#include "deepboltz/io/npy.h"

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

Bytes with_header(const std::string& header, std::size_t value_bytes, int version = 1) {
  Bytes bytes;
  append(bytes, as_bytes("\x93NUMPY"));
  append_little(bytes, std::uint64_t(version), 2);
  append_little(bytes, header.size(), version == 1 ? 2 : 4);
  append(bytes, as_bytes(header));
  for (std::size_t i = 0; i < value_bytes; ++i) bytes.push_back(std::uint8_t(i + 1));
  return bytes;
}

TEST(Npy, EveryTypeAndByteOrder) {
  for (const char kind : {'b', 'u', 'i', 'f'})
    for (const int bytes : {1, 2, 4, 8})
      for (const char order : {'<', '>'}) {
        const std::string type = fmt::format("{}{}{}", bytes == 1 ? '|' : order, kind, bytes);
        const Bytes file =
            with_header("{'descr': '" + type + "', 'fortran_order': False, 'shape': (2,), }", std::size_t(2 * bytes));
        if ((kind == 'b' && bytes > 1) || (kind == 'f' && bytes < 4)) {
          EXPECT_THAT(refusal([&] { parse_npy(file, "f"); }), HasSubstr(type));
          continue;
        }
        const NpyArray array = parse_npy(file, "f");
        ASSERT_EQ(array.size(), 2);
        if (kind == 'f') continue;
        std::uint64_t expected = 0;  // the second number's bytes are bytes+1, bytes+2, …
        for (int i = 0; i < bytes; ++i)
          expected |= std::uint64_t(bytes + 1 + i) << 8 * (order == '>' && bytes > 1 ? bytes - 1 - i : i);
        EXPECT_EQ(std::uint64_t(array.integer(1)), expected) << type;
        EXPECT_EQ(array.real(1), double(expected));
      }
}

TEST(Npy, RealsAndNegativeNumbers) {
  const float values[] = {0.5f, -3.25f};
  const NpyArray real{{'f', 4, false}, false, {2}, {reinterpret_cast<const std::uint8_t*>(values), 8}};
  const Bytes real_file = make_npy(real);
  EXPECT_EQ(parse_npy(real_file, "f").real(1), -3.25);
  const std::uint8_t minus_two[] = {0xFF, 0xFE};
  const NpyArray whole{{'i', 2, true}, false, {}, minus_two};
  const Bytes whole_file = make_npy(whole);
  EXPECT_EQ(parse_npy(whole_file, "f").integer(0), -2);
}

TEST(Npy, FortranOrderReadsAsTheSameArray) {
  // a[i][j][k] = 100 i + 10 j + k of shape (2, 3, 4), the first subscript running fastest.
  Bytes values;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) values.push_back(std::uint8_t(100 * i + 10 * j + k));
  const Bytes file = make_npy({{'u', 1, false}, true, {2, 3, 4}, values});
  const NpyArray array = parse_npy(file, "f");
  for (int i = 0, index = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k, ++index) EXPECT_EQ(array.integer(index), 100 * i + 10 * j + k);
}

TEST(Npy, ThreeVersionsOfTheHeader) {
  const std::string header = "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (3, 2)}\n";
  for (const int version : {1, 2, 3}) EXPECT_EQ(parse_npy(with_header(header, 6, version), "f").shape[1], 2);
  EXPECT_THAT(refusal([&] { parse_npy(with_header(header, 6, 4), "f"); }), HasSubstr("version 4"));
}

TEST(Npy, LyingHeadersAreRefused) {
  const auto message = [](const std::string& header, std::size_t bytes) {
    return refusal([&] { parse_npy(with_header(header, bytes), "f"); });
  };
  const auto shaped = [](const std::string& shape) {
    return "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
  };
  EXPECT_EQ(message(shaped("(2,)"), 16), "");
  EXPECT_EQ(message(shaped("()"), 8), "");
  EXPECT_THAT(message(shaped("(2,)"), 15), HasSubstr("promises 16 bytes, 15 are there"));
  EXPECT_THAT(message(shaped("(2,)"), 17), HasSubstr("promises 16 bytes, 17 are there"));
  EXPECT_THAT(message(shaped("(9223372036854775807, 9223372036854775807)"), 8), HasSubstr("too large"));
  EXPECT_THAT(message(shaped("(99999999999999999999,)"), 8), HasSubstr("a size"));
  EXPECT_THAT(message(shaped("(-1,)"), 8), HasSubstr("a size"));
  EXPECT_THAT(message(shaped("(1,1,1,1,1,1,1,1,1)"), 8), HasSubstr("8 dimensions"));
  EXPECT_THAT(message("{'descr': '<f8', 'descr': '<f8'}", 8), HasSubstr("twice"));
  EXPECT_THAT(message("{'descr': '<f8'}", 8), HasSubstr("lacks"));
  EXPECT_THAT(message("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 8), HasSubstr("'|O' is not read"));
  EXPECT_THAT(message(shaped("(1,)") + "x", 8), HasSubstr("after"));
  EXPECT_THAT(message("", 8), HasSubstr("expected"));
  EXPECT_THAT(message("{'shape': (1,), 'more': 3}", 8), HasSubstr("unexpected key 'more'"));
}

TEST(Npy, TextsEndBeforeTheZeros) {
  const std::string letters("ab\0\0cdefg\0h\0", 12);
  const Bytes values(letters.begin(), letters.end());
  EXPECT_THAT(parse_npy_texts(make_npy({{'S', 4}, false, {3}, values}), "f"),
              ElementsAre("ab", "cdef", std::string("g\0h", 3)));
  const auto message = [&](const std::string& type, const std::string& shape) {
    return refusal([&] {
      parse_npy_texts(with_header("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + "}", 12),
                      "f");
    });
  };
  EXPECT_EQ(message("|S4", "(3,)"), "");
  EXPECT_THAT(message("|S4", "(3, 1)"), HasSubstr("texts in 2 dimensions, one expected"));
  EXPECT_THAT(message("|S5", "(3,)"), HasSubstr("promises 15 bytes, 12 are there"));
  for (const char* type : {"<U3", "|S", "|S0", "|S65536", "|S-4", "<f4", ""})
    EXPECT_THAT(message(type, "(3,)"), HasSubstr(fmt::format("type '{}' where texts belong", type)));
  EXPECT_THAT(refusal([&] {
                parse_npy(make_npy({{'S', 4}, false, {3}, values}), "f");
              }),
              HasSubstr("type '|S4' is not read"));
}

}  // namespace
}  // namespace deepboltz
