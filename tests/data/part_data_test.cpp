// The named sets of parts, as the files are: facts that were counted from them.
#include "deepboltz/data/part_data.h"

#include <cmath>
#include <numeric>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/listed_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/sha256.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using testing::refusal;

std::vector<double> sums_of(const SparseRows& x) {
  std::vector<double> sums;
  for (std::int64_t r = 0; r < x.rows(); ++r) {
    sums.push_back(0);
    for (std::int64_t e = x.first[std::size_t(r)]; e < x.first[std::size_t(r) + 1]; ++e) sums.back() += x.at(e);
  }
  return sums;
}

double total(const std::vector<double>& sums) { return std::accumulate(sums.begin(), sums.end(), 0.0); }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

TEST(PartData, DrawnSetsNeedNoFiles) {
  Context ctx;
  const Cases train = load_part_data(ctx, "tagged-strokes", {.cases = 40, .key = {9}}, {}),
              test = load_part_data(ctx, "tagged-strokes", {.share = Share::test, .cases = 40, .key = {9}}, {});
  EXPECT_EQ(train.count(), 40);
  EXPECT_NE(train.origin.sha256, test.origin.sha256);
  EXPECT_EQ(load_part_data(ctx, "tagged-strokes", {.share = Share::test}, {}).count(), 1'000);
}

TEST(PartData, NamesAreThoseOfTheTable) {
  Context ctx;
  EXPECT_EQ(refusal([&] { load_part_data(ctx, "wikpedia", {}, {}); }),
            "there is no data set of parts 'wikpedia'; the nearest one is 'wikipedia'");
  EXPECT_EQ(refusal([&] { load_part_data(ctx, "corel5k", {.share = Share::validation}, {}); }),
            "'corel5k' has no validation cases of its own");
  EXPECT_THROW(load_part_data(ctx, "corel5k", {}, {}), FileError);
  EXPECT_EQ(find_part_data("mnist"), nullptr);
  for (const PartData& set : part_data()) EXPECT_EQ(find_named_data(set.name), nullptr) << "a name for two things";
}

TEST(PartData, IsListedAndIsNoSetOfOnePart) {
  const auto listed = listed_data({});
  for (const PartData& set : part_data()) {
    const auto found = std::ranges::find(listed, std::string(set.name), &ListedData::name);
    ASSERT_NE(found, listed.end()) << set.name;
    EXPECT_EQ(found->place, set.files.empty() ? "drawn by the program" : "to be copied");
    EXPECT_EQ(found->sizes[0], (std::pair{std::string("train"), set.train_cases}));
  }
  EXPECT_EQ(refusal([] { require_named_cases("corel5k"); }),
            "data: corel5k has several parts, where cases of one part are expected");
}

class RealParts : public ::testing::Test {
 protected:
  void SetUp() override {
    if (places_.data.empty()) GTEST_SKIP() << "DEEPBOLTZ_DATA is not set";
  }
  Cases load(std::string_view name, Share share) { return load_part_data(ctx_, name, {.share = share}, places_); }

  Context ctx_;
  DataPlaces places_ = data_places(read_environment());
};

TEST_F(RealParts, FilesAreTheOnesThatWereLookedAt) {
  for (const PartData& set : part_data())
    for (const PublicFile& file : set.files) {
      const Bytes bytes = read_file(locate(file, places_));
      EXPECT_EQ(bytes.size(), file.bytes) << file.path;
      EXPECT_EQ(sha256(bytes), file.sha256) << file.path;
    }
}

TEST_F(RealParts, WikipediaHasWholeCounts) {
  const Cases train = load("wikipedia", Share::train), test = load("wikipedia", Share::test);
  EXPECT_EQ(train.count(), 2'173);
  EXPECT_EQ(test.count(), 693);
  std::vector<double> words = sums_of(train.at("text").sparse()), test_words = sums_of(test.at("text").sparse());
  EXPECT_EQ(total(words), 268'906);
  EXPECT_EQ(total(test_words), 83'321);
  words.insert(words.end(), test_words.begin(), test_words.end());
  EXPECT_EQ(*std::ranges::min_element(words), 25);
  EXPECT_EQ(*std::ranges::max_element(words), 601);
  EXPECT_EQ(median(words), 106);
  const double kinds = double(train.at("text").sparse().entries() + test.at("text").sparse().entries()) / 2'866;
  EXPECT_NEAR(kinds, 75.7, 0.05);
  std::vector<double> regions = sums_of(train.at("image").sparse());
  const std::vector<double> test_regions = sums_of(test.at("image").sparse());
  regions.insert(regions.end(), test_regions.begin(), test_regions.end());
  EXPECT_EQ(*std::ranges::min_element(regions), 111);
  EXPECT_EQ(*std::ranges::max_element(regions), 1'332);
  EXPECT_EQ(median(regions), 962);
  EXPECT_EQ(train.at("image").units(), 128);
  EXPECT_EQ(train.at("text").units(), 1'000);
  EXPECT_EQ(train.at("lda").units(), 10);
  EXPECT_EQ(class_name(test.at(kLabelColumn).meaning, labels_of(test)[0]), "biology");  // the list's first line says 2
  std::vector<int> positives(10, 0);
  for (const std::uint32_t label : labels_of(test)) ++positives[label];
  EXPECT_EQ(*std::ranges::min_element(positives), 34);
  EXPECT_EQ(*std::ranges::max_element(positives), 104);
}

TEST_F(RealParts, CorelHasTagsWithNames) {
  const Cases train = load("corel5k", Share::train), test = load("corel5k", Share::test);
  EXPECT_EQ(train.count(), 4'500);
  EXPECT_EQ(test.count(), 500);
  for (const auto& [part, units, least, most, mean] :
       {std::tuple{"image", 499, 1, 11, 8.3}, {"text", 374, 1, 5, 3.5}}) {
    std::vector<double> all = sums_of(train.at(part).sparse()), rest = sums_of(test.at(part).sparse());
    all.insert(all.end(), rest.begin(), rest.end());
    EXPECT_EQ(train.at(part).units(), units);
    EXPECT_EQ(*std::ranges::min_element(all), least) << part;
    EXPECT_EQ(*std::ranges::max_element(all), most) << part;
    EXPECT_NEAR(total(all) / 5'000, mean, 0.05) << part;
  }
  const Column& text = train.at("text");
  EXPECT_EQ(text.meaning.names.front(), "city");
  EXPECT_EQ(text.meaning.names.back(), "hawaii");
  EXPECT_EQ(topics_of(train)[7], std::vector<int>(text.sparse().row(7).begin(), text.sparse().row(7).end()));
  std::vector<int> in_train(374, 0), in_test(374, 0);
  for (const std::uint32_t tag : text.sparse().column) ++in_train[tag];
  for (const std::uint32_t tag : test.at("text").sparse().column) ++in_test[tag];
  int both = 0;
  for (std::size_t tag = 0; tag < 374; ++tag) both += in_train[tag] > 0 && in_test[tag] > 0;
  EXPECT_EQ(both, 260);
}

TEST_F(RealParts, TaggedPicturesSayWhatTheyShow) {
  const Cases train = load("tagged-pictures", Share::train), test = load("tagged-pictures", Share::test);
  EXPECT_EQ(train.count(), 4'000);
  EXPECT_EQ(test.count(), 1'000);
  const Column &image = train.at("image"), &text = train.at("text");
  EXPECT_EQ(image.units(), 16 * 16 * 3);
  EXPECT_EQ(image.rows().dtype, DType::f32);
  EXPECT_EQ(text.units(), 22);
  EXPECT_EQ(text.meaning.names[text.sparse().row(0)[0]], "frog");
  EXPECT_EQ(text.meaning.names[text.sparse().row(0)[1]], "animal");
  for (std::int64_t c = 0; c < train.count(); ++c) {
    ASSERT_GE(text.sparse().entries(c), 3) << c;
    ASSERT_LE(text.sparse().entries(c), 7) << c;
  }
  // The sky behind aeroplanes is blue, what is around frogs is not.
  std::vector<int> blue(10, 0), all(10, 0);
  const auto labels = labels_of(train);
  const auto word = std::uint32_t(std::ranges::find(text.meaning.names, "blue") - text.meaning.names.begin());
  for (std::int64_t c = 0; c < train.count(); ++c) {
    ++all[labels[std::size_t(c)]];
    for (const std::uint32_t said : text.sparse().row(c)) blue[labels[std::size_t(c)]] += said == word;
  }
  EXPECT_GT(blue[0] * all[6], 3 * blue[6] * all[0]);
}

TEST_F(RealParts, SpokenDigitsHaveSoundAndPicture) {
  const Cases train = load("spoken-digits", Share::train), test = load("spoken-digits", Share::test);
  EXPECT_EQ(train.count(), 2'700);
  EXPECT_EQ(test.count(), 300);
  EXPECT_EQ(train.at("audio").units(), 260);
  EXPECT_EQ(train.at("image").meaning.height, 28);
  EXPECT_EQ(train.names[0], "0_george_5.wav");
  EXPECT_EQ(test.names[299], "9_yweweler_4.wav");
  const auto labels = labels_of(train);
  for (std::uint32_t digit = 0; digit < 10; ++digit) EXPECT_EQ(std::ranges::count(labels, digit), 270);
}

TEST_F(RealParts, AvlettersHaveLipsAndVoice) {
  const Cases train = load("avletters", Share::train), test = load("avletters", Share::test);
  EXPECT_EQ(train.count(), 10'733);
  EXPECT_EQ(test.count(), 5'489);
  EXPECT_EQ(train.at("video").units(), 4 * 15 * 20);
  EXPECT_EQ(train.at("audio").units(), 8 * 26);
  EXPECT_EQ(train.at("group").units(), 520);
  EXPECT_EQ(test.at("group").units(), 260);
  EXPECT_EQ(train.at("group").meaning.names.front(), "A1_Anya");
  EXPECT_EQ(test.names.back().substr(0, 5), "Z3_Yi");
  // That rows are 20 long: the pixel below is more alike than those five to its left and right.
  const auto x = train.at("video").rows().as<float>();
  const auto step = [&](std::int64_t offset) {
    double sum = 0;
    for (std::int64_t c = 0; c < x.rows; c += 50)
      for (std::int64_t i = 0; i + offset < 300; ++i) sum += std::pow(double(x(c, i + offset)) - double(x(c, i)), 2);
    return sum / double(300 - offset);
  };
  EXPECT_LT(1.2 * step(20), step(15));
  EXPECT_LT(1.2 * step(20), step(25));
  EXPECT_LT(2 * step(1), step(6));
  // The next window begins two vectors later.
  const auto a = train.at("audio").rows().as<float>();
  for (std::int64_t i = 0; i + 2 * 26 < a.cols; ++i) EXPECT_EQ(a(0, i + 2 * 26), a(1, i));
}

}  // namespace
}  // namespace deepboltz
