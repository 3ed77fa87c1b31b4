// AIS, RAISE and perplexities of documents, against enumeration.
#include "deepboltz/estimate/perplexity.h"

#include <numeric>

#include "tests/io/refusal.h"
#include "tests/model/counts_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz::testing {
namespace {

// Machines of one visible and one hidden block: no layer above.
std::vector<int> two_block_machines() {
  std::vector<int> numbers;
  for (int number = 0; number < 40; ++number)
    if (number % 3 != 0) numbers.push_back(number);
  return numbers;
}

TEST(ExactLogZ, OfEveryLengthIsTheSumOverAllDocuments) {
  Context ctx;
  for (int number = 0; number < kCountMachines; ++number) {
    const EnergyModel model = random_counts(number);
    State free = model.make_state(ctx, 4);
    free.length[0] = {1, 2, 3, 4};
    std::vector<double> log_z(4);
    exact_log_z_given(ctx, model, free, {}, log_z);
    for (int length = 1; length <= 4; ++length) {
      const double expected = BruteForce(model, 1, nullptr, length).log_z;
      EXPECT_NEAR(log_z[std::size_t(length - 1)], expected, 1e-12) << number;
      EXPECT_NEAR(exact_log_z(ctx, model, {.length = length}), expected, 1e-12) << number;
    }
  }
}

// As for other machines: of 100, the interval of three standard errors misses four times at most.
TEST(AisOfDocuments, IntervalsHoldTheExactLogZ) {
  Context ctx;
  int held = 0, reverse_held = 0, count = 0;
  for (int number = 0; number < 100; ++number) {
    const EnergyModel model = random_counts(number, number % 2 == 0 ? DType::f64 : DType::f32, {31});
    const int length = length_of(number);
    const auto base = random_base(model, Key{32}.fold(std::uint64_t(number)));
    const AisOptions options{.ladder = uniform_ladder(40),
                             .runs = 100,
                             .base = number % 3 == 0 ? &base : nullptr,
                             .length = length,
                             .key = Key{33}.fold(std::uint64_t(number))};
    const double exact = exact_log_z(ctx, model, {.length = length});
    const Estimate forward = ais_log_z(ctx, model, options);
    held += forward.lower <= exact && exact <= forward.upper;
    ++count;
    const State samples =
        state_of(ctx, model, BruteForce(model, 1, nullptr, length).draw(100, Key{34}.fold(std::uint64_t(number))));
    const Estimate backward = reverse_ais_log_z(ctx, model, samples, options);
    reverse_held += backward.lower <= exact && exact <= backward.upper;
  }
  EXPECT_GE(held, count - 4);
  EXPECT_GE(reverse_held, count - 4);
}

TEST(AisOfDocuments, RefusesSamplesOfSeveralLengthsInReverse) {
  Context ctx;
  const EnergyModel model = golden_counts();
  State samples = documents(ctx, model, {{1, 0, 0}, {1, 1, 0}});
  samples.unclamp(model.visible());
  EXPECT_NE(refusal([&] { reverse_ais_log_z(ctx, model, samples, {}); }).find("one length"), std::string::npos);
}

TEST(RaiseOfDocuments, HoldsTheExactLogP) {
  Context ctx;
  int held = 0, count = 0;
  for (int number : two_block_machines()) {
    const EnergyModel model = random_counts(number);
    const int length = length_of(number);
    const auto rows = values_of(model.layer(model.visible()), length);
    const State state = documents(ctx, model, {rows.front(), rows.back()});
    std::vector<double> exact(2);
    negative_free_energy(ctx, model, state, exact);
    const double log_z = exact_log_z(ctx, model, {.length = length});
    const auto estimates = raise_log_p(
        ctx, model, state, {.ladder = uniform_ladder(400), .runs = 100, .key = Key{35}.fold(std::uint64_t(number))});
    for (std::size_t r = 0; r < 2; ++r, ++count)
      held += estimates[r].lower <= exact[r] - log_z && exact[r] - log_z <= estimates[r].upper;
  }
  EXPECT_GE(held, count - 3) << "of " << count;
}

TEST(BoundOfDocuments, IsBelowTheLogOfTheSum) {
  Context ctx;
  for (int number = 0; number < kCountMachines; number += 3) {  // with a layer above
    const EnergyModel model = random_counts(number);
    State state = documents(ctx, model, values_of(model.layer(model.visible()), length_of(number)));
    std::vector<double> bound(std::size_t(state.cases)), exact(bound.size());
    exact_log_z_given(ctx, model, state, {}, exact);
    variational_bound(ctx, model, {.sweeps = 50}, state, bound);
    for (std::size_t r = 0; r < bound.size(); ++r) EXPECT_LE(bound[r], exact[r] + 1e-12);
  }
}

// −F − log Z of the golden machine, and of two documents of a length each.
TEST(Perplexity, OfTheGoldenDocument) {
  Context ctx;
  const EnergyModel model = golden_counts();
  const State state = documents(ctx, model, {{2, 1, 1}, {2, 1, 1}, {1, 0, 0}});
  const auto measured =
      document_log_p(ctx, model, state, AisOptions{.ladder = uniform_ladder(400), .runs = 400, .key = Key{36}});
  EXPECT_NEAR(measured.log_p[0], -4.306426356329, 5 * measured.log_z_error[0] + 1e-12);
  EXPECT_LT(measured.log_z_error[0], 0.01);
  EXPECT_EQ(measured.log_p[0], measured.log_p[1]);
  EXPECT_EQ(measured.length, (std::vector<double>{4, 4, 1}));
  // Given exact log p, the two kinds of mean.
  const DocumentLikelihood exact{{-4.306426356329, -4.306426356329, -1.2}, {4, 4, 1}, {0, 0, 0}};
  const std::uint32_t same[] = {0, 1}, all[] = {0, 1, 2};
  EXPECT_NEAR(perplexity(exact, same).per_document.value, 2.934703978509, 1e-10);
  EXPECT_NEAR(perplexity(exact, same).per_document.standard_error, 0, 1e-10);
  const Perplexity three = perplexity(exact, all);
  EXPECT_NEAR(three.per_document.value, std::exp((4.306426356329 / 4 * 2 + 1.2) / 3), 1e-10);
  EXPECT_NEAR(three.per_corpus.value, std::exp((4.306426356329 * 2 + 1.2) / 9), 1e-10);
  EXPECT_EQ(three.lengths, 2);
}

// A-G4b: log p of a document beside extra words, and its bound.
TEST(Perplexity, OfTheGoldenDocumentWithExtraWords) {
  Context ctx;
  const EnergyModel model = golden_counts(DType::f64, 2);
  const State state = documents(ctx, model, {{1, 1, 0}, {2, 0, 1}});
  const ImportanceOptions extra{.draws = 4'000, .key = Key{38}};
  std::vector<double> exact(2);
  exact_log_z_given(ctx, model, state, {}, exact);
  const double ways[] = {std::log(2.0), std::log(3.0)};
  const auto check = [&](const DocumentLikelihood& measured, double exact_error) {
    EXPECT_NEAR(measured.log_p[0], -2.364389708155, 5 * measured.log_z_error[0] + exact_error);
    EXPECT_NEAR(measured.bound[0] - measured.log_p[0], -2.406233756101 + 2.364389708155, exact_error);
    for (std::size_t n = 0; n < 2; ++n) {
      const double log_z = exact_log_z(ctx, model, {.length = n == 0 ? 4 : 5});
      EXPECT_NEAR(measured.log_p[n], exact[n] - ways[n] - log_z, 5 * measured.log_z_error[n] + exact_error);
      EXPECT_LT(at_bound(measured).log_p[n], exact[n] - ways[n] - log_z + 5 * measured.log_z_error[n]);
    }
    EXPECT_EQ(measured.length, (std::vector<double>{2, 3}));
    EXPECT_LT(measured.log_z_error[0], 0.01);
  };
  constexpr double kDraws = 0.01;  // weights spread by a fifth of their mean: the error of 4,000 is 0.003
  check(
      document_log_p(ctx, model, state, AisOptions{.ladder = uniform_ladder(400), .runs = 400, .key = Key{36}}, extra),
      kDraws);
  check(document_log_p(ctx, model, state, GrowingOptions{.chains = 2'000, .key = Key{37}}, extra), kDraws);
}

// Every document of three words: the intervals of importance sampling, and of AIS given the document.
TEST(ImportanceOfDocuments, IntervalsHoldTheExactSum) {
  Context ctx;
  int held = 0, annealed_held = 0, count = 0;
  for (int number : two_block_machines()) {
    const EnergyModel machine = random_counts(number);
    EnergyModel model(DType::f64);
    for (const Layer& l : machine.layers()) {
      const Unit unit = std::holds_alternative<Counts>(l.unit) ? Unit(Counts{1 + number % 5}) : l.unit;
      model.layer(model.add(l.name, unit, l.units, l.role)).bias = l.bias.clone();
    }
    for (const Connection& c : machine.connections()) model.connect(c.lower, c.upper, c.weight.clone());
    const auto rows = values_of(model.layer(model.visible()), 3);
    State state = documents(ctx, model, {rows.front(), rows[rows.size() / 2], rows.back()});
    std::vector<double> exact(3);
    exact_log_z_given(ctx, model, state, {}, exact);
    const auto given = ais_log_z_given(
        ctx, model, state, {.ladder = uniform_ladder(40), .runs = 100, .key = Key{39}.fold(std::uint64_t(number))});
    bottom_up(ctx, model, state);
    mean_field(ctx, model, {}, state);
    const auto drawn =
        importance_log_sum(ctx, model, state, {.draws = 5'000, .key = Key{40}.fold(std::uint64_t(number))});
    for (std::size_t r = 0; r < 3; ++r, ++count) {
      held += drawn[r].lower <= exact[r] && exact[r] <= drawn[r].upper;
      annealed_held += given[r].lower <= exact[r] && exact[r] <= given[r].upper;
    }
  }
  EXPECT_GE(held, count - 3) << "of " << count;
  EXPECT_GE(annealed_held, count - 3) << "of " << count;
}

TEST(ImportanceOfDocuments, RefusesWhatItIsNotFor) {
  Context ctx;
  const EnergyModel model = golden_counts(DType::f64, 2), bits = rbm(3, 2, {.precision = DType::f64});
  const State state = documents(ctx, model, {{1, 1, 0}});
  EXPECT_NE(refusal([&] { importance_log_sum(ctx, model, state, {.draws = 1}); }).find("two draws"), std::string::npos);
  EXPECT_NE(refusal([&] { importance_log_sum(ctx, bits, bits.make_state(ctx, 1), {}); }).find("not counts"),
            std::string::npos);
}

TEST(BoundOfDocuments, OfExtraWordsRisesWithEverySweep) {
  Context ctx;
  for (int extra : {1, 2, 20}) {
    const EnergyModel model = golden_counts(DType::f64, extra);
    const auto rows = count_vectors(3, 3);
    State state = documents(ctx, model, rows);
    std::vector<double> exact(rows.size()), before(rows.size(), -1e300), bound(rows.size());
    exact_log_z_given(ctx, model, state, {}, exact);
    bottom_up(ctx, model, state);
    for (int sweep = 0; sweep < 20; ++sweep) {
      mean_field(ctx, model, {.sweeps = 1}, state);
      bound_at(ctx, model, state, bound);
      for (std::size_t r = 0; r < rows.size(); ++r) {
        EXPECT_LE(bound[r], exact[r] + 1e-12);
        EXPECT_GE(bound[r], before[r] - 1e-12);
      }
      before = bound;
    }
  }
}

TEST(Perplexity, RefusesFreeEnergiesOfWordsThatAreNotKnown) {
  Context ctx;
  const EnergyModel model = golden_counts(DType::f64, 2);
  const State state = documents(ctx, model, {{1, 1, 0}});
  std::vector<double> out(1);
  EXPECT_NE(refusal([&] { negative_free_energy(ctx, model, state, out); }).find("not known"), std::string::npos);
  EXPECT_NE(refusal([&] { raise_log_p(ctx, model, state, {}); }).find("extra words"), std::string::npos);
}

// The error of a log Z is shared by all documents of its length: it does not shrink with their number.
TEST(Perplexity, KeepsTheErrorThatDocumentsShare) {
  DocumentLikelihood documents;
  std::vector<std::uint32_t> all(10'000);
  std::iota(all.begin(), all.end(), 0u);
  for (std::size_t n = 0; n < all.size(); ++n) {
    documents.log_p.push_back(-100);
    documents.length.push_back(20);
    documents.log_z_error.push_back(0.4);
  }
  const Perplexity same = perplexity(documents, all);
  EXPECT_NEAR(same.per_document.standard_error, std::exp(5) * 0.4 / 20, 1e-9);
  EXPECT_NEAR(same.per_corpus.standard_error, std::exp(5) * 0.4 / 20, 1e-9);
}

// A log Z that cannot be trusted says so.
TEST(Perplexity, PassesWarningsOn) {
  const DocumentLikelihood documents{{-10, -9, -8}, {2, 2, 3}, {0, 0, 0}, {"", "", "effective runs 1.0 of 8"}};
  const std::uint32_t sound[] = {0, 1}, all[] = {0, 1, 2};
  EXPECT_EQ(perplexity(documents, sound).per_document.warning, "");
  EXPECT_EQ(perplexity(documents, all).per_corpus.warning, "log Z of 1 of 3 documents: effective runs 1.0 of 8");
}

// Without hidden units that do anything, a document's perplexity is that of the words' frequencies.
TEST(Perplexity, OfAMachineWithoutWeightsIsTheUnigrams) {
  Context ctx;
  EnergyModel model = golden_counts();
  for (std::int64_t k = 0; k < 3; ++k)
    for (std::int64_t j = 0; j < 2; ++j) model.connections()[0].weight.set(k, j, 0);
  const State state = documents(ctx, model, {{2, 1, 1}, {0, 3, 4}});
  const auto measured =
      document_log_p(ctx, model, state, AisOptions{.ladder = uniform_ladder(2'000), .runs = 100, .key = Key{37}});
  const double total = std::exp(.2) + std::exp(-.1) + std::exp(.3);
  const double p[] = {std::exp(.2) / total, std::exp(-.1) / total, std::exp(.3) / total};
  EXPECT_NEAR(measured.log_p[0], 2 * std::log(p[0]) + std::log(p[1]) + std::log(p[2]),
              5 * measured.log_z_error[0] + 1e-9);
  EXPECT_NEAR(measured.log_p[1], 3 * std::log(p[1]) + 4 * std::log(p[2]), 5 * measured.log_z_error[1] + 1e-9);
}

TEST(Perplexity, RefusesWhatIsNoDocument) {
  Context ctx;
  const EnergyModel model = golden_counts();
  State state = documents(ctx, model, {{2, 0.5, 0.5}});
  EXPECT_NE(refusal([&] { document_log_p(ctx, model, state, AisOptions{}); }).find("whole number"), std::string::npos);
  const EnergyModel bits = rbm(3, 2);
  State other = bits.make_state(ctx, 1);
  EXPECT_NE(refusal([&] { document_log_p(ctx, bits, other, AisOptions{}); }).find("not of counts"), std::string::npos);
  const DocumentLikelihood one{{-1}, {1}, {0}};
  const std::uint32_t first[] = {0};
  EXPECT_NE(refusal([&] { perplexity(one, first); }).find("at least 2"), std::string::npos);
  State document = documents(ctx, model, {{2, 0, 1}});
  std::vector<double> out(1);
  EXPECT_NE(refusal([&] { pseudo_log_likelihood(ctx, model, document, out); }).find("cannot be gone through"),
            std::string::npos);
}

}  // namespace
}  // namespace deepboltz::testing
