#include "deepboltz/data/transform.h"

#include <cmath>
#include <cstring>
#include <numeric>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/rating_data.h"
#include "deepboltz/data/split.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Dataset ramp(DType dtype, std::int64_t cases) {  // column c is c/255, in every case
  Dataset data{"ramp", Tensor(dtype, cases, 256)};
  for (std::int64_t r = 0; r < cases; ++r)
    for (int c = 0; c < 256; ++c) data.x.set(r, c, dtype == DType::u8 ? c : c / 255.0);
  return finished(std::move(data));
}

Tensor show(const Dataset& data, const Transform& transform, std::vector<std::uint32_t> rows, Key now,
            DType out = DType::f32) {
  Context ctx(2);
  Tensor shown(out, std::int64_t(rows.size()), data.units());
  present(ctx, transform, data.x, rows, now, shown);
  return shown;
}

class EveryNumberType : public ::testing::TestWithParam<DType> {};

TEST_P(EveryNumberType, NoneAndThreshold) {
  const Dataset data = ramp(GetParam(), 1);
  const Tensor grey = show(data, {Binarisation::none}, {0}, {}), hard = show(data, {Binarisation::threshold}, {0}, {});
  for (int c = 0; c < 256; ++c) {
    EXPECT_FLOAT_EQ(float(grey.at(0, c)), float(c) / 255);
    EXPECT_EQ(hard.at(0, c), c >= 128);
  }
}

TEST_P(EveryNumberType, SamplingHasTheGreyValueAsItsMean) {
  const std::int64_t cases = 2000;
  const Dataset data = ramp(GetParam(), cases);
  std::vector<std::uint32_t> rows(cases);
  std::iota(rows.begin(), rows.end(), 0u);
  const Tensor shown = show(data, {Binarisation::each_time}, rows, {4});
  for (int c = 0; c < 256; ++c) {
    double sum = 0;
    for (std::int64_t r = 0; r < cases; ++r) sum += shown.at(r, c);
    const double p = c / 255.0;
    EXPECT_NEAR(sum / cases, p, 5 * std::sqrt(p * (1 - p) / cases)) << c;  // 5 σ: 1 in 10⁶, times 256
  }
}

TEST_P(EveryNumberType, ACaseIsDrawnByItsRowWhateverTheBatch) {
  const Dataset data = ramp(GetParam(), 10);
  const Transform transform{Binarisation::each_time};
  const Tensor all = show(data, transform, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {4}),
               some = show(data, transform, {7, 2}, {4});
  for (int c = 0; c < 256; ++c) {
    EXPECT_EQ(some.at(0, c), all.at(7, c));
    EXPECT_EQ(some.at(1, c), all.at(2, c));
  }
  const Tensor doubles = show(data, transform, {7}, {4}, DType::f64);
  for (int c = 0; c < 256; ++c) EXPECT_EQ(doubles.at(0, c), all.at(7, c));
}

TEST_P(EveryNumberType, OnceIgnoresThePresentationAndEachTimeFollowsIt) {
  const Dataset data = ramp(GetParam(), 3);
  const auto bits = [&](const Transform& transform, Key now) {
    const Tensor shown = show(data, transform, {0, 1, 2}, now);
    return std::string(reinterpret_cast<const char*>(shown.data()), shown.bytes());
  };
  EXPECT_EQ(bits({Binarisation::once, {5}}, {1}), bits({Binarisation::once, {5}}, {2}));
  EXPECT_NE(bits({Binarisation::once, {5}}, {1}), bits({Binarisation::once, {6}}, {1}));
  EXPECT_NE(bits({Binarisation::each_time}, {1}), bits({Binarisation::each_time}, {2}));
  EXPECT_EQ(bits({Binarisation::each_time}, {1}), bits({Binarisation::each_time}, {1}));
}

INSTANTIATE_TEST_SUITE_P(DTypes, EveryNumberType, ::testing::Values(DType::u8, DType::f32),
                         [](const auto& dtype) { return std::string(name_of(dtype.param)); });

