// Block Gibbs sampling by draws: chains that start from exact draws stay exact, as a joint distribution.
#include "deepboltz/sample/gibbs.h"

#include <cstring>

#include "tests/model/random_graph.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/model/build.h"

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kDraws = 10'000, kLongChains = 4'000;
constexpr int kLong = 40;  // sweeps; couplings of size one are forgotten in a few

double states_of(const EnergyModel& model) {
  double count = 1;
  for (const Layer& layer : model.layers()) count *= double(values_of(layer).size());
  return count;
}

// The first 30 random graphs of at most 512 joint states: more states than that and chance hides too much.
std::vector<int> small_graphs() {
  std::vector<int> numbers;
  for (int graph = 0; numbers.size() < 30; ++graph)
    if (states_of(random_graph(graph)) <= 512) numbers.push_back(graph);
  return numbers;
}

class GibbsOnGraph : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_graph(GetParam());
  Key key = Key{400}.fold(std::uint64_t(GetParam()));
  Context ctx;
};

INSTANTIATE_TEST_SUITE_P(Random, GibbsOnGraph, ::testing::ValuesIn(small_graphs()));

TEST_P(GibbsOnGraph, LeavesTheJointUnchanged) {
  for (DType precision : {DType::f64, DType::f32}) {
    const EnergyModel typed = model.to(precision);
    const BruteForce exact(model);
    State chains = state_of(ctx, typed, exact.draw(kDraws, key.fold(0)));
    const double floor = total_variation_floor(exact.p, kDraws);
    ASSERT_LT(total_variation(chains, exact.states, exact.p), floor);
    advance(ctx, typed, {.sweeps = 3}, key.fold(1), chains);
    EXPECT_LT(total_variation(chains, exact.states, exact.p), floor) << name_of(precision);
  }
}

TEST_P(GibbsOnGraph, TemperedSweepsLeaveTheirPathUnchanged) {
  const auto base = random_base(model, key.fold(2));
  for (double b : {0.0, 0.3, 0.7})
    for (Order order : {Order::forward, Order::backward}) {
      const BruteForce exact(model, b, &base);
      State chains = state_of(ctx, model, exact.draw(kDraws, key.fold(3)));
      const std::vector<double> beta(std::size_t(kDraws), b);
      for (int first = 0; first < model.blocks(); ++first)
        tempered_sweep(ctx, model, {beta, &base}, first, order, key.fold(4).fold(std::uint64_t(first)), chains);
      EXPECT_LT(total_variation(chains, exact.states, exact.p), total_variation_floor(exact.p, kDraws)) << "β " << b;
    }
}

TEST_P(GibbsOnGraph, ForgetsWhereItStarted) {
  const BruteForce exact(model);
  State chains = model.make_state(ctx, kLongChains);
  advance(ctx, model, {.sweeps = kLong}, key.fold(5), chains);
  EXPECT_LT(total_variation(chains, exact.states, exact.p), total_variation_floor(exact.p, kLongChains));
}

TEST_P(GibbsOnGraph, BaseDrawsAreOfTheBase) {
  const auto base = random_base(model, key.fold(2));
  for (const std::vector<Tensor>* rates : {static_cast<const std::vector<Tensor>*>(nullptr), &base}) {
    const BruteForce exact(model, 0, rates);
    State chains = model.make_state(ctx, kDraws);
    draw_base(ctx, model, rates, key.fold(6), chains);
    EXPECT_LT(total_variation(chains, exact.states, exact.p), total_variation_floor(exact.p, kDraws));
  }
}

