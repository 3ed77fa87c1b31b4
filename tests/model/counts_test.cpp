// Energies of models with a layer of counts, against sums over all counts.
#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include "tests/model/counts_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/save.h"
#include "deepboltz/model/support.h"

namespace deepboltz::testing {
namespace {

class CountsMachine : public ::testing::TestWithParam<int> {
 protected:
  int length = length_of(GetParam());
  EnergyModel model = random_counts(GetParam());
  Key key = Key{700}.fold(std::uint64_t(GetParam()));
  Context ctx;

  std::vector<Joint> some_states(std::size_t count) {
    const auto all = joint_states(model, length);
    std::vector<Joint> some;
    for (std::size_t s = 0; s < count; ++s) some.push_back(all[below(key.fold(17), s, all.size())]);
    return some;
  }
};

INSTANTIATE_TEST_SUITE_P(Random, CountsMachine, ::testing::Range(0, kCountMachines));

TEST_P(CountsMachine, EnergyIsTheSumOverUnitsAndPairs) {
  const auto states = some_states(50);
  for (const auto& [precision, near] : {std::pair(DType::f64, 1e-12), std::pair(DType::f32, 1e-4)}) {
    const EnergyModel typed = model.to(precision);
    std::vector<double> energy(states.size());
    typed.energy(ctx, state_of(ctx, typed, states), energy);
    for (std::size_t s = 0; s < states.size(); ++s) EXPECT_NEAR(energy[s], energy_of(model, states[s]), near);
  }
}

TEST_P(CountsMachine, LogWeightIsTheLogOfTheSumOverTheSummedBlock) {
  const auto base = random_base(model, key.fold(1));
  const auto states = some_states(10);
  const State state = state_of(ctx, model, states);
  std::vector<double> out(states.size());
  for (double b : {0.0, 0.3, 1.0}) {
    const BruteForce exact(model, b, &base, length);
    const std::vector<double> beta(states.size(), b);
    for (int summed = kNoBlock; summed < model.blocks(); ++summed) {
      model.log_weight(ctx, state, {beta, &base}, summed, out);
      for (std::size_t s = 0; s < states.size(); ++s) {
        const double expected = exact.log_sum([&](const Joint& x) {
          for (LayerId id : model.ids())
            if (model.block(id) != summed && x[at(id)] != states[s][at(id)]) return false;
          return true;
        });
        EXPECT_NEAR(out[s], expected, 1e-12) << "β " << b << ", summed " << summed;
      }
    }
  }
}

TEST_P(CountsMachine, LogWeightChangeIsTheDifferenceOfTwo) {
  const auto base = random_base(model, key.fold(2));
  State state = state_of(ctx, model, some_states(20));
  const std::vector<double> low(20, 0.3), high(20, 0.8);
  std::vector<double> from(20), to(20), change(20);
  for (int summed = 0; summed < model.blocks(); ++summed) {
    model.log_weight(ctx, state, {low, &base}, summed, from);
    model.log_weight(ctx, state, {high, &base}, summed, to);
    model.log_weight_change(ctx, state, {low, &base}, {high, &base}, summed, {}, change);
    for (std::size_t r = 0; r < 20; ++r) EXPECT_NEAR(change[r], to[r] - from[r], 1e-12);
  }
}

TEST_P(CountsMachine, TheBaseSumsOverEveryState) {
  const auto base = random_base(model, key.fold(3));
  State free = model.make_state(ctx, 1);
  free.fill_lengths(length);
  std::vector<double> log_z(1);
  model.log_z_base(ctx, free, &base, log_z);
  EXPECT_NEAR(log_z[0], BruteForce(model, 0, &base, length).log_z, 1e-12);
}

TEST_P(CountsMachine, DocumentsOfDifferentLengthsDoNotMeet) {
  std::vector<Joint> mixed;
  for (int words = 1; words <= 4; ++words) mixed.push_back(joint_states(model, words).back());
  std::vector<double> together(mixed.size()), alone(1);
  for (int summed = kNoBlock; summed < model.blocks(); ++summed) {
    model.log_weight(ctx, state_of(ctx, model, mixed), {}, summed, together);
    for (std::size_t r = 0; r < mixed.size(); ++r) {
      model.log_weight(ctx, state_of(ctx, model, {mixed[r]}), {}, summed, alone);
      EXPECT_EQ(together[r], alone[0]);
    }
  }
}

TEST_P(CountsMachine, IsReadBackAsItWas) {
  Archive archive;
  add_model(model, "", archive);
  Archive bytes = parse_safetensors(make_safetensors(archive), "memory");
  const EnergyModel again = take_model("", bytes);
  const auto states = some_states(10);
  std::vector<double> before(10), after(10);
  model.energy(ctx, state_of(ctx, model, states), before);
  again.energy(ctx, state_of(ctx, again, states), after);
  EXPECT_EQ(before, after);
}

// One word a document: the machine with a softmax layer.
TEST(Counts, OfOneWordAreASoftmaxUnit) {
  Context ctx;
  const EnergyModel counts = golden_counts();
  EnergyModel softmax(DType::f64);
  softmax.add("visible", Softmax{3}, 3, Role::visible);
  softmax.add("hidden1", Bernoulli{}, 2);
  softmax.connect({0}, {1}, counts.connections()[0].weight.clone());
  for (int l = 0; l < 2; ++l) softmax.layers()[std::size_t(l)].bias = counts.layers()[std::size_t(l)].bias.clone();
  EXPECT_NEAR(BruteForce(counts).log_z, BruteForce(softmax).log_z, 1e-14);
  std::vector<double> a(3), b(3);
  const std::vector<std::vector<double>> rows{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  State left = documents(ctx, counts, rows), right = softmax.make_state(ctx, 3);
  for (int r = 0; r < 3; ++r) right.layers[0].set(r, r, 1);
  counts.log_weight(ctx, left, {}, 1, a);
  softmax.log_weight(ctx, right, {}, 1, b);
  for (std::size_t r = 0; r < 3; ++r) EXPECT_NEAR(a[r], b[r], 1e-14);
}

// A-G4, computed by enumeration elsewhere.
TEST(Counts, GoldenMachine) {
  Context ctx;
  const EnergyModel model = golden_counts();
  const std::pair<int, double> log_z[] = {
      {1, 2.618292420762}, {2, 3.905493431079}, {4, 6.631335551050}, {8, 12.492153338876}};
  for (const auto& [length, expected] : log_z)
    EXPECT_NEAR(BruteForce(model, 1, nullptr, length).log_z, expected, 1e-11) << length;
  const State document = documents(ctx, model, {{2, 1, 1}});
  std::vector<double> free_energy(1), ways(1);
  model.log_weight(ctx, document, {}, model.block({1}), free_energy);
  add_log_measure(ctx, Counts{}, document.x({0}), {}, ways);
  EXPECT_NEAR(ways[0], std::log(12.0), 1e-14);
  EXPECT_NEAR(free_energy[0] - ways[0], 2.324909194721, 1e-11);
  EXPECT_NEAR(free_energy[0] - log_z[2].second, -1.821519706541, 1e-11);
}

// B-G3, the same of another machine and three words; log p of the words in order and of the counts.
TEST(Counts, SecondGoldenMachine) {
  Context ctx;
  EnergyModel model = rbm(3, 2, {.precision = DType::f64, .visible = Counts{}});
  const double w[3][2] = {{.3, -.2}, {.1, .4}, {-.5, .2}}, b[3] = {.2, -.1, 0}, a[2] = {.1, -.3};
  for (int k = 0; k < 3; ++k) {
    model.layers()[0].bias.set(0, k, b[k]);
    for (int j = 0; j < 2; ++j) model.connections()[0].weight.set(k, j, w[k][j]);
  }
  for (int j = 0; j < 2; ++j) model.layers()[1].bias.set(0, j, a[j]);
  const double log_z = exact_log_z(ctx, model, {.length = 3}), ways = std::log(3.0);
  EXPECT_NEAR(log_z, 4.794708127565, 1e-11);
  std::vector<double> weight(1);
  model.log_weight(ctx, documents(ctx, model, {{2, 0, 1}}), {}, model.block({1}), weight);
  EXPECT_NEAR(weight[0] - ways, 1.600350577515, 1e-11);
  EXPECT_NEAR(weight[0] - ways - log_z, -3.194357550050, 1e-11);
  EXPECT_NEAR(weight[0] - log_z, -2.095745261382, 1e-11);
}

// Two words of a document's words in every split: the draws of a whole layer have the multinomial distribution.
TEST(Counts, AreDrawnFromTheMultinomial) {
  constexpr int kDraws = 40'000;
  Context ctx;
  const EnergyModel model = random_counts(1);
  const LayerId words = model.visible();
  for (DType precision : {DType::f64, DType::f32}) {
    const EnergyModel typed = model.to(precision);
    Joint x = joint_states(model, 3)[5];
    State state = state_of(ctx, typed, std::vector<Joint>(kDraws, x));
    typed.sample_block(ctx, typed.block(words), {}, Key{5}, state);
    std::map<std::vector<double>, int> seen;
    for (std::int64_t r = 0; r < kDraws; ++r) ++seen[joint_of(state, r)[at(words)]];
    double total = 0;
    std::map<std::vector<double>, double> p;
    for (const auto& value : values_of(model.layer(words), 3)) {
      x[at(words)] = value;
      total += p[value] = std::exp(log_measure_of(model, x) - energy_of(model, x));
    }
    for (const auto& [value, weight] : p) {
      const double q = weight / total;
      EXPECT_NEAR(double(seen[value]) / kDraws, q, 5 * std::sqrt(q * (1 - q) / kDraws) + 5.0 / kDraws);
    }
  }
}

TEST(Counts, LongDocumentsAreDrawnWhole) {
  Context ctx;
  EnergyModel model = rbm(2'000, 1, {.visible = Counts{}});
  State state = model.make_state(ctx, 2);
  state.length[0] = {4'741, 1};
  model.sample_block(ctx, 1, {}, Key{1}, state);
  model.sample_block(ctx, 0, {}, Key{2}, state);
  require_states(model, model.visible(), state, "test");
  double most = 0;
  for (std::int64_t k = 0; k < 2'000; ++k) most = std::max(most, state.layers[0].at(0, k));
  EXPECT_LT(most, 20);  // of a Poisson number of mean 2.4
}

TEST(Counts, AreRefusedWhereTheyCannotBe) {
  Context ctx;
  EnergyModel model = golden_counts();
  const LayerId more = model.add("more", Counts{}, 2, Role::visible);
  EXPECT_NE(refusal([&] { model.connect(more, {1}); }).find("would touch two layers of counts"), std::string::npos);
  EnergyModel stretched = golden_counts();
  EXPECT_NE(refusal([&] { stretched.add("more", Counts{.extra = 2}, 2); }).find("extra words"), std::string::npos);
  model = golden_counts();
  State unknown = model.make_state(ctx, 1);
  EXPECT_NE(refusal([&] { model.sample_block(ctx, 1, {}, Key{1}, unknown); }).find("lengths"), std::string::npos);
  const auto refused = [&](std::vector<double> row, double length) {
    State state = documents(ctx, model, {row});
    state.fill_lengths(length);
    return refusal([&] { require_states(model, model.visible(), state, "test"); });
  };
  EXPECT_EQ(refused({2, 0, 1}, 3), "");
  EXPECT_NE(refused({2, -1, 1}, 2).find("a whole number from 0"), std::string::npos);
  EXPECT_NE(refused({0.5, 0.5, 1}, 2).find("a whole number from 0"), std::string::npos);
  EXPECT_NE(refused({2, 0, 1}, 4).find("its length is 4"), std::string::npos);
  EXPECT_NE(refused({0, 0, 0}, 1).find("has 0 words"), std::string::npos);
  EXPECT_EQ(refused({0, 0, 0}, 0), "");  // a document without words, of which nothing is said
}

}  // namespace
}  // namespace deepboltz::testing