TEST(Split, TheLastOrRandomOnesNeverBoth) {
  const SplitRows last = split_rows(10, {.validation = 3});
  EXPECT_THAT(last.validation, ElementsAre(7, 8, 9));
  EXPECT_EQ(last.train.size(), 7u);
  const SplitRows random = split_rows(1000, {.validation = 300, .held_out = HeldOut::drawn, .key = {1}});
  std::vector<std::uint32_t> all = random.train;
  all.insert(all.end(), random.validation.begin(), random.validation.end());
  std::sort(all.begin(), all.end());
  for (std::uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(all[i], i);
  EXPECT_NE(random.validation,
            split_rows(1000, {.validation = 300, .held_out = HeldOut::drawn, .key = {2}}).validation);
  EXPECT_THROW(split_rows(10, {.validation = 10}), InputError);
  EXPECT_THROW(split_rows(10, {.validation = -1}), InputError);
}

TEST(Split, DrawnByClassHoldsBackEachInItsShare) {
  std::vector<int> classes;  // as in a file that is sorted by class
  for (int i = 0; i < 150; ++i) classes.push_back(i < 90 ? 0 : i < 145 ? 1 : 2);
  const SplitRows rows =
      split_rows(150, {.validation = 31, .held_out = HeldOut::drawn, .classes = classes, .key = {1}});
  std::vector<std::uint32_t> all = rows.train;
  all.insert(all.end(), rows.validation.begin(), rows.validation.end());
  std::sort(all.begin(), all.end());
  for (std::uint32_t i = 0; i < 150; ++i) EXPECT_EQ(all[i], i);
  std::vector<int> held(3, 0);
  for (const std::uint32_t row : rows.validation) ++held[std::size_t(classes[row])];
  EXPECT_THAT(held, ElementsAre(19, 11, 1));  // 18.6, 11.4 and 1.03 of 31
  const auto again = [&](Key key) {
    return split_rows(150, {.validation = 31, .held_out = HeldOut::drawn, .classes = classes, .key = key}).validation;
  };
  EXPECT_EQ(again({1}), rows.validation);
  EXPECT_NE(again({2}), rows.validation);
}

TEST(NamedRatings, ARefusedSplitIsNamedByItsKey) {
  for (const char* name : {"movielens-100k", "movielens-1m"}) {
    RatingPlan plan;
    plan.name = name;
    plan.split = "u9";
    EXPECT_THAT(testing::refusal([&] { load_ratings(plan, DataPlaces{}); }), ::testing::StartsWith("ratings.split: "))
        << name;
  }
}

TEST(Dataset, SelectedRowsTakeTheirLabelsAlong) {
  Dataset data{"d", Tensor(DType::u8, 3, 2), 0, 0, {4, 5, 6}};
  for (int i = 0; i < 6; ++i) data.x.set(i / 2, i % 2, i);
  data = finished(std::move(data));
  const std::uint32_t rows[] = {2, 0};
  const Dataset some = select_rows(data, rows);
  EXPECT_EQ(some.x.at(0, 1), 5);
  EXPECT_EQ(some.x.at(1, 0), 0);
  EXPECT_THAT(some.labels, ElementsAre(6, 4));
  EXPECT_EQ(some.classes, 7);
  EXPECT_NE(some.sha256, data.sha256);
  const std::uint32_t beyond[] = {3};
  EXPECT_THROW(select_rows(data, beyond), InputError);
}

TEST(Dataset, TheHashIsOfTheContents) {
  const Dataset a = ramp(DType::u8, 2);
  Dataset renamed = ramp(DType::u8, 2);
  renamed.name = "other";
  EXPECT_EQ(content_hash(renamed), a.sha256);
  Dataset changed = ramp(DType::u8, 2);
  changed.x.set(1, 255, 254);
  EXPECT_NE(content_hash(changed), a.sha256);
  Dataset labelled = ramp(DType::u8, 2);
  labelled.labels = {0, 1};
  EXPECT_NE(finished(std::move(labelled)).sha256, a.sha256);
}

TEST(Dataset, PartsThatDoNotFitAreRefused) {
  const auto message = [](Dataset data) { return testing::refusal([&] { finished(std::move(data)); }); };
  EXPECT_THAT(message({"d", Tensor(DType::u8, 0, 2)}), HasSubstr("no cases"));
  EXPECT_THAT(message({"d", Tensor(DType::u8, 2, 6), 2, 2}), HasSubstr("2 × 2"));
  EXPECT_THAT(message({"d", Tensor(DType::u8, 2, 6), 0, 0, {1}}), HasSubstr("1 labels"));
  EXPECT_THAT(message({"d", Tensor(DType::u8, 2, 6), 0, 0, {1, -1}}), HasSubstr("labels from -1"));
  EXPECT_THAT(message({"d", Tensor(DType::u8, 2, 6), 0, 0, {1, 3}, 3}), HasSubstr("3 classes"));
}

}  // namespace
}  // namespace deepboltz