// Half of the layers are masked, the first unit of each being known; the rest is drawn given what is known.
TEST_P(GibbsOnGraph, DrawsFreeUnitsGivenAMask) {
  const BruteForce exact(model);
  const Joint known = exact.draw(1, key.fold(7))[0];
  State chains = model.make_state(ctx, kLongChains);
  for (LayerId id : model.ids()) {
    if (id.index % 2 == 1) continue;
    Tensor mask(DType::u8, kLongChains, model.layer(id).units);
    for (std::int64_t r = 0; r < kLongChains; ++r)
      for (std::int64_t u = 0; u < group_size(model.layer(id).unit); ++u) {
        mask.set(r, u, 1);
        chains.layers[at(id)].set(r, u, known[at(id)][std::size_t(u)]);
      }
    chains.clamp(id, std::move(mask));
  }
  const auto agrees = [&](const Joint& x) {
    for (LayerId id : model.ids())
      for (std::int64_t u = 0; u < group_size(model.layer(id).unit); ++u)
        if (id.index % 2 == 0 && x[at(id)][std::size_t(u)] != known[at(id)][std::size_t(u)]) return false;
    return true;
  };
  std::vector<double> given;
  double all = 0;
  for (std::size_t s = 0; s < exact.states.size(); ++s) {
    given.push_back(agrees(exact.states[s]) ? exact.p[s] : 0);
    all += given.back();
  }
  for (double& p : given) p /= all;
  advance(ctx, model, {.sweeps = kLong}, key.fold(8), chains);
  EXPECT_LT(total_variation(chains, exact.states, given), total_variation_floor(given, kLongChains));
}

TEST_P(GibbsOnGraph, TemperaturesOfOneBatchDoNotMeet) {
  const auto base = random_base(model, key.fold(2));
  const auto rows = BruteForce(model).draw(30, key.fold(9));
  std::vector<double> beta;
  for (std::size_t r = 0; r < rows.size(); ++r) beta.push_back(double(r % 3) / 2);
  State mixed = state_of(ctx, model, rows);
  tempered_sweep(ctx, model, {beta, &base}, 0, Order::forward, key, mixed);
  for (double b : {0.0, 0.5, 1.0}) {
    State alone = state_of(ctx, model, rows);
    const std::vector<double> same(rows.size(), b);
    tempered_sweep(ctx, model, {same, &base}, 0, Order::forward, key, alone);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (beta[r] != b) continue;
      EXPECT_EQ(joint_of(mixed, std::int64_t(r)), joint_of(alone, std::int64_t(r)));
    }
  }
}

TEST(Gibbs, SweepsAreNumberedInTheKey) {
  Context ctx;
  const EnergyModel model = random_graph(4);
  State once = model.make_state(ctx, 50), stepwise = model.make_state(ctx, 50);
  advance(ctx, model, {.sweeps = 3}, {9}, once);
  for (std::uint64_t s = 0; s < 3; ++s) tempered_sweep(ctx, model, {}, 0, Order::forward, Key{9}.fold(s), stepwise);
  for (std::int64_t r = 0; r < 50; ++r) EXPECT_EQ(joint_of(once, r), joint_of(stepwise, r));
  const State before = once.clone();
  advance(ctx, model, {.sweeps = 0}, {9}, once);
  EXPECT_EQ(joint_of(once, 0), joint_of(before, 0));
  EXPECT_THROW(advance(ctx, model, {.sweeps = -1}, {9}, once), InputError);
}

TEST(Gibbs, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<State> ends;
  for (int threads : {1, 2, 3}) {
    Context ctx(threads);
    EnergyModel model = dbm(100, std::array<std::int64_t, 2>{200, 150}, {.classes = 10});
    randomise(model, 0.1, {11});
    State chains = model.make_state(ctx, 700);
    draw_base(ctx, model, nullptr, {12}, chains);
    advance(ctx, model, {.sweeps = 2}, {13}, chains);
    ends.push_back(std::move(chains));
  }
  for (std::size_t run : {1u, 2u})
    for (std::size_t l = 0; l < ends[0].layers.size(); ++l)
      EXPECT_EQ(std::memcmp(ends[0].layers[l].data(), ends[run].layers[l].data(), ends[0].layers[l].bytes()), 0);
}

}  // namespace
}  // namespace deepboltz::testing
