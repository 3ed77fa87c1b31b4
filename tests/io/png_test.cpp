#include "deepboltz/io/png.h"

#include "tests/io/refusal.h"
#include <gmock/gmock.h>
#include <zlib.h>

#include "deepboltz/io/png_grid.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

void append_chunk(Bytes& png, std::string_view type, ByteView body) {
  append_big(png, body.size(), 4);
  const std::size_t start = png.size();
  append(png, as_bytes(type));
  append(png, body);
  append_big(png, crc32(0, png.data() + start, uInt(png.size() - start)), 4);
}

// A PNG made by hand from rows of packed samples (each row led by its filter type 0), independent of libpng's writer.
Bytes by_hand(int width, int height, int depth, int colour, Bytes rows, Bytes palette = {}, Bytes transparent = {}) {
  Bytes png, header;
  append(png, as_bytes("\x89PNG\r\n\x1a\n"));
  append_big(header, std::uint64_t(width), 4);
  append_big(header, std::uint64_t(height), 4);
  for (const int byte : {depth, colour, 0, 0, 0}) header.push_back(std::uint8_t(byte));
  append_chunk(png, "IHDR", header);
  if (!palette.empty()) append_chunk(png, "PLTE", palette);
  if (!transparent.empty()) append_chunk(png, "tRNS", transparent);
  Bytes packed(compressBound(rows.size()));
  uLongf size = packed.size();
  compress(packed.data(), &size, rows.data(), rows.size());
  packed.resize(size);
  append_chunk(png, "IDAT", packed);
  append_chunk(png, "IEND", {});
  return png;
}

TEST(Png, EveryDepthAndColourBecomesGreyBytes) {
  const auto grey = [](const Bytes& png) { return parse_png_grey(png, "f").pixels; };
  EXPECT_THAT(grey(by_hand(2, 1, 1, 0, {0, 0b01000000})), ElementsAre(0, 255));
  EXPECT_THAT(grey(by_hand(2, 1, 2, 0, {0, 0b01100000})), ElementsAre(85, 170));
  EXPECT_THAT(grey(by_hand(2, 1, 4, 0, {0, 0x1F})), ElementsAre(17, 255));
  EXPECT_THAT(grey(by_hand(2, 1, 8, 0, {0, 3, 200})), ElementsAre(3, 200));
  EXPECT_THAT(grey(by_hand(2, 1, 16, 0, {0, 3, 3, 0xFF, 0xFE})), ElementsAre(3, 255));
  EXPECT_THAT(grey(by_hand(2, 1, 8, 4, {0, 100, 255, 0, 0})), ElementsAre(100, 255));  // the second: clear → white
  EXPECT_THAT(grey(by_hand(1, 1, 8, 4, {0, 0, 51})), ElementsAre(204));                // a fifth of black
  EXPECT_THAT(grey(by_hand(3, 1, 8, 2, {0, 255, 0, 0, 0, 255, 0, 0, 0, 255})), ElementsAre(76, 150, 29));
  EXPECT_THAT(grey(by_hand(1, 1, 8, 6, {0, 255, 255, 255, 255})), ElementsAre(255));
  EXPECT_THAT(grey(by_hand(2, 1, 8, 3, {0, 1, 0}, {9, 9, 9, 80, 80, 80})), ElementsAre(80, 9));
  EXPECT_THAT(grey(by_hand(2, 1, 8, 3, {0, 1, 0}, {9, 9, 9, 80, 80, 80}, {0})), ElementsAre(80, 255));
}

TEST(Png, EveryColourPictureBecomesRedGreenAndBlue) {
  const auto colour = [](const Bytes& png) { return parse_png_colour(png, "f").pixels; };
  EXPECT_THAT(colour(by_hand(2, 1, 8, 2, {0, 255, 0, 7, 0, 9, 0})), ElementsAre(255, 0, 7, 0, 9, 0));
  EXPECT_THAT(colour(by_hand(1, 1, 16, 2, {0, 3, 3, 0xFF, 0xFE, 0, 0})), ElementsAre(3, 255, 0));
  EXPECT_THAT(colour(by_hand(1, 1, 8, 6, {0, 0, 255, 100, 51})), ElementsAre(204, 255, 224));  // a fifth, over white
  EXPECT_THAT(colour(by_hand(2, 1, 8, 3, {0, 1, 0}, {9, 8, 7, 80, 81, 82})), ElementsAre(80, 81, 82, 9, 8, 7));
  for (const int kind : {0, 4})
    EXPECT_EQ(refusal([&] {
                colour(by_hand(1, 1, 8, kind, {0, 100, 255}));
              }),
              "f: byte 25: a grey picture, expected one in colour");
}

TEST(Png, GivesBackWhatWasWritten) {
  Image image{31, 17, 1, Bytes(31 * 17)};
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = std::uint8_t(i * 37);
  const Image back = parse_png_grey(make_png(image), "f");
  EXPECT_EQ(back.height, 31);
  EXPECT_EQ(back.width, 17);
  EXPECT_EQ(back.pixels, image.pixels);
  const Image colour{1, 2, 3, {255, 0, 0, 10, 10, 10}};
  EXPECT_THAT(parse_png_grey(make_png(colour), "f").pixels, ElementsAre(76, 10));
}

