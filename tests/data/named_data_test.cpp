#include "deepboltz/data/named_data.h"

#include <cmath>
#include <cstring>
#include <map>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/data/ocr_letters.h"
#include "deepboltz/data/strokes.h"
#include "deepboltz/data/toy_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/sha256.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

double grey(const Dataset& data, std::int64_t r, std::int64_t c) { return data.x.as<std::uint8_t>()(r, c) / 255.0; }

TEST(Strokes, ACaseDependsOnTheKeyAndItsNumberOnly) {
  Context one(1), three(3);
  const Dataset few = stroke_digits(one, 70, {3}), many = stroke_digits(three, 500, {3}),
                other = stroke_digits(one, 70, {4});
  EXPECT_EQ(std::memcmp(few.x.data(), many.x.data(), few.x.bytes()), 0);
  EXPECT_EQ(few.labels, std::vector<int>(many.labels.begin(), many.labels.begin() + 70));
  EXPECT_NE(few.sha256, other.sha256);
}

TEST(Strokes, NoTwoAlikeAndAllInsideThePicture) {
  Context ctx;
  for (const Dataset& data : {stroke_digits(ctx, 2000, {5}), stroke_letters(ctx, 2000, {5})}) {
    std::set<std::string> seen;
    for (std::int64_t r = 0; r < data.cases(); ++r) {
      seen.insert(sha256({data.x.as<std::uint8_t>().row(r), 784}));
      double ink = 0, border = 0;
      for (int i = 0; i < 784; ++i) {
        ink += grey(data, r, i);
        if (i < 28 || i >= 756 || i % 28 == 0 || i % 28 == 27) border += grey(data, r, i);
      }
      EXPECT_GT(ink, 20) << r;
      EXPECT_LT(ink, 350) << r;
      EXPECT_LT(border, 0.15 * ink) << r;
    }
    EXPECT_EQ(seen.size(), 2000u);
  }
}

// Each class about as often: χ² with 9 degrees of freedom stays below its 1 − 1e-6 quantile, 45.
TEST(Strokes, ClassesAreEquallyFrequent) {
  Context ctx;
  std::map<int, int> counts;
  for (const int label : stroke_digits(ctx, 5000, {6}).labels) ++counts[label];
  double chi_squared = 0;
  for (int digit = 0; digit < 10; ++digit) chi_squared += std::pow(counts[digit] - 500.0, 2) / 500;
  EXPECT_LT(chi_squared, 45);
}

// That a digit is what its label says: the nearest neighbour among others of its kind has the same label.
TEST(Strokes, TheNearestNeighbourHasTheSameLabel) {
  Context ctx;
  const Dataset train = stroke_digits(ctx, 3000, {7}), test = stroke_digits(ctx, 200, {8});
  int right = 0;
  for (std::int64_t t = 0; t < test.cases(); ++t) {
    long nearest = std::numeric_limits<long>::max();
    int label = -1;
    for (std::int64_t i = 0; i < train.cases(); ++i) {
      const std::uint8_t *a = test.x.as<std::uint8_t>().row(t), *b = train.x.as<std::uint8_t>().row(i);
      long distance = 0;
      for (int c = 0; c < 784; ++c) distance += (a[c] - b[c]) * (a[c] - b[c]);
      if (distance < nearest) nearest = distance, label = train.labels[std::size_t(i)];
    }
    right += label == test.labels[std::size_t(t)];
  }
  EXPECT_GE(right, 180);
}

TEST(BarsAndStripes, EveryPictureIsOneAndAllOfThemCome) {
  const Dataset data = bars_and_stripes(4000, 3, {1});
  std::map<std::string, int> seen;
  for (std::int64_t i = 0; i < data.cases(); ++i) {
    const std::uint8_t* x = data.x.as<std::uint8_t>().row(i);
    for (int y = 0; y < 3; ++y)
      for (int c = 0; c < 3; ++c) EXPECT_EQ(x[3 * y + c], data.labels[std::size_t(i)] == 1 ? x[3 * y] : x[c]);
    ++seen[std::string(reinterpret_cast<const char*>(x), 9)];
  }
  EXPECT_EQ(seen.size(), 14u);  // 2 · 2³ − 2
  const double all_on = seen[std::string(9, '\xff')];
  EXPECT_NEAR(all_on, 500, 5 * std::sqrt(4000 * 0.125 * 0.875));  // ¼·½ twice: 1/8 of 4000
}

