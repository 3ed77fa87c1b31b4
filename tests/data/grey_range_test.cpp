// The scale of grey values: stated, known, or found and said; never guessed in silence.
#include "deepboltz/data/grey_range.h"

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/data/csv.h"
#include "deepboltz/data/idx.h"
#include "deepboltz/data/npy_data.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/mat.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/png.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::refusal;
using testing::TempFolder;

Dataset csv(std::string_view text, ReadOptions options = {}) { return parse_csv(as_bytes(text), "f.csv", options); }

Bytes npy_of(const std::vector<std::uint8_t>& values, std::int64_t rows) {
  return make_npy({{'u', 1, false}, false, {rows, std::int64_t(values.size()) / rows}, values});
}

// The share of ink of a number of a file.
double ink(const Dataset& data, std::int64_t r, std::int64_t c) {
  return data.x.at(r, c) / (data.x.dtype() == DType::u8 ? 255 : 1);
}

TEST(GreyScale, OfWholeNumbersIsTheirGreatestUnlessTheyAreBitsOrBytes) {
  const Dataset scanned = csv("0,4\n8,16\n");
  EXPECT_EQ(scanned.scale, 16);
  EXPECT_EQ(ink(scanned, 1, 0), 0.5);
  EXPECT_THAT(scanned.remarks, ElementsAre(HasSubstr("from 0 to 16; 16 is taken for ink, and scale states another")));
  const Dataset bits = csv("0,1\n1,1\n"), bytes = csv("0,1\n200,16\n"), shares = csv("0,0.5\n1,1\n");
  EXPECT_EQ(bits.scale, 1);
  EXPECT_THAT(bits.remarks, IsEmpty());
  EXPECT_EQ(bytes.scale, 255);
  EXPECT_EQ(bytes.x.dtype(), DType::u8);
  EXPECT_THAT(bytes.remarks, ElementsAre(HasSubstr("255 is taken for ink")));
  EXPECT_EQ(shares.scale, 1);
  EXPECT_EQ(ink(csv("0,4\n8,16\n", {.invert = true}), 1, 1), 0);
}

TEST(GreyScale, IsFoundInEveryFormatOfRows) {
  const std::vector<std::uint8_t> values{0, 4, 8, 16};
  const Dataset npy = parse_npy_data(npy_of(values, 2), "f.npy");
  EXPECT_EQ(npy.scale, 16);
  EXPECT_EQ(ink(npy, 1, 0), 0.5);
  Dataset pictures{.name = "p", .x = Tensor(DType::u8, 2, 2)};
  std::ranges::copy(values, pictures.x.as<std::uint8_t>().data);
  const Dataset idx = parse_idx(make_idx(finished(std::move(pictures))), "f");
  EXPECT_EQ(idx.scale, 16);
  EXPECT_EQ(ink(idx, 1, 0), 0.5);
  const std::vector<std::uint8_t> white{0, 4, 8, 255};
  EXPECT_THAT(parse_npy_data(npy_of(white, 2), "f.npy").remarks, IsEmpty());  // bytes by their type
}

TEST(GreyScale, ThatIsStatedHoldsWhateverTheNumbersAre) {
  const Dataset data = csv("0,4\n8,2.5\n", {.scale = 10});
  EXPECT_EQ(ink(data, 1, 1), 0.25);
  EXPECT_THAT(data.remarks, IsEmpty());
  EXPECT_EQ(ink(csv("0,1\n1,0\n", {.scale = 255}), 0, 1), 1.0 / 255);
  EXPECT_EQ(csv("0,1000\n500,0\n", {.scale = 1000}).x.at(1, 0), 0.5);
  EXPECT_EQ(refusal([] { csv("0,1\n0,17\n", {.scale = 16}); }),
            "f.csv:2: the value 17: expected numbers from 0 to 16, the scale that is stated");
}

TEST(GreyScale, ThatIsKnownIsTheScaleOfLaterFiles) {
  const Dataset dark = csv("0,1\n1,1\n", {.known_scale = 255});
  EXPECT_EQ(ink(dark, 0, 1), 1.0 / 255);  // as beside a white row
  EXPECT_THAT(dark.remarks, ElementsAre(HasSubstr("no number is above 1, on the scale 0 to 255")));
  EXPECT_EQ(ink(csv("0,8\n1,1\n", {.known_scale = 16}), 0, 1), 0.5);
  EXPECT_THAT(csv("0,0.25\n", {.known_scale = 255}).remarks, ElementsAre(HasSubstr("are read as they are")));
  EXPECT_THAT(refusal([] { csv("0,17\n", {.known_scale = 16}); }), HasSubstr("the scale of the training cases"));
  EXPECT_THAT(refusal([] { csv("0,255\n", {.known_scale = 1}); }), HasSubstr("expected numbers from 0 to 1"));
  EXPECT_EQ(ink(csv("0,1\n", {.scale = 1, .known_scale = 255}), 0, 1), 1);  // what is stated comes first
}

TEST(GreyScale, OfPicturesIsThatOfTheirFormat) {
  TempFolder folder;
  write_file(folder / "dark.png", make_png({1, 2, 1, Bytes{0, 16}}));
  const Dataset dark = read_data(folder / "dark.png"), stated = read_data(folder / "dark.png", {.scale = 16});
  EXPECT_EQ(dark.x.at(0, 1), 16);
  EXPECT_THAT(dark.remarks, ElementsAre(HasSubstr("reaches 16 of 255; scale = 16 takes it for ink")));
  EXPECT_EQ(ink(stated, 0, 1), 1);
  EXPECT_EQ(read_data(folder / "dark.png", {.known_scale = 1}).x.at(0, 1), 16);
}

TEST(GreyScale, OfTheFirstRulesIsThatOfBytes) {
  EXPECT_EQ(csv("0,16\n", {.rules = kFirstRules}).x.at(0, 1), 16);
  EXPECT_THAT(csv("0,16\n", {.rules = kFirstRules}).remarks, IsEmpty());
}

}  // namespace
}  // namespace deepboltz
