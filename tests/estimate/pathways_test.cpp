// log p of machines of several parts, whole and of a part given the others, against lists of all states.
#include <set>

#include "tests/model/random_pathways.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/conditional_log_p.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/infer/missing_part.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

constexpr int kCases = 3, kLength = 2;

class EstimatesOfPathways : public ::testing::TestWithParam<int> {
 protected:
  RandomPathways of = random_pathways(GetParam());
  EnergyModel model = random_machine(of, GetParam());
  std::vector<LayerId> parts = model.ids(Role::visible);
  Context ctx;

  std::vector<Joint> cases(const EnergyModel& like) const {
    std::vector<Joint> rows;
    for (int r = 0; r < kCases; ++r)
      rows.push_back(random_case(like, Key{43}.fold(std::uint64_t(GetParam())).fold(std::uint64_t(r))));
    return rows;
  }
  // log Σ over the hidden layers, labels and those parts.
  static double log_sum(const EnergyModel& model, const Joint& x, const std::vector<LayerId>& free) {
    return PathwaySum(model, without(x, free), words_of(model, x)).log_z;
  }
  std::vector<double> exact(const EnergyModel& machine, const std::vector<Joint>& rows, std::vector<LayerId> free) {
    State state = cases_in(ctx, machine, rows);
    for (LayerId id : free) state.unclamp(id);
    std::vector<double> out(rows.size());
    exact_log_z_given(ctx, machine, state, {}, out);
    return out;
  }
  std::vector<LayerId> others(LayerId part) const {
    std::vector<LayerId> rest;
    for (LayerId id : parts)
      if (id != part) rest.push_back(id);
    return rest;
  }
  // In how many orders the words can stand, its logarithm.
  static double orders(const Layer& layer, const std::vector<double>& x) {
    if (!counts(layer)) return 0;
    double all = 0, sum = 0;
    for (double n : x) {
      all += n;
      sum -= std::lgamma(n + 1);
    }
    return sum + std::lgamma(all + 1);
  }
};

INSTANTIATE_TEST_SUITE_P(Random, EstimatesOfPathways, ::testing::Range(0, kPathways));

TEST_P(EstimatesOfPathways, LogSumsAreThoseOfTheList) {
  const auto rows = cases(model);
  for (const auto& free : {std::vector<LayerId>{}, {parts.front()}, {parts.back()}, parts}) {
    const auto found = exact(model, rows, free);
    for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(found[r], log_sum(model, rows[r], free), 1e-11);
  }
}

TEST_P(EstimatesOfPathways, OfAPartGivenTheOthersIsTheRatioOfTwoSums) {
  const auto rows = cases(model);
  const State state = cases_in(ctx, model, rows);
  const auto of_parts = part_log_p(ctx, model, state, {});
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const LayerId part = parts[p];
    const std::vector<PartLogP>& found = of_parts[p];
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const Joint& x = rows[r];
      const double all = log_sum(model, x, {}), nothing = log_sum(model, x, parts),
                   of_part = log_sum(model, x, others(part)), of_others = log_sum(model, x, {part});
      const double ways = orders(model.layer(part), x[at(part)]);
      for (const auto& side : {&Bracket::least, &Bracket::most}) {
        EXPECT_NEAR((found[r].given.*side).value, all - of_others - ways, 1e-11);
        EXPECT_NEAR((found[r].alone.*side).value, of_part - nothing - ways, 1e-11);
        EXPECT_NEAR((found[r].information.*side).value, (all - nothing) - (of_part - nothing) - (of_others - nothing),
                    1e-11);
        EXPECT_EQ((found[r].given.*side).standard_error, 0);
      }
    }
  }
}

// Of a part that is free, and of one that a case lacks. Without any weights mean field is exact.
TEST_P(EstimatesOfPathways, TheBoundOfThePartsThatAreThereIsBelowTheirLogSumAndMeetsItWithoutWeights) {
  const auto rows = cases(model);
  const std::vector<std::uint8_t> none(rows.size(), 0);
  EnergyModel loose = model.clone();
  for (Connection& c : loose.connections()) fill_normal(c.weight, 0, {1});
  for (LayerId part : parts)
    for (const EnergyModel* machine : {&std::as_const(model), &std::as_const(loose)}) {
      State free = cases_in(ctx, *machine, rows), lacks = free.clone();
      free.unclamp(part);
      for (std::size_t r = 0; r < rows.size() && counts(machine->layer(part)); ++r) free.lengths(part)[r] = kLength;
      clamp_where_known(ctx, *machine, part, none, kLength, lacks);
      for (State* state : {&free, &lacks}) {
        std::vector<double> bound(rows.size());
        variational_bound(ctx, *machine, {.sweeps = 500, .tolerance = 1e-14}, *state, bound);
        for (std::size_t r = 0; r < rows.size(); ++r) {
          std::vector<int> words = words_of(*machine, rows[r]);
          if (counts(machine->layer(part))) words[at(part)] = kLength;
          const double exact = PathwaySum(*machine, without(rows[r], {part}), words).log_z;
          EXPECT_LE(bound[r], exact + 1e-11);
          if (machine == &loose) {
            EXPECT_NEAR(bound[r], exact, 1e-11);
          }
        }
      }
    }
}

TEST_P(EstimatesOfPathways, TheOrderOfPathwaysChangesNothing) {
  RandomPathways turned = of;
  std::ranges::reverse(turned.pathways);
  EnergyModel other = turned.build();
  copy_by_name(model, other);
  const auto rows = cases(model);
  std::vector<Joint> moved;
  for (const Joint& x : rows) {
    moved.emplace_back(x.size());
    for (LayerId id : parts) moved.back()[at(*other.find(model.layer(id).name))] = x[at(id)];
  }
  const LayerId part = parts.front(), there = *other.find(model.layer(part).name);
  for (const auto& [free, free_there] :
       {std::pair(std::vector<LayerId>{}, std::vector<LayerId>{}), std::pair(std::vector{part}, std::vector{there})}) {
    const auto a = exact(model, rows, free), b = exact(other, moved, free_there);
    for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(a[r], b[r], 1e-11);
  }
}

