// How often the interval that AIS states holds the exact log Z: random machines over every pair of units (of real
// values on one side). A hundred of them in every run of the tests; DEEPBOLTZ_COVERAGE=1000 takes the thousand of
// docs/results, and prints a line a pair of units. Machines whose estimate warns are counted and shown, and stay in the
// count.
#include <cstdlib>
#include <map>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

const Unit kUnits[] = {Bernoulli{}, Spin{}, Softmax{3}, Binomial{3}, Gaussian{}};

// Two layers of up to 8 groups each; weights N(0, s²) over the units' reach, s from ½ to 2½.
EnergyModel machine(int number, const Unit& below, const Unit& above) {
  const Key key = Key{803}.fold(std::uint64_t(number));
  EnergyModel model(number % 2 == 0 ? DType::f64 : DType::f32);
  const auto groups = [&](std::uint64_t index, const Unit& unit) {
    return group_size(unit) * (2 + pick(key, index, count_values(unit) > 2 ? 4 : 7));
  };
  const LayerId v = model.add("visible", below, groups(0, below), Role::visible);
  model.connect(v, model.add("hidden", above, groups(1, above)));
  randomise(model, 0.5 + 2 * double(uniform(key, 0, 2)), key.fold(1));
  return model;
}

struct Tally {
  int machines = 0, held = 0, flagged = 0, flagged_held = 0;
};

TEST(Coverage, OfTheIntervalsOfAis) {
  const char* asked = std::getenv("DEEPBOLTZ_COVERAGE");
  const int machines = asked != nullptr ? std::atoi(asked) : 100;
  Context ctx;
  std::map<std::string, Tally> tallies;
  Tally all;
  for (int number = 0; number < machines; ++number) {
    const Unit &below = kUnits[number % 5], &above = kUnits[number / 5 % (number % 5 == 4 ? 4 : 5)];
    const EnergyModel model = machine(number, below, above);
    const Key key = Key{802}.fold(std::uint64_t(number));
    const auto base = random_base(model, key.fold(0));
    const Estimate e = ais_log_z(
        ctx, model,
        {.ladder = uniform_ladder(200), .runs = 100, .base = number % 3 == 0 ? &base : nullptr, .key = key.fold(1)});
    const double exact = exact_log_z(ctx, model);
    const bool held = e.lower <= exact && exact <= e.upper, flagged = !e.warning.empty();
    for (Tally* tally : {&all, &tallies[word_of(below) + " – " + word_of(above)]}) {
      ++tally->machines;
      tally->held += held;
      tally->flagged += flagged;
      tally->flagged_held += held && flagged;
    }
  }
  if (asked != nullptr) {
    tallies["all"] = all;
    for (const auto& [pair, tally] : tallies)
      std::printf("| %s | %d | %d | %d | %d |\n", pair.c_str(), tally.machines, tally.held, tally.flagged,
                  tally.flagged_held);
  }
  EXPECT_GE(all.held, int(0.988 * machines) - (machines < 1'000 ? 2 : 0));  // chance of a short tier
}

}  // namespace
}  // namespace deepboltz::testing
