// Gibbs sampling of machines of several parts of which some are clamped: chains that start from exact draws stay exact.
#include "tests/model/random_pathways.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/sample/gibbs.h"

namespace deepboltz::testing {
namespace {

constexpr std::int64_t kDraws = 10'000;

class GibbsOnPathways : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_machine(random_pathways(GetParam()), GetParam());
  std::vector<LayerId> parts = model.ids(Role::visible);
  Key key = Key{410}.fold(std::uint64_t(GetParam()));
  Context ctx;

  std::vector<Joint> without_reals(std::vector<Joint> rows) const {
    for (LayerId id : model.ids())
      if (is_real(model.layer(id)))
        for (Joint& x : rows) x[at(id)].assign(x[at(id)].size(), 0.0);
    return rows;
  }
  void expect_stationary(const Joint& known, const std::vector<int>& words) {
    const PathwaySum exact(model, known, words);
    State chains = state_of(ctx, model, exact.draw(model, known, kDraws, key.fold(0)));
    for (LayerId id : model.ids())
      if (!known[at(id)].empty()) chains.clamp(id);
    advance(ctx, model, {.sweeps = 3}, key.fold(1), chains);
    expect_real_moments(exact, known, chains);
    std::vector<Joint> rows;
    for (std::int64_t r = 0; r < kDraws; ++r) rows.push_back(joint_of(chains, r));
    rows = without_reals(rows);
    const std::vector<Joint> states = without_reals(exact.states);
    EXPECT_LT(total_variation(state_of(ctx, model, rows), states, exact.p), total_variation_floor(exact.p, kDraws));
    expect_surprise(exact.p, states, rows);
  }
  // The mean of −log p of the states, which weighs all of them.
  static void expect_surprise(const std::vector<double>& p, const std::vector<Joint>& states,
                              const std::vector<Joint>& rows) {
    std::unordered_map<std::uint64_t, double> surprise;
    double mean = 0, square = 0, seen = 0;
    for (std::size_t s = 0; s < states.size(); ++s) {
      const double here = surprise[code_of(states[s])] = -std::log(p[s]);
      mean += p[s] * here;
      square += p[s] * here * here;
    }
    for (const Joint& x : rows) {
      ASSERT_TRUE(surprise.contains(code_of(x)));
      seen += surprise[code_of(x)] / double(rows.size());
    }
    const double deviation = std::sqrt(std::max(0.0, square - mean * mean) / double(rows.size()));
    EXPECT_NEAR(seen, mean, 5 * deviation + 1e-9);
  }
  // Mean and mean square of each real value that is free: normals about the means of the states.
  void expect_real_moments(const PathwaySum& exact, const Joint& known, const State& chains) {
    for (LayerId id : model.ids()) {
      if (!is_real(model.layer(id)) || !known[at(id)].empty()) continue;
      for (std::int64_t i = 0; i < model.layer(id).units; ++i) {
        const auto moment = [&](auto&& of) {
          return exact.mean([&](const Joint& x) { return of(x[at(id)][std::size_t(i)]); });
        };
        const double mean = moment([](double m) { return m; }), square = moment([](double m) { return m * m + 1; }),
                     fourth = moment([](double m) { return m * m * m * m + 6 * m * m + 3; });
        double sum = 0, squares = 0;
        for (std::int64_t r = 0; r < kDraws; ++r) {
          const double x = chains.layers[at(id)].at(r, i);
          sum += x / double(kDraws);
          squares += x * x / double(kDraws);
        }
        EXPECT_NEAR(sum, mean, 5 * std::sqrt((square - mean * mean) / double(kDraws)));
        EXPECT_NEAR(squares, square, 5 * std::sqrt((fourth - square * square) / double(kDraws)));
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Random, GibbsOnPathways, ::testing::Range(0, kPathways));

TEST_P(GibbsOnPathways, LeavesTheJointUnchangedWhateverIsClamped) {
  const Joint x = random_case(model, key.fold(2));
  const std::vector<int> words = words_of(model, x);
  for (std::size_t free = 0; free <= parts.size(); ++free) {  // one part, or the last time all of them
    std::vector<LayerId> of = parts;
    if (free < parts.size()) of = {parts[free]};
    expect_stationary(without(x, of), words);
  }
}

}  // namespace
}  // namespace deepboltz::testing