TEST_P(EstimatesOfPathways, WithoutWeightsToTheJointLayerPartsAreIndependent) {
  const LayerId joint = *model.find("joint");
  for (Connection& c : model.connections())
    if (c.upper == joint && model.layer(c.lower).role != Role::label) fill_normal(c.weight, 0, {1});
  const auto rows = cases(model);
  const auto all = exact(model, rows, {}), nothing = exact(model, rows, parts);
  std::vector<double> sum(rows.size(), 0.0);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    EnergyModel alone = RandomPathways{{of.pathways[p]}, of.joint, 0, of.hidden}.build();
    copy_by_name(model, alone);
    std::vector<Joint> seen;
    for (const Joint& x : rows) {
      seen.emplace_back(alone.layers().size());
      seen.back()[0] = x[at(parts[p])];
    }
    const auto its = exact(alone, seen, {}), its_nothing = exact(alone, seen, {{0}});
    for (std::size_t r = 0; r < rows.size(); ++r) sum[r] += its[r] - its_nothing[r];
  }
  for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(all[r] - nothing[r], sum[r], 1e-12);
}

TEST(RandomPathways, HaveEveryUnitTwoLayersOfCountsLabelsAndDeepPathways) {
  std::set<std::string> units;
  int two_of_counts = 0, labels = 0, deep = 0;
  for (int number = 0; number < kPathways; ++number) {
    const RandomPathways machine = random_pathways(number);
    int documents = 0;
    for (const Pathway& p : machine.pathways) {
      units.insert(word_of(p.visible));
      documents += std::holds_alternative<Counts>(p.visible);
      deep += p.hidden.size() == 2;
    }
    two_of_counts += documents == 2;
    labels += machine.classes > 0;
  }
  EXPECT_EQ(units.size(), 6u);
  EXPECT_GE(two_of_counts, 5);
  EXPECT_GE(labels, 2);
  EXPECT_GE(deep, 2);
}

// Of both directions.
TEST(ConditionalLogP, AnnealedIntervalsHoldTheTruth) {
  constexpr int kTried = 200;
  Context ctx;
  int least_held = 0, most_held = 0;
  for (int tried = 0; tried < kTried; ++tried) {
    const int number = tried % kPathways;
    const EnergyModel model = random_machine(random_pathways(number), number);
    const Joint x = random_case(model, Key{44}.fold(std::uint64_t(tried)));
    const auto parts = model.ids(Role::visible);
    const LayerId part = parts[std::size_t(tried / kPathways) % parts.size()];
    const State all = cases_in(ctx, model, {x});
    State others = all.clone();
    others.unclamp(part);
    const AisOptions options{.ladder = uniform_ladder(100), .runs = 50};
    AisOptions first = options, second = options;
    first.key = Key{45}.fold(std::uint64_t(tried));
    second.key = Key{46}.fold(std::uint64_t(tried));
    const Bracket whole = log_sum_given(ctx, model, all, first, 0)[0],
                  rest = log_sum_given(ctx, model, others, second, 0)[0];
    const double truth = PathwaySum(model, x, words_of(model, x)).log_z -
                         PathwaySum(model, without(x, {part}), words_of(model, x)).log_z;
    constexpr double kRounding = 1e-9;  // where nothing is left to chance the interval has no width
    const auto holds = [&](const Estimate& found) {
      return found.lower - kRounding <= truth && truth <= found.upper + kRounding;
    };
    least_held += holds(difference(whole.least, rest.least));
    most_held += holds(difference(whole.most, rest.most));
  }
  EXPECT_GE(least_held, 190);
  EXPECT_GE(most_held, 190);
}

TEST(ConditionalLogP, ADifferenceTakesTheOtherSideOfWhatIsTakenAway) {
  const Bracket a{exactly(3), exactly(5)}, b{exactly(1), exactly(1.5)};
  EXPECT_EQ(difference(a, b).least.value, 1.5);
  EXPECT_EQ(difference(a, b).most.value, 4);
  EXPECT_EQ(shifted(a, -1).middle(), 3);
}

// On average, by far too few temperatures for either direction to be right: the gap shows it.
TEST(ConditionalLogP, TheTruthIsBetweenTheDirections) {
  Context ctx;
  std::vector<double> below, above;
  for (int tried = 0; tried < 120; ++tried) {
    const int number = tried % kPathways;
    const EnergyModel model = random_machine(random_pathways(number), number);
    const Joint x = random_case(model, Key{47}.fold(std::uint64_t(tried)));
    State evidence = cases_in(ctx, model, {x});
    const LayerId part = model.ids(Role::visible).front();
    evidence.unclamp(part);
    const AisOptions options{.ladder = uniform_ladder(3), .runs = 4, .key = Key{48}.fold(std::uint64_t(tried))};
    const Bracket found = log_sum_given(ctx, model, evidence, options, 0)[0];
    const double truth = PathwaySum(model, without(x, {part}), words_of(model, x)).log_z;
    below.push_back(truth - found.least.value);
    above.push_back(found.most.value - truth);
  }
  const Estimate low = mean_estimate(below), high = mean_estimate(above);
  EXPECT_GT(low.value, -3 * low.standard_error);
  EXPECT_GT(high.value, -3 * high.standard_error);
  EXPECT_GT(low.value + high.value, 0);
}

}  // namespace
}  // namespace deepboltz::testing
