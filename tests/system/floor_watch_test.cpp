// A machine in training that makes the data less probable than independent units do is found out, and no other is.
#include "deepboltz/system/layered/floor_watch.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/layered/objective.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kUnits = 6, kCases = 400;

Cases some_bits(double share) {
  Dataset data{"bits", Tensor(DType::u8, kCases, kUnits)};
  for (std::int64_t r = 0; r < kCases; ++r)
    for (std::int64_t i = 0; i < kUnits; ++i)
      data.x.set(r, i, uniform(Key{5}, std::uint32_t(r), std::uint32_t(i)) < share ? 255 : 0);
  return cases_of(finished(std::move(data)));
}

EnergyModel machine(std::vector<std::int64_t> hidden, double scale, double visible_bias) {
  EnergyModel model = dbm(kUnits, hidden, {.precision = DType::f64});
  initialise_weights(model, scale, Key{1});
  for (std::int64_t i = 0; i < kUnits; ++i) model.layer(model.visible()).bias.set(0, i, visible_bias);
  return model;
}

// What the watch says of a machine on the cases that independent units were fitted on.
std::vector<Figures::Warning> warnings(const EnergyModel& model, const Cases& cases,
                                       const std::optional<Estimate>& log_z = {}) {
  Context ctx;
  const FloorWatch watch(ctx, model, cases, cases, kCases, Key{3});
  State state = fixed_cases(ctx, model, cases, 0, kCases, false);
  Figures figures;
  watch.look(ctx, model, objective_of(ctx, model, state), log_z, figures);
  return figures.warnings;
}

TEST(FloorWatch, WarnsOfAMachineThatMovesAwayFromTheDataWithoutItsLogZ) {
  for (const auto& hidden : {std::vector<std::int64_t>{3}, std::vector<std::int64_t>{3, 2}}) {
    EXPECT_EQ(warnings(machine(hidden, 0.1, 6), some_bits(0.2)).size(), 1u);  // it is nearly always on
    EXPECT_TRUE(warnings(machine(hidden, 0.01, std::log(0.25)), some_bits(0.2)).empty());
  }
}

TEST(FloorWatch, WarnsOfALogPThatIsBelow) {
  const EnergyModel model = machine({3}, 0.3, std::log(0.25));
  const Cases cases = some_bits(0.2);
  Context ctx;
  Estimate log_z;
  log_z.value = log_z.lower = log_z.upper = exact_log_z(ctx, model);
  ASSERT_TRUE(warnings(model, cases, shifted(log_z, -1)).empty());
  EXPECT_EQ(warnings(model, cases, shifted(log_z, 5)).size(), 1u);
}

// Bits that are nearly all on or nearly all off, and machines of one hidden unit that make them so, or every second one
// the opposite: some are above the floor, some below.
TEST(FloorWatch, WarnsOfNoMachineWhoseExactLogPIsAbove) {
  Context ctx;
  Dataset data{"bits", Tensor(DType::u8, kCases, kUnits)};
  for (std::uint32_t r = 0; r < kCases; ++r)
    for (std::uint32_t i = 0; i < kUnits; ++i)
      data.x.set(r, i, (r % 2 == 0) != (uniform(Key{5}, r, i) < 0.1f) ? 255 : 0);
  const Cases cases = cases_of(finished(std::move(data)));
  int warned = 0, above = 0;
  for (const bool opposite : {false, true})
    for (double weight = 1; weight <= 20; ++weight) {
      EnergyModel model = machine({1}, 1, 0);
      for (std::int64_t i = 0; i < kUnits; ++i) {
        const double sign = opposite && i % 2 == 1 ? -1 : 1;
        model.connections()[0].weight.set(i, 0, sign * weight);
        model.layer(model.visible()).bias.set(0, i, -sign * weight / 2);
        Tensor& hidden = model.layers()[1].bias;  // as often on as off
        hidden.set(0, 0, hidden.at(0, 0) - sign * weight / 2);
      }
      State state = fixed_cases(ctx, model, cases, 0, kCases, false);
      const Estimate log_p = shifted(mean_estimate(objective_of(ctx, model, state)), -exact_log_z(ctx, model));
      const bool is_above = log_p.value > FloorWatch(ctx, model, cases, cases, kCases, Key{3}).floor().value;
      const bool says = !warnings(model, cases).empty();
      warned += says;
      above += is_above;
      EXPECT_FALSE(says && is_above) << opposite << " " << weight;
    }
  EXPECT_GT(warned, 10);
  EXPECT_GT(above, 5);
}

}  // namespace
}  // namespace deepboltz
