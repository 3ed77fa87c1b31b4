#include "deepboltz/model/energy_model.h"

#include <set>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/model/field.h"

namespace deepboltz::testing {
namespace {

// Sums of a few dozen terms of size one: 1e-12 in double; float keeps 1e-4 of them.
double tolerance(DType precision) { return precision == DType::f64 ? 1e-12 : 1e-4; }

struct Case {
  int graph;
  DType precision;
};

class EnergyModelOfGraph : public ::testing::TestWithParam<Case> {
 protected:
  EnergyModel model = random_graph(GetParam().graph, GetParam().precision);
  Key key = Key{100}.fold(std::uint64_t(GetParam().graph));
  double near = tolerance(GetParam().precision);
  Context ctx;

  // `count` joint states, drawn from all.
  std::vector<Joint> some_states(std::size_t count) {
    const auto all = joint_states(model);
    std::vector<Joint> some;
    for (std::size_t s = 0; s < count; ++s) some.push_back(all[below(key.fold(17), s, all.size())]);
    return some;
  }
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (int graph = 0; graph < kGraphs; ++graph) all.push_back({graph, DType::f64});
  for (int graph = 0; graph < 10; ++graph) all.push_back({graph, DType::f32});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Random, EnergyModelOfGraph, ::testing::ValuesIn(cases()), [](const auto& param) {
  return fmt::format("{}_{}", name_of(param.param.precision), param.param.graph);
});

TEST(RandomGraphs, CoverTheKindsThatLawsAreAbout) {
  std::set<int> blocks;
  int softmax = 0, spin = 0, binomial = 0, offsets = 0, labels = 0;
  for (int graph = 0; graph < kGraphs; ++graph) {
    const EnergyModel model = random_graph(graph);
    blocks.insert(model.blocks());
    int units = 0;
    for (const Layer& layer : model.layers()) {
      units += int(layer.units / group_size(layer.unit));
      softmax += std::holds_alternative<Softmax>(layer.unit);
      spin += std::holds_alternative<Spin>(layer.unit);
      binomial += std::holds_alternative<Binomial>(layer.unit);
      offsets += !layer.offset.empty();
      labels += layer.role == Role::label;
    }
    EXPECT_LE(units, 12);
  }
  EXPECT_TRUE(blocks.contains(2) && blocks.contains(3));
  EXPECT_GT(softmax, 10);
  EXPECT_GT(spin, 10);
  EXPECT_GT(binomial, 10);
  EXPECT_GT(offsets, 10);
  EXPECT_GT(labels, 5);
}

TEST_P(EnergyModelOfGraph, NoConnectionStaysInsideABlock) {
  for (const Connection& c : model.connections()) EXPECT_NE(model.block(c.lower), model.block(c.upper));
  std::size_t layers = 0;
  for (int block = 0; block < model.blocks(); ++block) {
    EXPECT_FALSE(model.block_layers(block).empty());
    layers += model.block_layers(block).size();
  }
  EXPECT_EQ(layers, model.layers().size());
}

TEST_P(EnergyModelOfGraph, EnergyIsTheSumOverUnitsAndPairs) {
  const auto states = some_states(200);
  std::vector<double> energy(states.size());
  model.energy(ctx, state_of(ctx, model, states), energy);
  for (std::size_t s = 0; s < states.size(); ++s) EXPECT_NEAR(energy[s], energy_of(model, states[s]), near);
}

TEST_P(EnergyModelOfGraph, EnergyIsMultilinear) {  // of means: as the mean energy under independent units
  Joint means;
  for (int l = 0; l < int(model.layers().size()); ++l) {
    const auto values = values_of(model.layer({l}));
    std::vector<double> mean(values[0].size()), weights;
    double total = 0;
    for (std::size_t v = 0; v < values.size(); ++v) {
      weights.push_back(0.1 + double(uniform(key, std::uint32_t(l), std::uint32_t(v))));
      total += weights.back();
    }
    for (std::size_t v = 0; v < values.size(); ++v)
      for (std::size_t u = 0; u < mean.size(); ++u) mean[u] += weights[v] / total * values[v][u];
    means.push_back(std::move(mean));
  }
  std::vector<double> energy(1);
  model.energy(ctx, state_of(ctx, model, {means}), energy);
  EXPECT_NEAR(energy[0], energy_of(model, means), near);
}

// β, (1−β)·base and the units of one block summed out, against the logarithm of the sum over enumerated states.
TEST_P(EnergyModelOfGraph, LogWeightIsTheLogOfTheSumOverTheSummedBlock) {
  const auto base = random_base(model, key.fold(1));
  const auto states = some_states(12);
  const State state = state_of(ctx, model, states);
  std::vector<double> out(states.size());
  for (double b : {0.0, 0.3, 1.0})
    for (const std::vector<Tensor>* rates : {static_cast<const std::vector<Tensor>*>(nullptr), &base}) {
      const BruteForce exact(model, b, rates);
      const std::vector<double> beta(states.size(), b);
      for (int summed = kNoBlock; summed < model.blocks(); ++summed) {
        model.log_weight(ctx, state, {beta, rates}, summed, out);
        for (std::size_t s = 0; s < states.size(); ++s) {
          const double expected = exact.log_sum([&](const Joint& x) {
            for (LayerId id : model.ids())
              if (model.block(id) != summed && x[at(id)] != states[s][at(id)]) return false;
            return true;
          });
          EXPECT_NEAR(out[s], expected, near) << "β " << b << ", summed " << summed;
        }
      }
    }
}

TEST_P(EnergyModelOfGraph, LogWeightKeepsClampedUnitsOfTheSummedBlock) {
  const auto base = random_base(model, key.fold(1));
  const auto states = some_states(8);
  const BruteForce exact(model, 0.4, &base);
  const std::vector<double> beta(states.size(), 0.4);
  std::vector<double> out(states.size());
  for (int summed = 0; summed < model.blocks(); ++summed) {
    State state = state_of(ctx, model, states);
    // Of the summed block, every second layer is clamped as a whole, and the first group of units of the others.
    std::vector<std::int64_t> kept(model.layers().size(), 0);
    int turn = 0;
    for (LayerId id : model.ids()) {
      if (model.block(id) != summed) {
        kept[at(id)] = model.layer(id).units;
      } else if (turn++ % 2 == 1) {
        kept[at(id)] = model.layer(id).units;
        state.clamp(id);
      } else {
        kept[at(id)] = group_size(model.layer(id).unit);
        Tensor mask(DType::u8, state.cases, model.layer(id).units);
        for (std::int64_t r = 0; r < state.cases; ++r)
          for (std::int64_t u = 0; u < kept[at(id)]; ++u) mask.set(r, u, 1);
        state.clamp(id, std::move(mask));
      }
    }
    model.log_weight(ctx, state, {beta, &base}, summed, out);
    for (std::size_t s = 0; s < states.size(); ++s) {
      const double expected = exact.log_sum([&](const Joint& x) {
        for (LayerId id : model.ids())
          if (!std::equal(x[at(id)].begin(), x[at(id)].begin() + kept[at(id)], states[s][at(id)].begin())) return false;
        return true;
      });
      EXPECT_NEAR(out[s], expected, near) << "summed " << summed;
    }
  }
}

TEST_P(EnergyModelOfGraph, LogWeightChangeIsTheDifferenceOfLogWeights) {
  const auto base = random_base(model, key.fold(1));
  const auto states = some_states(20);
  State state = state_of(ctx, model, states);
  std::vector<double> from_beta, to_beta, change(states.size()), from(states.size()), to(states.size());
  for (std::size_t s = 0; s < states.size(); ++s) {  // a β a case
    from_beta.push_back(double(uniform(key, 1, std::uint32_t(s))));
    to_beta.push_back(double(uniform(key, 2, std::uint32_t(s))));
  }
  for (int summed = kNoBlock; summed < model.blocks(); ++summed) {
    model.log_weight_change(ctx, state, {from_beta, &base}, {to_beta, &base}, summed, {}, change);
    model.log_weight(ctx, state, {from_beta, &base}, summed, from);
    model.log_weight(ctx, state, {to_beta, &base}, summed, to);
    for (std::size_t s = 0; s < states.size(); ++s) EXPECT_NEAR(change[s], to[s] - from[s], 2 * near);
  }
}

TEST_P(EnergyModelOfGraph, LogZOfTheBaseIsItsSum) {
  const auto base = random_base(model, key.fold(1));
  const auto states = some_states(3);
  State state = state_of(ctx, model, states);
  std::vector<double> out(states.size());
  for (const std::vector<Tensor>* rates : {static_cast<const std::vector<Tensor>*>(nullptr), &base}) {
    const BruteForce exact(model, 0, rates);
    state.unclamp({1});
    model.log_z_base(ctx, state, rates, out);
    for (double log_z : out) EXPECT_NEAR(log_z, exact.log_z, near);
    state.clamp({1});
    model.log_z_base(ctx, state, rates, out);
    for (std::size_t s = 0; s < states.size(); ++s)
      EXPECT_NEAR(out[s], exact.log_sum([&](const Joint& x) { return x[1] == states[s][1]; }), near);
    const std::int64_t group = group_size(model.layer({1}).unit);  // its first unit alone
    Tensor mask(DType::u8, state.cases, model.layer({1}).units);
    for (std::int64_t r = 0; r < state.cases; ++r)
      for (std::int64_t k = 0; k < group; ++k) mask.set(r, k, 1);
    state.clamp({1}, std::move(mask));
    model.log_z_base(ctx, state, rates, out);
    for (std::size_t s = 0; s < states.size(); ++s)
      EXPECT_NEAR(out[s], exact.log_sum([&](const Joint& x) {
        return std::equal(x[1].begin(), x[1].begin() + group, states[s][1].begin());
      }),
                  near);
  }
}

TEST_P(EnergyModelOfGraph, ConditionalMeansAreThoseOfTheEnumeratedJoint) {
  const BruteForce exact(model);
  const auto states = some_states(6);
  const State state = state_of(ctx, model, states);
  for (LayerId id : model.ids()) {
    Tensor mean(model.precision(), state.cases, model.layer(id).units);
    mean_layer(ctx, model, id, state, {}, mean);
    for (std::size_t s = 0; s < states.size(); ++s) {
      const auto rest_agrees = [&](const Joint& x) {
        for (LayerId other : model.ids())
          if (other != id && x[at(other)] != states[s][at(other)]) return false;
        return true;
      };
      const double all = exact.mean([&](const Joint& x) { return rest_agrees(x) ? 1.0 : 0.0; });
      for (std::int64_t u = 0; u < mean.cols(); ++u) {
        const double on = exact.mean([&](const Joint& x) { return rest_agrees(x) ? x[at(id)][std::size_t(u)] : 0.0; });
        EXPECT_NEAR(mean.at(std::int64_t(s), u), on / all, near);
      }
    }
  }
}

TEST_P(EnergyModelOfGraph, MovingOffsetsWithOrdinaryBiasesFixedChangesNothing) {
  EnergyModel moved = model.clone();
  for (LayerId id : model.ids()) {
    Tensor& offset = moved.layer(id).offset;
    offset = Tensor(model.precision(), 1, model.layer(id).units);
    fill_normal(offset, 0.5, key.fold(9).fold(std::uint64_t(id.index)));
  }
  for (LayerId id : model.ids())
    for (std::int64_t u = 0; u < model.layer(id).units; ++u) {
      const double lost = plain_bias(model, id.index, u) - plain_bias(moved, id.index, u);
      moved.layer(id).bias.set(0, u, moved.layer(id).bias.at(0, u) + lost);
    }
  const auto states = some_states(50);
  const State state = state_of(ctx, model, states);
  std::vector<double> before(states.size()), after(states.size());
  for (int summed = kNoBlock; summed < model.blocks(); ++summed) {
    model.log_weight(ctx, state, {}, summed, before);
    moved.log_weight(ctx, state, {}, summed, after);
    for (std::size_t s = 0; s < states.size(); ++s) EXPECT_NEAR(before[s], after[s], 3 * near);
  }
}

TEST_P(EnergyModelOfGraph, CloneAndConversionKeepEverything) {
  const EnergyModel copy = model.clone(), other = model.to(model.precision() == DType::f64 ? DType::f32 : DType::f64);
  const auto states = some_states(20);
  std::vector<double> here(states.size()), there(states.size()), converted(states.size());
  model.energy(ctx, state_of(ctx, model, states), here);
  copy.energy(ctx, state_of(ctx, copy, states), there);
  other.energy(ctx, state_of(ctx, other, states), converted);
  EXPECT_EQ(here, there);
  for (std::size_t s = 0; s < states.size(); ++s) EXPECT_NEAR(here[s], converted[s], 1e-4);
  EXPECT_EQ(copy.blocks(), model.blocks());
  for (LayerId id : model.ids()) {
    EXPECT_EQ(copy.layer(id).name, model.layer(id).name);
    EXPECT_EQ(copy.layer(id).unit, model.layer(id).unit);
    EXPECT_EQ(copy.layer(id).role, model.layer(id).role);
    EXPECT_EQ(copy.block(id), model.block(id));
  }
}

TEST_P(EnergyModelOfGraph, ClampedUnitsKeepTheirBitsAndTheRestOfTheBlocksIsUntouched) {
  const auto states = some_states(40);
  for (int block = 0; block < model.blocks(); ++block) {
    State state = state_of(ctx, model, states);
    for (LayerId id : model.ids()) {  // odd values would show if a clamped unit were rewritten, even to the same bit
      Tensor mask(DType::u8, state.cases, model.layer(id).units);
      const std::int64_t group = group_size(model.layer(id).unit);
      for (std::int64_t r = 0; r < state.cases; ++r)
        for (std::int64_t u = 0; u < mask.cols(); u += group) {
          if (pick(key.fold(std::uint64_t(r)), std::uint64_t(100 * id.index + u), 2) == 0) continue;
          for (std::int64_t k = 0; k < group; ++k) {
            mask.set(r, u + k, 1);
            state.layers[at(id)].set(r, u + k, 0.1 + 0.01 * double(k));
          }
        }
      state.clamp(id, std::move(mask));
    }
    const State before = state.clone();
    model.sample_block(ctx, block, {}, key, state);
    for (LayerId id : model.ids())
      for (std::int64_t r = 0; r < state.cases; ++r)
        for (std::int64_t u = 0; u < model.layer(id).units; ++u) {
          const double now = state.layers[at(id)].at(r, u);
          if (model.block(id) != block || before.clamped[at(id)].mask.at(r, u) != 0)
            EXPECT_EQ(now, before.layers[at(id)].at(r, u));
          else
            EXPECT_TRUE(value_number(model.layer(id).unit, state.x(id), r, u - u % group_size(model.layer(id).unit)));
        }
  }
}

TEST_P(EnergyModelOfGraph, ASampleAddressesItsNoiseByTheGlobalCaseNumber) {
  const auto states = some_states(10);
  State whole = state_of(ctx, model, states), part = state_of(ctx, model, {states.begin() + 4, states.end()});
  part.first_case = 4;
  for (int block = 0; block < model.blocks(); ++block) {
    model.sample_block(ctx, block, {}, key.fold(std::uint64_t(block)), whole);
    model.sample_block(ctx, block, {}, key.fold(std::uint64_t(block)), part);
  }
  for (std::int64_t r = 0; r < part.cases; ++r) EXPECT_EQ(joint_of(part, r), joint_of(whole, r + 4));
}

TEST_P(EnergyModelOfGraph, FactorsOfPretrainingBelongToNoEnergy) {
  State state = state_of(ctx, model, some_states(2));
  std::vector<double> out(std::size_t(state.cases));
  const auto refused = [&](const EnergyModel& staged) {
    EXPECT_THROW(staged.energy(ctx, state, out), InputError);
    EXPECT_THROW(staged.log_weight(ctx, state, {}, 0, out), InputError);
    EXPECT_THROW(staged.log_weight_change(ctx, state, {}, {}, 0, {}, out), InputError);
  };
  EnergyModel up = model.clone(), down = model.clone(), bias = model.clone();
  up.connections()[0].up = 2;
  down.connections()[0].down = 2;
  bias.layers()[0].bias_factor = 2;
  refused(up);
  refused(down);
  refused(bias);
  EXPECT_NO_THROW(model.energy(ctx, state, out));
}

}  // namespace
}  // namespace deepboltz::testing
