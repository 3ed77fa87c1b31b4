// Packed codes: the order of their bits, their files, and the thresholds that make them.
#include "deepboltz/task/binary_codes.h"

#include <cmath>
#include <limits>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/io/file.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/task/code_file.h"
#include "deepboltz/task/code_threshold.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

const std::string kModel(64, 'a'), kOther(64, 'b');

BinaryCodes drawn_codes(std::int64_t cases, int bits) {
  BinaryCodes codes(cases, bits);
  for (std::int64_t c = 0; c < cases; ++c)
    for (int i = 0; i < bits; ++i)
      if ((random_word(Key{4}, std::uint32_t(c), std::uint32_t(i)) & 1) != 0) codes.set(c, i);
  return codes;
}

TEST(BinaryCodes, BitIStandsInByteIOver8) {
  BinaryCodes codes(2, 12);
  codes.set(0, 0);
  codes.set(0, 9);
  codes.set(1, 7);
  EXPECT_THAT(bytes_of(codes), ElementsAre(1, 2, 128, 0));
}

TEST(BinaryCodes, GoToBytesAndBack) {
  for (const int bits : {1, 7, 8, 20, 63, 64, 65, 128, 511, 512}) {
    const BinaryCodes codes = drawn_codes(50, bits),
                      again = codes_from_bytes(bytes_of(codes), codes.cases(), codes.bits(), "codes");
    for (std::int64_t c = 0; c < codes.cases(); ++c)
      for (int i = 0; i < bits; ++i) ASSERT_EQ(again.bit(c, i), codes.bit(c, i)) << bits;
  }
}

TEST(BinaryCodes, RefuseWhatCannotBeOne) {
  EXPECT_EQ(refusal([] { BinaryCodes(1, 0); }), "codes: expected 1 to 512 bits, got 0");
  EXPECT_EQ(refusal([] { BinaryCodes(1, 513); }), "codes: expected 1 to 512 bits, got 513");
  EXPECT_THAT(refusal([] { BinaryCodes(std::int64_t(1) << 40, 512); }), HasSubstr("expected 0 to 4294967295 codes"));
  EXPECT_THAT(refusal([] { codes_from_bytes(Bytes(3), 2, 12, "f"); }), HasSubstr("f: expected 2 codes of 12 bits"));
  EXPECT_EQ(refusal([] {
              codes_from_bytes(Bytes{0, 0, 0, 16}, 2, 12, "f");
            }),
            "f: code 1: expected 12 bits, got one behind them");
}

TEST(CodeThreshold, ABitIsOneAboveItsThreshold) {
  Context ctx;
  for (const DType dtype : {DType::f32, DType::f64}) {
    Tensor x(dtype, 3, 2), thresholds(dtype, 1, 2);
    const double values[3][2] = {{0.1, 5}, {0.5, -2}, {0.9, 3}};
    for (std::int64_t c = 0; c < 3; ++c)
      for (std::int64_t i = 0; i < 2; ++i) x.set(c, i, values[c][i]);
    thresholds.set(0, 0, x.at(1, 0));  // at the threshold is not above it
    thresholds.set(0, 1, 2.5);
    EXPECT_THAT(bytes_of(threshold_codes(ctx, x, thresholds)), ElementsAre(2, 0, 3));
    EXPECT_THAT(bytes_of(threshold_codes(ctx, x, equal_thresholds(2, 0.5, dtype))), ElementsAre(2, 0, 3));
    const Tensor medians = median_thresholds(ctx, x);
    EXPECT_EQ(medians.at(0, 0), x.at(1, 0));
    EXPECT_EQ(medians.at(0, 1), 3);
  }
}