TEST(Shifter, TheSecondRowIsTheFirstMoved) {
  const Dataset data = shifter(3000, 8, {2});
  std::map<int, int> counts;
  for (std::int64_t i = 0; i < data.cases(); ++i) {
    const std::uint8_t* x = data.x.as<std::uint8_t>().row(i);
    const int label = data.labels[std::size_t(i)];
    ++counts[label];
    for (int b = 0; b < 8; ++b) EXPECT_EQ(x[b], x[8 + (b + label - 1 + 8) % 8]);
  }
  for (int label = 0; label < 3; ++label) EXPECT_NEAR(counts[label], 1000, 5 * std::sqrt(3000 / 3.0 * 2 / 3));
  EXPECT_THROW(shifter(0, 8, {}), InputError);
  EXPECT_THROW(bars_and_stripes(10, 1, {}), InputError);
}

TEST(NamedData, GeneratorsDrawTrainAndTestApart) {
  Context ctx;
  for (const auto& named : named_data()) {
    if (!named.files.empty()) continue;
    const Dataset train = load_named_data(ctx, named.name, {.share = Share::train, .cases = 40, .key = {9}}, {});
    const Dataset test = load_named_data(ctx, named.name, {.share = Share::test, .cases = 40, .key = {9}}, {});
    EXPECT_EQ(train.cases(), 40);
    EXPECT_NE(train.sha256, test.sha256) << named.name;
  }
  EXPECT_THAT(refusal([&] { load_named_data(ctx, "mnits", {}, {}); }), HasSubstr("there is no data set 'mnits'"));
}

TEST(Locate, TheEnvironmentSaysWhere) {
  EXPECT_EQ(data_places({"", "", "", "/h"}).cache, "/h/.cache/deepboltz");
  EXPECT_EQ(data_places({"", "", "/x", "/h"}).cache, "/x/deepboltz");
  EXPECT_EQ(data_places({"/d", "/c", "/x", "/h"}).cache, "/c");
  EXPECT_EQ(data_places({"/d", "/c", "/x", "/h"}).data, "/d");
  EXPECT_TRUE(data_places({}).cache.empty());
}

TEST(Locate, FirstTheDataThenTheCacheThenTheNetworkWhenAsked) {
  testing::TempFolder folder;
  const Bytes contents(10, 3);
  const PublicFile file{"set/a.gz", "https://example.org/a.gz", sha256(contents), 10};
  DataPlaces places{folder / "data", folder / "cache", {}};
  EXPECT_EQ(
      refusal([&] { locate(file, places); }),
      fmt::format("set/a.gz: not found in {} nor {}; get it with 'deepboltz data fetch' or set DEEPBOLTZ_DATA to the "
                  "folder that has it",
                  (folder / "data").string(), (folder / "cache").string()));
  int fetched = 0;
  places.fetch = [&](const std::string& url, std::uint64_t limit) {
    EXPECT_EQ(url, file.url);
    EXPECT_EQ(limit, 10u);
    ++fetched;
    return contents;
  };
  EXPECT_EQ(locate(file, places), folder / "cache/set/a.gz");
  EXPECT_EQ(read_file(folder / "cache/set/a.gz"), contents);
  EXPECT_EQ(locate(file, places), folder / "cache/set/a.gz");
  EXPECT_EQ(fetched, 1);
  std::filesystem::create_directories(folder / "data/set");
  write_file(folder / "data/a.gz", contents);
  EXPECT_EQ(locate(file, places), folder / "data/a.gz");
  write_file(folder / "data/set/a.gz", contents);
  EXPECT_EQ(locate(file, places), folder / "data/set/a.gz");
}

TEST(Locate, WhatIsNotWhatWasPinnedIsNotKept) {
  testing::TempFolder folder;
  const PublicFile file{"set/a.gz", "https://example.org/a.gz", sha256(Bytes(10, 3)), 10};
  const DataPlaces places{{}, folder / "cache", [](auto&, auto) { return Bytes(10, 4); }};
  EXPECT_THROW(locate(file, places), FileError);
  EXPECT_THAT(refusal([&] { locate(file, places); }), HasSubstr("expected " + file.sha256));
  EXPECT_FALSE(std::filesystem::exists(folder / "cache/set/a.gz"));
}

// The real data, where they are at hand.
class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (places_.data.empty()) GTEST_SKIP() << "DEEPBOLTZ_DATA is not set";
  }
  Dataset load(const char* name, Share share) { return load_named_data(ctx_, name, {.share = share}, places_); }

  Context ctx_;
  DataPlaces places_ = data_places(read_environment());
};

