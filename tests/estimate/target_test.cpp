// Estimators see a model as a Target alone: one behind a wall is estimated as the model itself, to the bit.
#include "deepboltz/model/target.h"

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/stepping_stones.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

class Wall final : public Target {
 public:
  explicit Wall(const EnergyModel& model) : model_(model) {}

  DType precision() const override { return model_.precision(); }
  int variables() const override { return model_.variables(); }
  const Variable& variable(LayerId id) const override { return model_.variable(id); }
  int blocks() const override { return model_.blocks(); }
  int block(LayerId id) const override { return model_.block(id); }
  bool has_energy() const override { return has_energy_; }
  State make_state(Context& ctx, std::int64_t cases) const override { return model_.make_state(ctx, cases); }
  void sample_block(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const override {
    model_.sample_block(ctx, block, tempering, key, state);
  }
  void energy(Context& ctx, const State& state, std::span<double> energy) const override {
    model_.energy(ctx, state, energy);
  }
  void log_weight(Context& ctx, const State& state, const Tempering& tempering, int summed,
                  std::span<double> out) const override {
    model_.log_weight(ctx, state, tempering, summed, out);
  }
  void log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                         std::optional<Key> draw, std::span<double> out) const override {
    model_.log_weight_change(ctx, state, from, to, summed, draw, out);
  }
  void log_z_base(Context& ctx, const State& state, const std::vector<Tensor>* base,
                  std::span<double> out) const override {
    model_.log_z_base(ctx, state, base, out);
  }

  bool has_energy_ = true;

 private:
  const EnergyModel& model_;
};

void expect_same(const Estimate& a, const Estimate& b) {
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.standard_error, b.standard_error);
}

class EveryRbmBehindAWall : public ::testing::TestWithParam<int> {};

TEST_P(EveryRbmBehindAWall, IsEstimatedAsTheModel) {
  Context ctx;
  const EnergyModel model = random_rbm(GetParam());
  const Wall wall(model);
  const State cases = state_of(ctx, model, BruteForce(model).draw(3, Key{4}));
  const std::vector<Tensor> base = base_rates(wall, std::vector<Tensor>(model.layers().size()), 10);
  const AisOptions options{.ladder = uniform_ladder(20), .runs = 10, .base = &base, .key = Key{5}};
  expect_same(ais_log_z(ctx, wall, options), ais_log_z(ctx, model, options));
  expect_same(reverse_ais_log_z(ctx, wall, cases, options), reverse_ais_log_z(ctx, model, cases, options));
  expect_same(raise_log_p(ctx, wall, cases, options)[2], raise_log_p(ctx, model, cases, options)[2]);
  expect_same(tempering_log_z(ctx, wall, {.levels = 3, .ladders = 3, .rounds = 20, .base = &base}).bridge,
              tempering_log_z(ctx, model, {.levels = 3, .ladders = 3, .rounds = 20, .base = &base}).bridge);
  State here = cases.clone(), there = cases.clone();
  std::vector<double> behind(3), before(3);
  pseudo_log_likelihood(ctx, wall, here, behind);
  pseudo_log_likelihood(ctx, model, there, before);
  EXPECT_EQ(behind, before);
}

INSTANTIATE_TEST_SUITE_P(Random, EveryRbmBehindAWall, ::testing::Range(0, 12));

TEST(Wall, WithoutAnEnergyIsRefused) {
  Context ctx;
  const EnergyModel model = random_rbm(1);
  Wall wall(model);
  wall.has_energy_ = false;
  EXPECT_THROW(ais_log_z(ctx, wall, {}), InputError);
}

}  // namespace
}  // namespace deepboltz::testing
