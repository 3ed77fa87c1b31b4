// Aligned sequences: letters become classes, insertions go, weights count the alike; what is malformed is refused by
// line.
#include "deepboltz/data/sequences.h"

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;
using ::testing::StartsWith;

Dataset parse(std::string_view text, double identity = 0) {
  return parse_sequences(as_bytes(text), "f", {.identity = identity});
}

std::string letters_of(const Dataset& data) { return to_fasta(data.x.to(DType::f32), kLetters); }

TEST(Sequences, LettersAreClasses) {
  const Dataset data = parse(">one\nAC-\nY\n>two\nWWWW\n");
  ASSERT_EQ(data.cases(), 2);
  ASSERT_EQ(data.units(), 4 * 21);
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t i = 0; i < 4; ++i) {
      int ones = 0;
      for (std::int64_t k = 0; k < 21; ++k) ones += data.x.at(r, 21 * i + k) == 255;
      EXPECT_EQ(ones, 1);
    }
  EXPECT_EQ(data.x.at(0, 21 * 2), 255);  // the gap is the first class
  EXPECT_EQ(letters_of(data), ">1\nAC-Y\n>2\nWWWW\n");
  EXPECT_EQ(data.letters, kLetters);
  EXPECT_TRUE(data.weights.empty());
}

TEST(Sequences, InsertionsOfA3mAreLeftOut) {
  EXPECT_EQ(letters_of(parse(">a\nACDE\n>b\nAaa.CDggE\n")), ">1\nACDE\n>2\nACDE\n");
}

TEST(Sequences, WeightsCountThoseThatAgree) {
  // 1 and 2 agree at 4 of 5 sites, 3 with 1 at 3, 4 with none.
  const Dataset data = parse(">1\nACDEF\n>2\nACDEG\n>3\nACDHH\n>4\nYYYYY\n", 0.8);
  EXPECT_EQ(data.weights, (std::vector<float>{0.5f, 0.5f, 1, 1}));
  EXPECT_EQ(parse(">1\nACDEF\n>2\nACDEG\n>3\nACDHH\n>4\nYYYYY\n", 0.6).weights,
            (std::vector<float>{1 / 3.f, 1 / 3.f, 1 / 3.f, 1}));
  EXPECT_NE(data.sha256, parse(">1\nACDEF\n>2\nACDEG\n>3\nACDHH\n>4\nYYYYY\n").sha256);
  const std::uint32_t rows[] = {3, 0};
  EXPECT_EQ(select_rows(data, rows).weights, (std::vector<float>{1, 0.5f}));
  EXPECT_EQ(select_rows(data, rows).letters, kLetters);
}

TEST(Sequences, AreFoundByTheirFirstByteGzippedOrNot) {
  testing::TempFolder folder;
  const std::string_view text = ">a\nAC\n>b\nCC\n";
  write_file(folder / "plain.txt", as_bytes(text));
  write_file(folder / "packed.gz", gzip(as_bytes(text)));
  for (const char* name : {"plain.txt", "packed.gz"}) {
    EXPECT_EQ(find_format(folder / name), DataFormat::fasta);
    EXPECT_EQ(read_data(folder / name).sha256, parse(text).sha256);
  }
}

TEST(Sequences, RefuseByLine) {
  const auto refused = [](std::string_view text) { return refusal([&] { parse(text); }); };
  EXPECT_EQ(refused(">a\nACD\n>b\nAC\n"), "f:3: a sequence of 2 sites, where the first has 3");
  EXPECT_EQ(refused(">a\nACD\n>b\nAXC\n"), "f:4: column 2: expected one of -ACDEFGHIKLMNPQRSTVWY, got 'X'");
  EXPECT_THAT(refused(">a\nAC1\n"), StartsWith("f:2: column 3: expected one of"));
  EXPECT_THAT(refused(">a\nA C\n"), StartsWith("f:2: column 2:"));
  EXPECT_THAT(refused("ACD\n"), StartsWith("f:1: expected a header line that begins with '>', got 'ACD'"));
  EXPECT_THAT(refused(">a\n>b\nAC\n"), StartsWith("f:1: a sequence without letters"));
  EXPECT_THAT(refused(">a\nAC\n>b\n"), StartsWith("f:3: a sequence without letters"));
  EXPECT_THAT(refused(">a\nacgt\n"), StartsWith("f:1: a sequence without letters"));
  EXPECT_THAT(refused(""), StartsWith("f:1: there are no sequences"));
  EXPECT_THAT(refused(">a\n" + std::string(20'000, 'A') + "\n"), HasSubstr("more than 16384 sites"));
}

}  // namespace
}  // namespace deepboltz
