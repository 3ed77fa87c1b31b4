// Laws of every sampler of hard distributions, over a table of them: the joint distribution of a random graph stays
// what it is, a barrier of 15 nats is crossed, and bits do not depend on threads.
#include <cstring>

#include "tests/model/random_graph.h"
#include "tests/sample/bimodal.h"
#include "tests/sample/histogram.h"
#include <gtest/gtest.h>

#include "deepboltz/model/build.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/sample/simulated_tempering.h"
#include "deepboltz/sample/tempered_transitions.h"
#include "deepboltz/sample/trajectory_tempering.h"

namespace deepboltz::testing {
namespace {

// A model, the ladder's machines, and how to begin each of them: f fills the rows of a state with draws at a level.
struct Setting {
  const EnergyModel& model;
  const std::vector<Tensor>* base;
  std::vector<double> ladder;
  std::function<double(double beta)> log_z;
  std::function<EnergyModel(double strength)> machine;                              // of the trajectory, 1: the model
  std::function<void(double level, bool trajectory, Key key, State& state)> begin;  // at β, or at a machine
};

struct Sampler {
  const char* name;
  int rounds;  // that carry chains over the barrier
  // Moves `chains`, which are at the model, by so many rounds; auxiliary states begin by `setting.begin`.
  std::function<void(Context&, const Setting&, int rounds, Key, State& chains)> move;
};

int last_block(const EnergyModel& model) { return model.blocks() - 1; }

void by_parallel_tempering(Context& ctx, const Setting& s, int rounds, Key key, State& chains) {
  const ParallelTempering how{.ladder = s.ladder, .base = s.base, .summed = last_block(s.model), .rounds = rounds};
  const int levels = int(s.ladder.size());
  Replicas replicas = start_replicas(ctx, s.model, how, chains.cases, key.fold(0));
  State at_level = s.model.make_state(ctx, chains.cases);
  for (int level = 0; level < levels; ++level) {
    if (level + 1 < levels)
      s.begin(s.ladder[std::size_t(level)], false, key.fold(1).fold(std::uint64_t(level)), at_level);
    for (std::int64_t c = 0; c < chains.cases; ++c)
      copy_row(level + 1 < levels ? at_level : chains, c, replicas.rows, c * levels + level);
  }
  SwapRecord record;
  advance(ctx, s.model, how, key.fold(2), replicas, record);
  take_coldest(replicas, levels, chains);
}

void by_tempered_transitions(Context& ctx, const Setting& s, int rounds, Key key, State& chains) {
  const TemperedTransitions how{.ladder = s.ladder, .base = s.base, .summed = last_block(s.model)};
  SwapRecord record;
  for (int round = 0; round < rounds; ++round) {
    advance(ctx, s.model, how, key.fold(0).fold(std::uint64_t(round)), chains, record);
    advance(ctx, s.model, Gibbs{1}, key.fold(1).fold(std::uint64_t(round)), chains);
  }
}

// CAST with weights that are held: particles at every level in equal numbers are then at p(x, k) ∝ f_k(x)/Z_k.
void by_cast(Context& ctx, const Setting& s, int rounds, Key key, State& chains) {
  SimulatedTempering how{.ladder = s.ladder, .base = s.base, .summed = last_block(s.model), .gain = 0};
  const int levels = int(s.ladder.size());
  Replicas particles = start_particles(ctx, s.model, how, chains.cases, key.fold(0));
  for (int level = 0; level < levels; ++level) {
    const double beta = s.ladder[std::size_t(level)];
    State at_level = s.model.make_state(ctx, chains.cases);
    s.begin(beta, false, key.fold(1).fold(std::uint64_t(level)), at_level);
    for (std::int64_t c = level; c < chains.cases; c += levels) copy_row(at_level, c, particles.rows, c);
    particles.log_weight[std::size_t(level)] = s.log_z(beta);
  }
  SwapRecord record;
  for (int round = 0; round < rounds; ++round) {
    advance(ctx, s.model, how, key.fold(2).fold(std::uint64_t(round)), particles, record);
    exchange(particles, levels, chains);
    advance(ctx, s.model, Gibbs{1}, key.fold(3).fold(std::uint64_t(round)), chains);
  }
}

void by_trajectory(Context& ctx, const Setting& s, int rounds, Key key, State& chains) {
  std::vector<EnergyModel> machines;
  std::vector<State> states;
  for (std::size_t m = 0; m + 1 < s.ladder.size(); ++m) {
    machines.push_back(s.machine(s.ladder[m]));
    states.push_back(s.model.make_state(ctx, chains.cases));
    s.begin(s.ladder[m], true, key.fold(0).fold(m), states.back());
  }
  std::vector<const Target*> targets;
  std::vector<State*> all;
  for (std::size_t m = 0; m < machines.size(); ++m) {
    targets.push_back(&machines[m]);
    all.push_back(&states[m]);
  }
  targets.push_back(&s.model);
  all.push_back(&chains);
  SwapRecord record;
  std::int64_t count = 0;
  for (int round = 0; round < rounds; ++round)
    advance(ctx, TrajectoryTempering{targets, last_block(s.model)}, key.fold(1).fold(std::uint64_t(round)), all, count,
            record);
}

const Sampler kSamplers[] = {{"ParallelTempering", 150, by_parallel_tempering},
                             {"TemperedTransitions", 100, by_tempered_transitions},
                             {"Cast", 1'000, by_cast},
                             {"Trajectory", 150, by_trajectory}};

class EverySampler : public ::testing::TestWithParam<Sampler> {
 protected:
  Context ctx;
};

INSTANTIATE_TEST_SUITE_P(Hard, EverySampler, ::testing::ValuesIn(kSamplers),
                         [](const auto& param) { return std::string(param.param.name); });

double states_of(const EnergyModel& model) {
  double count = 1;
  for (const Layer& layer : model.layers()) count *= double(values_of(layer).size());
  return count;
}

// The machine of a trajectory at `strength`: its biases and weights so many times those of the model.
EnergyModel weaker(const EnergyModel& model, double strength) {
  EnergyModel machine = model.clone();
  const auto scale = [&](Tensor& x) {
    for (std::int64_t r = 0; r < x.rows(); ++r)
      for (std::int64_t c = 0; c < x.cols(); ++c) x.set(r, c, strength * x.at(r, c));
  };
  for (Layer& layer : machine.layers()) scale(layer.bias);
  for (Connection& link : machine.connections()) scale(link.weight);
  return machine;
}

TEST_P(EverySampler, LeavesTheJointUnchanged) {
  constexpr std::int64_t kDraws = 4'000;
  int graphs = 0;
  for (int number = 0; graphs < 10; ++number) {
    const EnergyModel model = random_graph(number, number % 3 == 0 ? DType::f32 : DType::f64);
    if (states_of(model) > 256) continue;
    ++graphs;
    const Key key = Key{600}.fold(std::uint64_t(number));
    const auto base = random_base(model, key.fold(0));
    const std::vector<Tensor>* rates = number % 2 == 0 ? &base : nullptr;
    const Setting setting{model,
                          rates,
                          {0, 0.3, 0.6, 1},
                          [&](double beta) { return BruteForce(model, beta, rates).log_z; },
                          [&](double strength) { return weaker(model, strength); },
                          [&](double level, bool trajectory, Key draw, State& state) {
                            const BruteForce exact =
                                trajectory ? BruteForce(weaker(model, level)) : BruteForce(model, level, rates);
                            state = state_of(ctx, model, exact.draw(state.cases, draw));
                          }};
    const BruteForce exact(model);
    State chains = state_of(ctx, model, exact.draw(kDraws, key.fold(1)));
    GetParam().move(ctx, setting, 4, key.fold(2), chains);
    EXPECT_LT(total_variation(chains, exact.states, exact.p), total_variation_floor(exact.p, kDraws))
        << "graph " << number;
  }
}

// All chains begin in the mode that the machine likes less. Gibbs sampling stays there; every other sampler has the
// exact share of chains in either mode in the end, within five standard deviations of independent chains.
constexpr std::int64_t kChains = 400;

Setting bimodal_setting(Context& ctx, const Bimodal& bimodal, const EnergyModel& model) {
  return {model,
          nullptr,
          even_levels(9, 0),
          [&bimodal](double beta) { return bimodal.log_z(beta); },
          [&bimodal](double strength) { return bimodal.model(strength); },
          [&](double, bool, Key key, State& state) { draw_base(ctx, model, nullptr, key, state); }};
}

TEST(Barrier, IsOneForGibbsSampling) {
  Context ctx;
  const Bimodal bimodal;
  EXPECT_GT(bimodal.barrier(), 15);
  const EnergyModel model = bimodal.model();
  State chains = model.make_state(ctx, kChains);
  Bimodal::start_below(chains);
  advance(ctx, model, Gibbs{1'000}, {1}, chains);
  EXPECT_LT(Bimodal::share_above(chains), 0.02);
}

TEST_P(EverySampler, CrossesABarrierOf15Nats) {
  const Bimodal bimodal;
  const EnergyModel model = bimodal.model();
  State chains = model.make_state(ctx, kChains);
  Bimodal::start_below(chains);
  GetParam().move(ctx, bimodal_setting(ctx, bimodal, model), GetParam().rounds, {2}, chains);
  const double share = bimodal.share_above();
  EXPECT_NEAR(Bimodal::share_above(chains), share, 5 * std::sqrt(share * (1 - share) / double(kChains)));
}

TEST_P(EverySampler, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<State> ends;
  for (int threads : {1, 2, 3}) {
    Context many(threads);
    const EnergyModel model = random_graph(3, DType::f32);
    State chains = model.make_state(many, 300);
    const Setting setting{model,
                          nullptr,
                          {0, 0.5, 1},
                          [](double) { return 0.0; },
                          [&](double strength) { return weaker(model, strength); },
                          [&](double, bool, Key key, State& state) { draw_base(many, model, nullptr, key, state); }};
    GetParam().move(many, setting, 3, {5}, chains);
    ends.push_back(std::move(chains));
  }
  for (std::size_t run : {1u, 2u})
    for (std::size_t l = 0; l < ends[0].layers.size(); ++l)
      EXPECT_EQ(std::memcmp(ends[0].layers[l].data(), ends[run].layers[l].data(), ends[0].layers[l].bytes()), 0);
}

}  // namespace
}  // namespace deepboltz::testing