TEST_F(RealData, MnistIsTheCanonicalOne) {
  const NamedData* mnist = find_named_data("mnist");
  for (const auto& file : mnist->files) {
    const Bytes bytes = read_file(locate(file, places_));
    EXPECT_EQ(bytes.size(), file.bytes);
    EXPECT_EQ(sha256(bytes), file.sha256);
  }
  const Dataset train = load("mnist", Share::train), test = load("mnist", Share::test);
  EXPECT_EQ(train.cases(), 60'000);
  EXPECT_EQ(test.cases(), 10'000);
  EXPECT_EQ(train.x.dtype(), DType::u8);
  EXPECT_EQ(train.labels[0], 5);
  EXPECT_EQ(test.labels[0], 7);
  double sum = 0;
  for (std::size_t i = 0; i < train.x.bytes(); ++i) sum += double(std::uint8_t(train.x.data()[i]));
  EXPECT_NEAR(sum / double(train.x.bytes()) / 255, 0.1307, 5e-5);  // the mean that everybody quotes
}

TEST_F(RealData, OmniglotSplitsByDrawer) {
  const Dataset train = load("omniglot", Share::train), test = load("omniglot", Share::test);
  EXPECT_EQ(train.cases(), 24'345);
  EXPECT_EQ(test.cases(), 8'115);
  EXPECT_EQ(train.classes, 50);
  EXPECT_EQ(train.height, 28);
  double sum = 0;  // ink is 1: little of a picture is ink
  for (std::size_t i = 0; i < test.x.bytes(); ++i) sum += double(std::uint8_t(test.x.data()[i]));
  EXPECT_LT(sum / double(test.x.bytes()) / 255, 0.2);
}

double mean_step(const Dataset& data, int across, int down) {  // mean |difference| of pixels so far apart
  double sum = 0;
  std::int64_t count = 0;
  for (std::int64_t r = 0; r < data.cases(); ++r)
    for (int y = 0; y + down < data.height; ++y)
      for (int x = 0; x + across < data.width; ++x, ++count)
        sum += std::abs(grey(data, r, (y * data.width + x) * data.channels) -
                        grey(data, r, ((y + down) * data.width + x + across) * data.channels));
  return sum / double(count);
}

// That pictures lie the right way: neighbours in both directions are alike, much more than pixels six apart.
TEST_F(RealData, PicturesAreSmooth) {
  for (const char* name : {"cifar10", "frey", "olivetti", "orl"}) {
    const Dataset train = load(name, Share::train), test = load(name, Share::test);
    EXPECT_NE(train.sha256, test.sha256);
    EXPECT_EQ(train.units(), test.units());
    for (const Dataset* data : {&train, &test}) {
      EXPECT_LT(2 * mean_step(*data, 1, 0), mean_step(*data, 6, 0)) << name;
      EXPECT_LT(2 * mean_step(*data, 0, 1), mean_step(*data, 0, 6)) << name;
    }
  }
}

// Faces are longer than they are wide and upright: eyes are darker than cheeks.
TEST_F(RealData, FacesOfPeopleInTurn) {
  const Dataset olivetti = load("olivetti", Share::train), orl = load("orl", Share::test);
  EXPECT_EQ(olivetti.classes, 40);
  EXPECT_EQ(olivetti.labels[7], 0);
  EXPECT_EQ(olivetti.labels[8], 1);
  EXPECT_EQ(orl.height, 112);
  EXPECT_EQ(orl.labels[79], 39);
  double eyes = 0, cheeks = 0;
  for (std::int64_t r = 0; r < olivetti.cases(); ++r)
    for (int x = 14; x < 50; ++x) {
      eyes += grey(olivetti, r, 15 * 64 + x);
      cheeks += grey(olivetti, r, 26 * 64 + x);
    }
  EXPECT_LT(1.3 * eyes, cheeks);
}

// The first record's class is on page 1 of every course that uses the set: 6, a frog.
TEST_F(RealData, CifarBeginsWithAFrog) {
  const Dataset train = load("cifar10", Share::train);
  EXPECT_EQ(train.class_names[std::size_t(train.labels[0])], "frog");
  EXPECT_EQ(train.x.at(0, 0), 59);
  EXPECT_EQ(train.x.at(0, 1), 62);
  EXPECT_EQ(train.x.at(0, 2), 63);
}

// Larochelle's and Lowd's sets: the three parts of each, bits, and apart from each other.
TEST_F(RealData, BinarySetsHaveThreeParts) {
  int sets = 0;
  for (const NamedData& set : named_data()) {
    if (set.validation_cases == 0 || set.files.size() != 3) continue;
    ++sets;
    const std::string name(set.name);
    const Dataset train = load(name.c_str(), Share::train), validation = load(name.c_str(), Share::validation),
                  test = load(name.c_str(), Share::test);
    EXPECT_EQ(train.cases(), set.train_cases);
    EXPECT_EQ(validation.cases(), set.validation_cases);
    EXPECT_EQ(test.cases(), set.test_cases);
    EXPECT_EQ(train.units(), test.units());
    EXPECT_NE(train.sha256, validation.sha256);
    EXPECT_EQ(train.x.dtype(), DType::u8);
  }
  EXPECT_EQ(sets, 7);
  const Dataset letters = load("ocr-letters", Share::validation);
  EXPECT_EQ(letters.height, 16);
  EXPECT_EQ(letters.width, 8);
  EXPECT_EQ(load("adult", Share::test).units(), 123);
  EXPECT_THAT(refusal([&] { load("mnist", Share::validation); }), HasSubstr("no validation cases of its own"));
}

// The letters with classes are those without: the same pictures in validation and test, in whatever order.
TEST_F(RealData, LettersHaveTheirClasses) {
  const auto pictures = [](const Dataset& data, std::int64_t first) {
    std::vector<std::string> all;
    for (std::int64_t r = first; r < data.cases(); ++r)
      all.emplace_back(reinterpret_cast<const char*>(data.x.as<std::uint8_t>().row(r)), std::size_t(data.units()));
    std::ranges::sort(all);
    return all;
  };
  const Dataset train = load("ocr-letters-classes", Share::train), test = load("ocr-letters-classes", Share::test);
  EXPECT_EQ(pictures(test, 0), pictures(load("ocr-letters", Share::test), 0));
  EXPECT_EQ(pictures(train, 32'152), pictures(load("ocr-letters", Share::validation), 0));
  EXPECT_EQ(train.height, 16);
  EXPECT_EQ(train.classes, 26);
  EXPECT_EQ(class_name(train, train.labels[0]), "a");  // the fourth line of letter.data, the first that is t
}

TEST(LabelledLetters, AreRefusedWhereALineIsNot) {
  testing::TempFolder folder;
  const auto with = [&](const std::string& letters, const std::string& split) {
    write_file(folder / "letter.data", as_bytes(letters));
    write_file(folder / "split.txt", as_bytes(split));
    return refusal([&] { read_labelled_letters(folder / "letter.data", folder / "split.txt", Share::train); });
  };
  const auto line = [](const std::string& letter, int pixels, const std::string& last) {
    std::string text = "1\t" + letter + "\t2\t1\t1\t0";
    for (int i = 1; i < pixels; ++i) text += "\t1";
    return text + "\t" + last + "\t\n";
  };
  const std::string good = line("c", 128, "0");
  EXPECT_THAT(with(good, "# parts\nx\n"), HasSubstr("split.txt:2: expected t, v or s, got 'x'"));
  EXPECT_THAT(with(good + good, "t\n"), HasSubstr("letter.data:2: a letter more than the 1 of "));
  EXPECT_THAT(with(good, "t\nv\n"), HasSubstr("letter.data: 1 letters, but "));
  EXPECT_THAT(with(line("C", 128, "0"), "t\n"), HasSubstr("letter.data:1: expected a letter from a to z, got 'C'"));
  EXPECT_THAT(with(line("c", 127, "0"), "t\n"), HasSubstr("letter.data:1: expected 134 fields, got 133"));
  EXPECT_THAT(with(line("c", 129, "0"), "t\n"), HasSubstr("letter.data:1: expected 134 fields, got more"));
  EXPECT_THAT(with(good + line("c", 128, "2"), "t\ns\n"),
              HasSubstr("letter.data:2: expected pixels of 0 and 1, got '2'"));
  write_file(folder / "letter.data", as_bytes(good + line("d", 128, "1") + line("e", 128, "1")));
  write_file(folder / "split.txt", as_bytes(std::string("s\nv\nt\n")));
  const Dataset train = read_labelled_letters(folder / "letter.data", folder / "split.txt", Share::train);
  EXPECT_EQ(train.labels, (std::vector<int>{4, 3}));  // t before v
  EXPECT_EQ(train.x.at(0, 127), 255);
  const Dataset test = read_labelled_letters(folder / "letter.data", folder / "split.txt", Share::test);
  EXPECT_EQ(test.labels, std::vector<int>{2});
  EXPECT_EQ(test.x.at(0, 127), 0);
}

TEST(BinarySets, AreRefusedWhereTheyAreNotBitsOrNotAll) {
  testing::TempFolder folder;
  std::filesystem::create_directories(folder / "binary_density");
  const auto with = [&](const std::string& text) {
    write_file(folder / "binary_density/dna.valid.data.gz", as_bytes(text));
    Context ctx;
    return refusal([&] { load_named_data(ctx, "dna", {.share = Share::validation}, {.data = folder / ""}); });
  };
  EXPECT_THAT(with("0,1\n1,0\n"), HasSubstr("2 cases, 400 expected"));
  EXPECT_THAT(with("0,1\n1,2\n"), HasSubstr("expected 0 and 1 only"));
  EXPECT_THAT(with("0,1\n1,0.5\n"), HasSubstr("expected 0 and 1 only"));
  EXPECT_THAT(with("0,1\n1\n"), HasSubstr("dna.valid.data.gz:2: 1 columns"));
}

}  // namespace
}  // namespace deepboltz
