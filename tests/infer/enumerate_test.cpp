#include "deepboltz/infer/enumerate.h"

#include <map>

#include "tests/model/brute_force.h"
#include "tests/model/golden.h"
#include "tests/model/random_graph.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

namespace deepboltz::testing {
namespace {

class EnumeratedGraph : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_graph(GetParam());
  Key key = Key{200}.fold(std::uint64_t(GetParam()));
  Context ctx;
};

INSTANTIATE_TEST_SUITE_P(Random, EnumeratedGraph, ::testing::Range(0, kGraphs));

TEST_P(EnumeratedGraph, VisitsEveryStateOnceWithItsWeight) {
  const BruteForce exact(model);
  std::map<Joint, double> expected;
  for (std::size_t s = 0; s < exact.states.size(); ++s) expected[exact.states[s]] = exact.log_weight[s];
  ASSERT_EQ(count_states(model, model.make_state(ctx, 1), kNoBlock), double(expected.size()));
  std::map<Joint, double> visited;
  enumerate(ctx, model, model.make_state(ctx, 1), kNoBlock, {}, [&](State& batch, std::span<const double> w) {
    ASSERT_EQ(batch.cases, std::int64_t(w.size()));
    for (std::int64_t r = 0; r < batch.cases; ++r)
      EXPECT_TRUE(visited.emplace(joint_of(batch, r), w[std::size_t(r)]).second) << "visited twice";
  });
  ASSERT_EQ(visited.size(), expected.size());
  for (const auto& [x, w] : expected) EXPECT_NEAR(visited.at(x), w, 1e-12);
}

TEST_P(EnumeratedGraph, LogZIsTheSameForEverySummedBlock) {
  const double log_z = BruteForce(model).log_z;
  for (int summed = kNoBlock; summed < model.blocks(); ++summed) {
    StreamingLogSumExp sum;
    double visited = 0;
    const State free = model.make_state(ctx, 1);
    enumerate(ctx, model, free, summed, {}, [&](State&, std::span<const double> w) {
      for (double x : w) sum.add(x);
      visited += double(w.size());
    });
    EXPECT_NEAR(sum.value(), log_z, 1e-12) << "summed " << summed;
    EXPECT_EQ(visited, count_states(model, free, summed));
  }
  EXPECT_NEAR(exact_log_z(ctx, model), log_z, 1e-12);
  EXPECT_NEAR(exact_log_z(ctx, model.to(DType::f32)), log_z, 1e-4);
}

TEST_P(EnumeratedGraph, LogZGivenEvidenceIsTheSumOverTheStatesThatShowIt) {
  const BruteForce exact(model);
  const auto rows = exact.draw(6, key);
  for (LayerId first : model.ids())
    for (LayerId second : model.ids()) {
      State evidence = state_of(ctx, model, rows);
      evidence.clamp(first);
      evidence.clamp(second);
      std::vector<double> out(rows.size());
      exact_log_z_given(ctx, model, evidence, {}, out);
      for (std::size_t r = 0; r < rows.size(); ++r)
        EXPECT_NEAR(out[r], exact.log_sum([&](const Joint& x) {
          return x[at(first)] == rows[r][at(first)] && x[at(second)] == rows[r][at(second)];
        }),
                    1e-12);
    }
}

void expect_moments(const Parameters& moments, const EnergyModel& model, const BruteForce& exact, double near) {
  for (LayerId id : model.ids())
    for (std::int64_t u = 0; u < model.layer(id).units; ++u)
      EXPECT_NEAR(moments.bias[at(id)].at(0, u), exact.mean([&](const Joint& x) { return x[at(id)][std::size_t(u)]; }),
                  near);
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    for (std::int64_t i = 0; i < link.weight.rows(); ++i)
      for (std::int64_t j = 0; j < link.weight.cols(); ++j)
        EXPECT_NEAR(moments.weight[c].at(i, j), exact.mean([&](const Joint& x) {
          return x[at(link.lower)][std::size_t(i)] * x[at(link.upper)][std::size_t(j)];
        }),
                    near);
  }
}

TEST_P(EnumeratedGraph, MomentsAreExpectationsUnderTheModel) {
  const BruteForce exact(model);
  expect_moments(exact_moments(ctx, model), model, exact, 1e-12);
  expect_moments(exact_moments(ctx, model.to(DType::f32)), model, exact, 1e-4);
}

