// Samples of a class are of that class, by the machine itself, and are no copies of cases.
#include "deepboltz/task/class_samples.h"

#include <cmath>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/model/build.h"
#include "deepboltz/task/classify.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kUnits = 8;

// Two classes, all bits on and all off, which share a part of their states: the label says little.
EnergyModel machine() {
  EnergyModel model = rbm(kUnits, 1, {.classes = 2});
  for (std::int64_t i = 0; i < kUnits; ++i) {
    model.connections()[0].weight.set(i, 0, 1.5);
    model.layer(model.visible()).bias.set(0, i, -0.75);
  }
  for (std::int64_t y = 0; y < 2; ++y) {
    model.connections()[1].weight.set(y, 0, y == 1 ? 1 : -1);
    model.layer(*model.find(Role::label)).bias.set(0, y, y == 1 ? -0.5 : 0.5);  // both classes are as frequent
  }
  model.layers()[1].bias.set(0, 0, -0.75 * kUnits);
  return model;
}

Cases cases() {
  Dataset data{"two", Tensor(DType::u8, 20, kUnits)};
  for (std::int64_t r = 0; r < 20; ++r) {
    for (std::int64_t i = 0; i < kUnits; ++i) data.x.set(r, i, r % 2 == 1 ? 255 : 0);
    data.labels.push_back(int(r % 2));
  }
  return cases_of(finished(std::move(data)));
}

ClassSamples draw(const EnergyModel& model, const std::vector<std::uint32_t>& labels, const Cases* start,
                  int attempts = 5) {
  Context ctx;
  return draw_class_samples(ctx, model,
                            {.chains = std::int64_t(labels.size()), .burn_in = 40, .labels = labels, .key = {1}},
                            {.cases = start, .most_attempts = attempts});
}

TEST(ClassSamples, AreOfTheirClassByTheMachineItself) {
  const EnergyModel model = machine();
  const Cases train = cases();
  const std::vector<std::uint32_t> labels = row_a_class(2, 200);
  for (const Cases* start : {&train, static_cast<const Cases*>(nullptr)}) {
    const ClassSamples drawn = draw(model, labels, start);
    EXPECT_EQ(drawn.from_cases, start != nullptr);
    EXPECT_LT(drawn.own, 0.95);  // p(v | y) reaches to the other class
    EXPECT_GT(drawn.own, 0.6);
    EXPECT_LE(drawn.others, 4);
    Context ctx;
    const auto seen = classify(ctx, model, drawn.samples.mean.back(), {}).label;
    std::int64_t others = 0;
    for (std::size_t r = 0; r < labels.size(); ++r) others += seen[r] != labels[r];
    EXPECT_EQ(others, drawn.others);
    EXPECT_EQ(drawn.samples.label.back(), labels);
  }
}

TEST(ClassSamples, OfOneAttemptAreThoseOfTheChains) {
  const EnergyModel model = machine();
  const std::vector<std::uint32_t> labels = row_a_class(2, 50);
  const ClassSamples once = draw(model, labels, nullptr, 1), more = draw(model, labels, nullptr, 2);
  EXPECT_EQ(once.others, std::llround((1 - once.own) * 100));
  EXPECT_EQ(once.own, more.own);
  EXPECT_LT(more.others, once.others);
}

TEST(ClassSamples, RefuseAClassWithoutCases) {
  Cases train = cases();
  EXPECT_THAT(testing::refusal([&] {
                draw(rbm(kUnits, 1, {.classes = 3}), {2, 2}, &train);
              }),
              ::testing::HasSubstr("'two' has no case of the class 2"));
}

}  // namespace
}  // namespace deepboltz