// Of distinct numbers half are above the median, to within one case, on any number of threads.
TEST(CodeThreshold, TheMedianHalvesTheCases) {
  Context one(1), three(3);
  for (const std::int64_t cases : {1, 2, 7, 1'000}) {
    Tensor x(DType::f32, cases, 70);
    for (std::int64_t c = 0; c < cases; ++c)
      for (std::int64_t i = 0; i < 70; ++i) x.set(c, i, normal(Key{6}, std::uint32_t(c), std::uint32_t(i)));
    const BinaryCodes codes = threshold_codes(three, x, median_thresholds(three, x));
    EXPECT_EQ(bytes_of(codes), bytes_of(threshold_codes(one, x, median_thresholds(one, x))));
    for (int i = 0; i < 70; ++i) {
      std::int64_t on = 0;
      for (std::int64_t c = 0; c < cases; ++c) on += codes.bit(c, i);
      EXPECT_EQ(on, cases / 2);
    }
  }
}

TEST(CodeThreshold, RefusesWhatDoesNotFit) {
  Context ctx;
  Tensor x(DType::f32, 2, 3);
  EXPECT_EQ(refusal([&] { threshold_codes(ctx, x, equal_thresholds(2, 0, DType::f32)); }),
            "codes: expected 3 thresholds, got 1 × 2");
  EXPECT_THAT(refusal([&] { median_thresholds(ctx, Tensor(DType::f32, 0, 3)); }), HasSubstr("got none"));
  const Tensor wide(DType::f32, 1, 513);
  EXPECT_THAT(refusal([&] { threshold_codes(ctx, wide, equal_thresholds(513, 0, DType::f32)); }), HasSubstr("got 513"));
  x.set(1, 1, std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(refusal([&] { median_thresholds(ctx, x); }), HasSubstr("not finite"));
  EXPECT_THAT(refusal([&] { threshold_codes(ctx, x, equal_thresholds(3, 0, DType::f32)); }), HasSubstr("not finite"));
}

class CodesOnDisk : public ::testing::Test {
 protected:
  static CodeFile file_of(int bits) {
    CodeFile file{drawn_codes(30, bits), Tensor(DType::f32, 1, bits), "top"};
    file.made_by = kModel;
    for (int i = 0; i < bits; ++i) file.thresholds.set(0, i, 0.25 * i);
    file.documents.emplace().cols = 7;
    for (int r = 0; r < 30; ++r) {
      file.names.push_back("case " + std::to_string(r));
      file.classes.push_back(r % 2 == 0 ? "even" : "");
      for (int word = r % 3; word < 7 && r != 4; word += 2) {
        file.documents->column.push_back(std::uint32_t(word));
        file.documents->value.push_back(float(r + word + 1));
      }
      file.documents->end_row();
    }
    return file;
  }
  void write(int bits) { write_codes(path_, file_of(bits)); }
  // The file with another text under `name`.
  Bytes with(const char* name, const std::string& text) {
    Archive archive = read_safetensors(path_);
    archive.metadata[name] = text;
    return make_safetensors(archive);
  }
  static std::string refused(const Bytes& bytes) {
    return refusal([&] { parse_codes(bytes, "codes.index", kModel); });
  }

  testing::TempFolder folder_;
  std::filesystem::path path_ = folder_ / "codes.index";
};

TEST_F(CodesOnDisk, GivesBackWhatWasWritten) {
  for (const int bits : {1, 8, 20, 64, 65, 512}) {
    write(bits);
    const CodeFile whole = read_codes(path_, kModel);
    const BinaryCodes& again = whole.codes;
    EXPECT_EQ(whole.layer, "top");
    EXPECT_EQ(whole.names, file_of(bits).names);
    EXPECT_EQ(whole.classes, file_of(bits).classes);
    EXPECT_EQ(whole.documents->cols, 7);
    EXPECT_EQ(whole.documents->first, file_of(bits).documents->first);
    EXPECT_EQ(whole.documents->column, file_of(bits).documents->column);
    EXPECT_EQ(whole.documents->value, file_of(bits).documents->value);
    EXPECT_EQ(whole.thresholds.at(0, bits - 1), 0.25 * (bits - 1));
    EXPECT_EQ(again.bits(), bits);
    EXPECT_EQ(again.cases(), 30);
    EXPECT_EQ(bytes_of(again), bytes_of(drawn_codes(30, bits)));
  }
}

TEST_F(CodesOnDisk, RefusesOtherModelsAndLyingSizes) {
  write(20);
  EXPECT_EQ(refusal([&] { parse_codes(read_file(path_), "codes.index", kOther); }),
            "codes.index: another model made these codes (SHA-256 aaaaaaaaaaaa…, expected bbbbbbbbbbbb…); make them "
            "anew with 'deepboltz hash'");
  EXPECT_EQ(refused(with("kind", "models")), "codes.index: expected an index of binary codes, got one of models");
  EXPECT_EQ(refused(with("bits", "0")), "codes.index: 'bits' is '0', expected 1 to 512");
  EXPECT_EQ(refused(with("bits", "2x")), "codes.index: 'bits' is '2x', expected 1 to 512");
  EXPECT_THAT(refused(with("bits", "513")), HasSubstr("expected 1 to 512"));
  EXPECT_EQ(refused(with("bits", "25")), "codes.index: expected 30 × 4 bytes of codes, got 30 × 3 of u8");
  EXPECT_THAT(refused(with("bits", "19")), HasSubstr("expected 19 bits, got one behind them"));
  EXPECT_EQ(refused(with("cases", "31")), "codes.index: expected 31 × 3 bytes of codes, got 30 × 3 of u8");
  EXPECT_THAT(refused(with("cases", "99999999999999999999")), HasSubstr("expected 1 to 4294967295"));
  EXPECT_THAT(refused(make_safetensors({})), HasSubstr("not an index of codes"));
}

TEST_F(CodesOnDisk, RefusesDocumentsThatDoNotHold) {
  write(20);
  const auto with_number = [&](const char* name, std::int64_t at, double number) {
    Archive archive = read_safetensors(path_);
    const_cast<Tensor&>(archive.at(name)).set(0, at, number);
    return refused(make_safetensors(archive));
  };
  EXPECT_EQ(with_number("documents/words", 1, 7), "codes.index: expected numbers of words below 7, got 7");
  EXPECT_EQ(with_number("documents/words", 1, -1), "codes.index: expected numbers of words below 7, got -1");
  EXPECT_THAT(with_number("documents/words", 1, 0), HasSubstr("row 0: column 0 after 0"));
  EXPECT_EQ(with_number("documents/counts", 0, 0.5), "codes.index: expected counts below 16777217, got 0.5");
  EXPECT_THAT(with_number("documents/counts", 0, std::numeric_limits<double>::quiet_NaN()), HasSubstr("got nan"));
  EXPECT_THAT(with_number("documents/lengths", 0, 1e9), HasSubstr("expected lengths of documents below 8"));
  EXPECT_THAT(with_number("documents/lengths", 0, 5), HasSubstr("words in all, but"));
  EXPECT_THAT(refused(with("words", "3")), HasSubstr("expected"));
  EXPECT_THAT(refused(with("words", "0")), HasSubstr("'words' is '0'"));
}

TEST_F(CodesOnDisk, RefusesEveryShorterFileInOneLine) {
  write(20);
  const Bytes whole = read_file(path_);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string line = refused(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size)));
    ASSERT_FALSE(line.empty()) << size;
    ASSERT_EQ(line.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace deepboltz
