// What a recipe leaves open is chosen by its data; what it says stays.
#include "deepboltz/system/graph/adapt.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"
#include "deepboltz/system/layered/standardise.h"

namespace deepboltz {
namespace {

Cases bits(std::int64_t cases, std::int64_t units) {
  Dataset data{"bits", Tensor(DType::u8, cases, units)};
  data.x.set(0, 0, 255);
  return cases_of(finished(std::move(data)));
}

// Columns that are one factor and noise: the greatest eigenvalue of their correlations is 1 + (columns − 1)·share.
Cases one_factor(std::int64_t columns, double share) {
  constexpr std::int64_t kCases = 1'000;
  Dataset data{"reals", Tensor(DType::f32, kCases, columns)};
  for (std::uint32_t r = 0; r < kCases; ++r)
    for (std::uint32_t i = 0; i < columns; ++i)
      data.x.set(r, i,
                 100.0 * i + (1.0 + i) * (std::sqrt(share) * normal(Key{1}, r, 0) +
                                          std::sqrt(1 - share) * normal(Key{2}, r, i)));
  return cases_of(finished(std::move(data)));
}

TEST(Adapt, MakesTenThousandUpdates) {
  for (const std::int64_t cases : {120, 800, 60'000}) {
    GraphRecipe recipe;
    EXPECT_THAT(adapt(bits(cases, 4), recipe), ::testing::HasSubstr("epochs of batches of"));
    const std::int64_t of_epoch = (cases + recipe.train.batch - 1) / recipe.train.batch;
    EXPECT_GE(recipe.train.epochs * of_epoch, 10'000);
    EXPECT_LT((recipe.train.epochs - 1) * of_epoch, 10'000);
    EXPECT_EQ(recipe.train.batch, std::clamp<std::int64_t>(cases / 20, 10, 100));
    EXPECT_GE(recipe.monitor.every, 1);
    EXPECT_LE(recipe.train.epochs / recipe.monitor.every, 100);
    EXPECT_EQ(recipe.train.learner.rate.at(double(recipe.train.epochs), 0), 0);
  }
}

TEST(Adapt, LeavesWhatIsSaid) {
  GraphRecipe recipe;
  recipe.train.epochs = 7;
  recipe.train.learner.rate = {.kind = Schedule::Kind::constant, .start = 0.01};
  recipe.train.learner.decay.l2 = 0.5;
  EXPECT_EQ(adapt(bits(300, 4), recipe), "");
  EXPECT_EQ(recipe.train.epochs, 7);
  EXPECT_EQ(recipe.train.batch, 100);
  EXPECT_EQ(recipe.monitor.every, 1);
  EXPECT_EQ(recipe.monitor.likelihood_every, 10);
  EXPECT_EQ(recipe.train.learner.rate.at(7, 0), 0.01);
  EXPECT_EQ(recipe.train.learner.decay.l2, 0.5);
}

TEST(Adapt, TheRateGoesByTheCorrelationsOfRealColumns) {
  EXPECT_NEAR(greatest_correlation(one_factor(50, 0.5)), 1 + 49 * 0.5, 2.5);
  EXPECT_NEAR(greatest_correlation(one_factor(3, 0)), 1, 0.15);
  const auto start = [](const Cases& cases) {
    GraphRecipe recipe;
    recipe.model.visible = Gaussian{};
    adapt(cases, recipe);
    return recipe.train.learner.rate.start;
  };
  EXPECT_EQ(start(one_factor(3, 0)), 0.02);
  EXPECT_NEAR(start(one_factor(50, 0.5)), 0.05 / 25.5, 0.0003);
}

TEST(Adapt, TheRateOfBitsGoesByTheirNumber) {
  for (const auto& [units, rate] : {std::pair(4, 0.2), std::pair(784, 0.05), std::pair(20'000, 0.02)}) {
    GraphRecipe recipe;
    adapt(bits(20, units), recipe);
    EXPECT_DOUBLE_EQ(recipe.train.learner.rate.start, rate);
    GraphRecipe deep;
    deep.model.hidden = {3, 2};
    adapt(bits(20, units), deep);
    EXPECT_NEAR(deep.train.learner.rate.start, rate / 3, 0.001);
  }
}

}  // namespace
}  // namespace deepboltz