// The gradient of log p(v, y) for evidence on the layers that are not hidden, by central differences of exact
// quantities, against data moments − model moments: every bias and every weight, in the form of centred biases as they
// are stored.
TEST_P(EnumeratedGraph, SlopesOfLogPAreDataMinusModelMoments) {
  for (Layer& layer : model.layers()) layer.offset = {};
  const BruteForce exact(model);
  const auto rows = exact.draw(2, key);
  State evidence = state_of(ctx, model, rows);
  for (LayerId id : model.ids())
    if (model.layer(id).role != Role::hidden) evidence.clamp(id);

  const auto mean_log_p = [&](const EnergyModel& m) {
    std::vector<double> given(2);
    exact_log_z_given(ctx, m, evidence, {}, given);
    return (given[0] + given[1]) / 2 - exact_log_z(ctx, m);
  };
  const auto shows_evidence = [&](const Joint& x, const Joint& row) {
    for (LayerId id : model.ids())
      if (evidence.is_clamped(id) && x[at(id)] != row[at(id)]) return false;
    return true;
  };
  const auto data_mean = [&](const auto& f) {
    double sum = 0;
    for (const Joint& row : rows) {
      const double all = exact.mean([&](const Joint& x) { return shows_evidence(x, row) ? 1.0 : 0.0; });
      sum += exact.mean([&](const Joint& x) { return shows_evidence(x, row) ? f(x) : 0.0; }) / all / 2;
    }
    return sum;
  };

  const Parameters moments = exact_moments(ctx, model);
  EnergyModel moved = model.clone();
  const auto slope = [&](Tensor& parameter, std::int64_t i, std::int64_t j) {
    return slope_of(parameter, i, j, [&] { return mean_log_p(moved); });
  };
  for (LayerId id : model.ids())
    for (std::int64_t u = 0; u < std::min<std::int64_t>(2, model.layer(id).units); ++u)
      EXPECT_NEAR(slope(moved.layer(id).bias, 0, u),
                  data_mean([&](const Joint& x) { return x[at(id)][std::size_t(u)]; }) - moments.bias[at(id)].at(0, u),
                  1e-8);
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    for (std::int64_t i = 0; i < std::min<std::int64_t>(2, link.weight.rows()); ++i)
      for (std::int64_t j = 0; j < std::min<std::int64_t>(2, link.weight.cols()); ++j)
        EXPECT_NEAR(slope(moved.connections()[c].weight, i, j),
                    data_mean([&](const Joint& x) {
                      return x[at(link.lower)][std::size_t(i)] * x[at(link.upper)][std::size_t(j)];
                    }) - moments.weight[c].at(i, j),
                    1e-8);
  }
}

TEST(Enumerate, RefusesMoreStatesThanTheLimit) {
  Context ctx;
  const EnergyModel model = rbm(40, 12);  // 2¹² states when the visible layer is summed out
  EXPECT_THROW(exact_log_z(ctx, model, {.limit = (1 << 12) - 1}), InputError);
  EXPECT_NEAR(exact_log_z(ctx, model, {.limit = 1 << 12}), 52 * std::log(2), 1e-4);
  EXPECT_THROW(exact_log_z(ctx, rbm(40, 40)), InputError);
  EXPECT_THROW(exact_moments(ctx, rbm(40, 40)), InputError);
}

TEST(Enumerate, RefusesMaskedLayers) {
  Context ctx;
  for (int layers : {1, 2}) {  // one layer is one block, the summed one: nothing else looks at it
    EnergyModel model(DType::f64);
    for (int l = 0; l < layers; ++l) model.add(fmt::format("layer{}", l), Bernoulli{}, 2);
    if (layers == 2) model.connect({0}, {1});
    State state = model.make_state(ctx, 1);
    state.clamp({0}, Tensor(DType::u8, 1, 2));
    std::vector<double> out(1);
    EXPECT_THROW(exact_log_z_given(ctx, model, state, {}, out), InputError);
  }
}

TEST(Enumerate, ASoftmaxOfOneClassHasOneState) {
  Context ctx;
  EnergyModel model(DType::f64);
  const LayerId v = model.add("v", Bernoulli{}, 3), y = model.add("y", Softmax{1}, 2);
  model.connect(v, y);
  randomise(model, 1, {4});
  const BruteForce exact(model);
  ASSERT_EQ(exact.states.size(), 8u);
  EXPECT_EQ(count_states(model, model.make_state(ctx, 1), kNoBlock), 8);
  EXPECT_NEAR(exact_log_z(ctx, model), exact.log_z, 1e-13);
  StreamingLogSumExp sum;
  enumerate(ctx, model, model.make_state(ctx, 1), model.block(v), {}, [&](State&, std::span<const double> w) {
    for (double x : w) sum.add(x);
  });
  EXPECT_NEAR(sum.value(), exact.log_z, 1e-13);
}

TEST(Enumerate, AllLayersClampedIsOneState) {
  Context ctx;
  const EnergyModel model = random_graph(5);
  const auto rows = BruteForce(model).draw(3, {1});
  State state = state_of(ctx, model, rows);
  for (LayerId id : model.ids()) state.clamp(id);
  std::vector<double> out(3);
  exact_log_z_given(ctx, model, state, {}, out);
  for (std::size_t r = 0; r < 3; ++r)
    EXPECT_NEAR(out[r], log_measure_of(model, rows[r]) - energy_of(model, rows[r]), 1e-12);
}

}  // namespace
}  // namespace deepboltz::testing