TEST(Png, DamageIsRefusedWithItsPlace) {
  const Bytes good = by_hand(4, 4, 8, 0, Bytes(20));
  const auto message = [](const Bytes& png) { return refusal([&] { parse_png_grey(png, "f"); }); };
  EXPECT_EQ(message(good), "");
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_THAT(message(Bytes(good.begin(), good.begin() + std::ptrdiff_t(size))), HasSubstr("f: byte ")) << size;
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes damaged = good;
    damaged[i] ^= 0x10;
    EXPECT_THAT(message(damaged), HasSubstr("f: byte ")) << i;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_THAT(message(longer), HasSubstr("1 bytes follow"));
  EXPECT_THAT(message(by_hand(0, 4, 8, 0, Bytes(20))), HasSubstr("a picture of 0 × 4"));
  EXPECT_THAT(message(by_hand(16'384, 16'384, 8, 0, Bytes(20))), HasSubstr("16384 × 16384"));
  EXPECT_THAT(message(by_hand(8192, 8192, 8, 0, Bytes(20))), HasSubstr("cannot hold"));
  EXPECT_THAT(message(by_hand(4, 4, 8, 0, Bytes(7))), HasSubstr("f: byte "));   // too few pixels
  EXPECT_THAT(message(by_hand(4, 4, 7, 0, Bytes(20))), HasSubstr("f: byte "));  // no such depth
  EXPECT_THAT(message(by_hand(4, 4, 8, 3, Bytes(20))), HasSubstr("f: byte "));  // no palette
}

TEST(PictureGrid, EachPictureStandsInItsPlace) {
  Tensor pictures(DType::u8, 3, 2);  // of 1 × 2 pixels
  for (int i = 0; i < 6; ++i) pictures.set(i / 2, i % 2, 10 + i);
  const Image grid = picture_grid(pictures, 1, 2, {.columns = 2, .padding = 1, .background = 0});
  EXPECT_EQ(grid.width, 7);
  EXPECT_EQ(grid.height, 5);
  EXPECT_THAT(Bytes(grid.pixels.begin() + 7, grid.pixels.begin() + 14), ElementsAre(0, 10, 11, 0, 12, 13, 0));
  EXPECT_THAT(Bytes(grid.pixels.begin() + 21, grid.pixels.begin() + 28), ElementsAre(0, 14, 15, 0, 0, 0, 0));
  const Image apart = picture_grid(
      pictures, 1, 2,
      {.columns = 3, .padding = 0, .magnify = 2, .background = 7, .separators = {1}, .separator_width = 1});
  EXPECT_THAT(Bytes(apart.pixels.begin(), apart.pixels.begin() + 13),
              ElementsAre(10, 10, 11, 11, 7, 12, 12, 13, 13, 14, 14, 15, 15));
  EXPECT_EQ(apart.height, 2);
}

// Two pixels of three numbers each: a grid of 1 × 2, magnified, in colour.
TEST(PictureGrid, ColoursOfAPixelStandTogether) {
  Tensor pictures(DType::f32, 1, 6);
  const float values[] = {0, 1, 0.2f, 1, 0, 0.4f};
  for (int i = 0; i < 6; ++i) pictures.set(0, i, values[i]);
  const Image grid = picture_grid(pictures, 1, 2, {.padding = 0, .magnify = 2, .channels = 3});
  EXPECT_EQ(grid.channels, 3);
  EXPECT_EQ(grid.width, 4);
  const Bytes row{0, 255, 51, 0, 255, 51, 255, 0, 102, 255, 0, 102};
  Bytes both = row;
  both.insert(both.end(), row.begin(), row.end());
  EXPECT_EQ(grid.pixels, both);
  EXPECT_THROW(picture_grid(pictures, 1, 3, {.channels = 2}), InputError);
  EXPECT_THROW(picture_grid(pictures, 1, 3, {.channels = 3}), InputError);
}

TEST(PictureGrid, ScalesOfRealValues) {
  Tensor filters(DType::f32, 1, 3);
  for (int i = 0; i < 3; ++i) filters.set(0, i, i == 0 ? -1.0 : i == 1 ? 0.0 : 3.0);
  const auto row = [&](GreyScale scale) { return picture_grid(filters, 1, 3, {.padding = 0, .scale = scale}).pixels; };
  EXPECT_THAT(row(GreyScale::shared), ElementsAre(0, 0, 255));
  EXPECT_THAT(row(GreyScale::each), ElementsAre(0, 64, 255));
  EXPECT_THAT(row(GreyScale::around_zero), ElementsAre(85, 128, 255));
  EXPECT_THROW(picture_grid(filters, 2, 2), InputError);
}

TEST(PngGrid, HasRatherFewGaps) {
  const auto width = [](std::int64_t pictures) {
    return picture_grid(Tensor(DType::f32, pictures, 1), 1, 1, {.padding = 0}).width;
  };
  EXPECT_EQ(width(100), 10);
  EXPECT_EQ(width(40), 8);  // 5 rows; 7 columns would leave 2 places empty
  EXPECT_EQ(width(26), 6);  // 13 columns of 2 rows are too wide
  EXPECT_EQ(width(1), 1);
}

}  // namespace
}  // namespace deepboltz
