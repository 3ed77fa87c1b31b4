// Block Gibbs sampling by arithmetic: the transition matrices that the library's conditionals make, no draws.
#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "tests/model/random_graph.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz::testing {
namespace {

using Rows = std::vector<std::vector<double>>;

// Of one number, from its mean: a factor of the probability of its unit's value.
double probability(const Unit& unit, double mean, double value) {
  if (std::holds_alternative<Softmax>(unit)) return value == 1 ? mean : 1;
  if (std::holds_alternative<Spin>(unit)) return (1 + value * mean) / 2;
  const auto* binomial = std::get_if<Binomial>(&unit);
  if (binomial == nullptr) return value == 1 ? mean : 1 - mean;
  const double n = double(binomial->trials), p = mean / n;
  return std::tgamma(n + 1) / std::tgamma(value + 1) / std::tgamma(n - value + 1) * std::pow(p, value) *
         std::pow(1 - p, n - value);
}

// [x][x'] = probability that drawing one block takes x to x'
Rows block_transition(Context& ctx, const EnergyModel& model, int block, const Tempering& tempering,
                      const std::vector<Joint>& states) {
  const State state = state_of(ctx, model, states);
  std::vector<Tensor> means;
  for (LayerId id : model.ids()) {
    means.emplace_back(model.precision(), state.cases, model.layer(id).units);
    ScratchScope scope(ctx);
    unit_mean(ctx, model.layer(id).unit, layer_field(ctx, scope, model, id, tempering, state), {}, means.back());
  }
  Rows matrix(states.size(), std::vector<double>(states.size(), 0.0));
  for (std::size_t from = 0; from < states.size(); ++from)
    for (std::size_t to = 0; to < states.size(); ++to) {
      double p = 1;
      for (LayerId id : model.ids()) {
        if (model.block(id) != block) {
          if (states[from][at(id)] != states[to][at(id)]) p = 0;
          continue;
        }
        for (std::int64_t u = 0; u < model.layer(id).units; ++u)
          p *= probability(model.layer(id).unit, means[at(id)].at(std::int64_t(from), u),
                           states[to][at(id)][std::size_t(u)]);
      }
      matrix[from][to] = p;
    }
  return matrix;
}

Rows product(const Rows& a, const Rows& b) {
  Rows c(a.size(), std::vector<double>(b[0].size(), 0.0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < b.size(); ++k)
      for (std::size_t j = 0; j < b[0].size() && a[i][k] != 0; ++j) c[i][j] += a[i][k] * b[k][j];
  return c;
}

// Which blocks a sweep draws, in order.
class Recorder final : public Target {
 public:
  explicit Recorder(int blocks) : blocks_(blocks) {}
  DType precision() const override { return DType::f64; }
  int variables() const override { return 0; }
  const Variable& variable(LayerId) const override { return none_; }
  int blocks() const override { return blocks_; }
  int block(LayerId id) const override { return id.index; }
  bool has_energy() const override { return true; }
  State make_state(Context&, std::int64_t) const override { return {}; }
  void sample_block(Context&, int block, const Tempering&, Key key, State&) const override {
    drawn.push_back(block);
    keys.push_back(key);
  }
  void energy(Context&, const State&, std::span<double>) const override {}
  void log_weight(Context&, const State&, const Tempering&, int, std::span<double>) const override {}
  void log_weight_change(Context&, State&, const Tempering&, const Tempering&, int, std::optional<Key>,
                         std::span<double>) const override {}
  void log_z_base(Context&, const State&, const std::vector<Tensor>*, std::span<double>) const override {}

  mutable std::vector<int> drawn;
  mutable std::vector<Key> keys;

 private:
  int blocks_;
  Variable none_;
};

std::vector<int> order_of_sweep(Context& ctx, int blocks, int first, Order order) {
  const Recorder recorder(blocks);
  State none;
  tempered_sweep(ctx, recorder, {}, first, order, {1}, none);
  return recorder.drawn;
}

class TransitionsOfGraph : public ::testing::TestWithParam<int> {
 protected:
  EnergyModel model = random_graph(GetParam());
  Key key = Key{500}.fold(std::uint64_t(GetParam()));
  Context ctx;
};

std::vector<int> graphs_of_at_most(std::size_t states) {
  std::vector<int> numbers;
  for (int graph = 0; numbers.size() < 30; ++graph)
    if (joint_states(random_graph(graph)).size() <= states) numbers.push_back(graph);
  return numbers;
}

INSTANTIATE_TEST_SUITE_P(Random, TransitionsOfGraph, ::testing::ValuesIn(graphs_of_at_most(256)));

TEST_P(TransitionsOfGraph, EveryBlockLeavesEveryTemperatureUnchanged) {
  const auto base = random_base(model, key);
  for (double b : {0.0, 0.3, 0.7, 1.0}) {
    const BruteForce exact(model, b, &base);
    const std::vector<double> beta(exact.states.size(), b);
    for (int block = 0; block < model.blocks(); ++block) {
      const Rows after = product({exact.p}, block_transition(ctx, model, block, {beta, &base}, exact.states));
      for (std::size_t s = 0; s < exact.p.size(); ++s) EXPECT_NEAR(after[0][s], exact.p[s], 1e-13);
    }
  }
}

// With `first` integrated out: p(x)·forward(x → x') = p(x')·backward(x' → x) on the other blocks.
TEST_P(TransitionsOfGraph, BackwardSweepsReverseForwardSweeps) {
  const auto base = random_base(model, key);
  const BruteForce exact(model, 0.6, &base);
  const std::vector<double> beta(exact.states.size(), 0.6);
  std::vector<Rows> blocks;
  for (int block = 0; block < model.blocks(); ++block)
    blocks.push_back(block_transition(ctx, model, block, {beta, &base}, exact.states));
  for (int first = 0; first < model.blocks(); ++first) {
    // What of a state is kept, as a number: a class of states.
    std::map<std::uint64_t, std::size_t> classes;
    std::vector<std::size_t> class_of;
    for (Joint x : exact.states) {
      for (LayerId id : model.block_layers(first)) std::ranges::fill(x[at(id)], 0.0);
      class_of.push_back(classes.emplace(code_of(x), classes.size()).first->second);
    }
    const auto flow = [&](Order order) {  // p(x)·P(x → x') between classes
      Rows flow_of(exact.states.size(), std::vector<double>(exact.states.size(), 0.0));
      for (std::size_t s = 0; s < exact.p.size(); ++s) flow_of[s][s] = exact.p[s];
      for (int block : order_of_sweep(ctx, model.blocks(), first, order))
        flow_of = product(flow_of, blocks[std::size_t(block)]);
      Rows merged(classes.size(), std::vector<double>(classes.size(), 0.0));
      for (std::size_t from = 0; from < flow_of.size(); ++from)
        for (std::size_t to = 0; to < flow_of.size(); ++to) merged[class_of[from]][class_of[to]] += flow_of[from][to];
      return merged;
    };
    const Rows forward = flow(Order::forward), backward = flow(Order::backward);
    for (std::size_t a = 0; a < forward.size(); ++a)
      for (std::size_t b = 0; b < forward.size(); ++b) EXPECT_NEAR(forward[a][b], backward[b][a], 1e-13);
  }
}

// Annealing draws the summed block by the product that weighed it: the same draw as sample_block's, bit by bit.
TEST_P(TransitionsOfGraph, TheDrawOfAWeightChangeIsThatOfTheBlock) {
  const auto base = random_base(model, key);
  const State before = state_of(ctx, model, joint_states(model));
  const std::vector<double> from(std::size_t(before.cases), 0.2), to(from.size(), 0.7);
  std::vector<double> change(from.size()), with_draw(from.size());
  for (int block = 0; block < model.blocks(); ++block) {
    State expected = before.clone(), drawn = before.clone(), kept = before.clone();
    model.log_weight_change(ctx, kept, {from, &base}, {to, &base}, block, {}, change);
    model.log_weight_change(ctx, drawn, {from, &base}, {to, &base}, block, key, with_draw);
    model.sample_block(ctx, block, {to, &base}, key, expected);
    EXPECT_EQ(with_draw, change);
    for (LayerId id : model.ids()) {
      const std::size_t bytes = expected.layers[at(id)].bytes();
      EXPECT_EQ(std::memcmp(drawn.layers[at(id)].data(), expected.layers[at(id)].data(), bytes), 0);
      EXPECT_EQ(std::memcmp(kept.layers[at(id)].data(), before.layers[at(id)].data(), bytes), 0);
    }
  }
}

TEST(Sweep, DrawsEveryBlockOnceWithItsOwnKey) {
  Context ctx;
  for (int blocks = 1; blocks <= 5; ++blocks)
    for (int first = 0; first < blocks; ++first)
      for (Order order : {Order::forward, Order::backward}) {
        auto drawn = order_of_sweep(ctx, blocks, first, order);
        EXPECT_EQ(drawn.front(), first);
        std::ranges::sort(drawn);
        std::vector<int> all(std::size_t(blocks), 0);
        std::iota(all.begin(), all.end(), 0);
        EXPECT_EQ(drawn, all);
      }
  const Recorder recorder(4);
  State none;
  advance(ctx, recorder, {.sweeps = 3}, {1}, none);
  std::ranges::sort(recorder.keys);
  EXPECT_EQ(std::ranges::adjacent_find(recorder.keys), recorder.keys.end());
}

}  // namespace
}  // namespace deepboltz::testing
