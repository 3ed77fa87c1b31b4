#include "deepboltz/estimate/variational_bound.h"

#include <cstring>
#include <map>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"

namespace deepboltz::testing {
namespace {

class BoundOfGraph : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_graph(GetParam());
  Key key = Key{120}.fold(std::uint64_t(GetParam()));
  Context ctx;

  // Every value of the layers that are not hidden, clamped.
  State all_evidence() {
    std::map<std::vector<std::vector<double>>, Joint> each;
    for (const Joint& x : joint_states(model)) {
      std::vector<std::vector<double>> seen;
      for (LayerId id : model.ids())
        if (model.layer(id).role != Role::hidden) seen.push_back(x[at(id)]);
      each.emplace(std::move(seen), x);
    }
    std::vector<Joint> rows;
    for (auto& [seen, x] : each) rows.push_back(x);
    State state = state_of(ctx, model, rows);
    for (LayerId id : model.ids())
      if (model.layer(id).role != Role::hidden) state.clamp(id);
    return state;
  }
};

INSTANTIATE_TEST_SUITE_P(Random, BoundOfGraph, ::testing::Range(0, kGraphs));

TEST_P(BoundOfGraph, IsNeverAboveTheExactLogP) {
  State state = all_evidence();
  const std::size_t cases = std::size_t(state.cases);
  std::vector<double> exact(cases), bound(cases);
  exact_log_z_given(ctx, model, state, {}, exact);
  variational_bound(ctx, model, {.sweeps = 200}, state, bound);
  for (std::size_t r = 0; r < cases; ++r) EXPECT_LE(bound[r], exact[r] + 1e-12);
  // Nor at means that nobody optimised.
  for (LayerId id : model.ids()) {
    const Unit& unit = model.layer(id).unit;
    const std::int64_t group = group_size(unit);
    const auto values = std::visit(ValuesOfAUnit{}, unit);
    const double least = values.front()[0], range = values.back()[0] - least;
    for (std::int64_t r = 0; r < state.cases && !state.is_clamped(id); ++r)
      for (std::int64_t u = 0; u < model.layer(id).units; u += group) {
        const double p = double(uniform(key, std::uint32_t(r), std::uint32_t(u)));
        for (std::int64_t k = 0; k < group; ++k)
          state.layers[at(id)].set(r, u + k, group == 1 ? least + range * p : k == 0 ? p : (1 - p) / double(group - 1));
      }
  }
  bound_at(ctx, model, state, bound);
  for (std::size_t r = 0; r < cases; ++r) EXPECT_LE(bound[r], exact[r] + 1e-12);
}

TEST_P(BoundOfGraph, NeverFallsFromBlockToBlock) {
  State state = all_evidence();
  bottom_up(ctx, model, state);
  std::vector<double> last(std::size_t(state.cases)), now(last.size());
  bound_at(ctx, model, state, last);
  for (int sweep = 0; sweep < 5; ++sweep)
    for (int block = 0; block < model.blocks(); ++block) {
      for (LayerId id : model.block_layers(block))
        if (!state.is_clamped(id)) mean_layer(ctx, model, id, state, {}, state.x(id));
      bound_at(ctx, model, state, now);
      for (std::size_t r = 0; r < now.size(); ++r) EXPECT_GE(now[r], last[r] - 1e-12) << "block " << block;
      last = now;
    }
  // The library's own sweeps, one at a time.
  bottom_up(ctx, model, state);
  bound_at(ctx, model, state, last);
  for (int sweep = 0; sweep < 5; ++sweep) {
    mean_field(ctx, model, {.sweeps = 1}, state);
    bound_at(ctx, model, state, now);
    for (std::size_t r = 0; r < now.size(); ++r) EXPECT_GE(now[r], last[r] - 1e-12);
    last = now;
  }
}

// Without connections between hidden layers the posterior factorises, and the bound is log p.
TEST_P(BoundOfGraph, IsLogPWhereHiddenUnitsAreIndependent) {
  for (Connection& c : model.connections())
    if (model.layer(c.lower).role == Role::hidden && model.layer(c.upper).role == Role::hidden)
      c.weight = Tensor(DType::f64, c.weight.rows(), c.weight.cols());
  State state = all_evidence();
  std::vector<double> exact(std::size_t(state.cases)), bound(exact.size());
  exact_log_z_given(ctx, model, state, {}, exact);
  variational_bound(ctx, model, {}, state, bound);
  for (std::size_t r = 0; r < exact.size(); ++r) EXPECT_NEAR(bound[r], exact[r], 1e-12);
}

// With the first unit of a hidden layer known as well: a bound of the log of what is left to sum.
TEST_P(BoundOfGraph, TakesPartOfALayerAsEvidence) {
  LayerId masked;
  for (LayerId id : model.ids())
    if (model.layer(id).role == Role::hidden) masked = id;
  if (masked.index < 0) return;  // visible and label only
  const BruteForce exact(model);
  const auto rows = exact.draw(5, key);
  State state = state_of(ctx, model, rows);
  state.clamp({0});
  const std::int64_t group = group_size(model.layer(masked).unit);
  Tensor mask(DType::u8, 5, model.layer(masked).units);
  for (std::int64_t r = 0; r < 5; ++r)
    for (std::int64_t k = 0; k < group; ++k) mask.set(r, k, 1);
  state.clamp(masked, std::move(mask));
  std::vector<double> bound(5);
  variational_bound(ctx, model, {.sweeps = 200}, state, bound);
  for (std::size_t r = 0; r < 5; ++r) {
    const double log_p = exact.log_sum([&](const Joint& x) {
      return x[0] == rows[r][0] &&
             std::equal(x[at(masked)].begin(), x[at(masked)].begin() + group, rows[r][at(masked)].begin());
    });
    EXPECT_LE(bound[r], log_p + 1e-12);
    EXPECT_GE(bound[r], log_p - 3);  // and not by much
  }
}

TEST(MeanField, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<State> ends;
  std::vector<std::vector<double>> bounds;
  for (int threads : {1, 2, 3}) {
    Context ctx(threads);
    EnergyModel model = dbm(100, std::array<std::int64_t, 2>{200, 150}, {.classes = 10});
    randomise(model, 0.1, {121});
    State state = model.make_state(ctx, 600);
    for (std::int64_t r = 0; r < 600; ++r)
      for (std::int64_t u = 0; u < 100; ++u)
        state.layers[0].set(r, u, uniform({122}, std::uint32_t(r), std::uint32_t(u)) < 0.3f ? 1 : 0);
    state.clamp({0});
    bounds.emplace_back(600);
    variational_bound(ctx, model, {.sweeps = 5}, state, bounds.back());
    ends.push_back(std::move(state));
  }
  for (std::size_t run : {1u, 2u}) {
    EXPECT_EQ(bounds[0], bounds[run]);
    for (std::size_t l = 0; l < ends[0].layers.size(); ++l)
      EXPECT_EQ(std::memcmp(ends[0].layers[l].data(), ends[run].layers[l].data(), ends[0].layers[l].bytes()), 0);
  }
}

}  // namespace
}  // namespace deepboltz::testing
