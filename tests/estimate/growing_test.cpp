// log Z of growing documents, against enumeration.
#include "deepboltz/estimate/growing.h"

#include <cmath>
#include <numeric>

#include "tests/io/refusal.h"
#include "tests/model/counts_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/perplexity.h"
#include "deepboltz/infer/enumerate.h"

namespace deepboltz::testing {
namespace {

bool grows(int number) { return number % 3 != 0; }  // no layer above

TEST(GrowingDocuments, OfOneWordAreSummedExactly) {
  Context ctx;
  for (int number = 0; number < kCountMachines; ++number) {
    if (!grows(number)) continue;
    const EnergyModel model = random_counts(number);
    const double one[] = {1.0};
    const auto estimates = growing_log_z(ctx, model, one, {.populations = 2, .chains = 3});
    EXPECT_NEAR(estimates[0].value, exact_log_z(ctx, model, {.length = 1}), 1e-12) << number;
    EXPECT_NEAR(estimates[0].standard_error, 0, 1e-12);
  }
}

// Intervals of three standard errors, which ten populations know to a quarter: of a hundred, seven may miss.
TEST(GrowingDocuments, IntervalsHoldTheExactLogZOfEveryLength) {
  Context ctx;
  const double lengths[] = {9, 2, 25, 4};
  int held = 0, count = 0;
  for (int number = 0; count < 100; ++number) {
    if (!grows(number)) continue;
    const EnergyModel model = random_counts(number, number % 2 == 0 ? DType::f64 : DType::f32, {51});
    const auto estimates =
        growing_log_z(ctx, model, lengths, {.sweeps = 2, .growth = 0.1, .key = Key{52}.fold(std::uint64_t(number))});
    for (std::size_t i = 0; i < 4; ++i, ++count) {
      const double exact = exact_log_z(ctx, model, {.length = std::int64_t(lengths[i])});
      held += estimates[i].lower <= exact && exact <= estimates[i].upper;
    }
  }
  EXPECT_GE(held, count - 7) << "of " << count;
}

// Two modes that chains hardly leave, one of which gains a nat on the other with every word: evening out must change no
// expectation. The mean of many
// populations' Ẑ/Z is 1 within four of its errors.
TEST(GrowingDocuments, AreRightOnAverageWherePopulationsAreEvenedOut) {
  Context ctx;
  EnergyModel model = golden_counts();
  for (std::int64_t k = 0; k < 3; ++k)
    for (std::int64_t j = 0; j < 2; ++j) model.connections()[0].weight.set(k, j, k == 0 ? 6 : -3);
  for (std::int64_t j = 0; j < 2; ++j) model.layers()[1].bias.set(0, j, -5);
  const double lengths[] = {12};
  const auto estimates = growing_log_z(ctx, model, lengths,
                                       {.populations = 4'000, .chains = 4, .sweeps = 1, .growth = 0.3, .key = Key{53}});
  const double exact = exact_log_z(ctx, model, {.length = 12});
  EXPECT_NEAR(std::exp(estimates[0].value - exact), 1, 4 * estimates[0].standard_error);
  EXPECT_LT(estimates[0].standard_error, 0.03);
}

TEST(GrowingDocuments, AnswerInTheOrderAskedAndOnAnyThreads) {
  Context one(1), three(3);
  const EnergyModel model = golden_counts(DType::f32);
  const double forwards[] = {3, 70}, backwards[] = {70, 3, 70};
  const GrowingOptions options{.populations = 3, .chains = 20, .key = Key{54}};
  const auto a = growing_log_z(one, model, forwards, options), b = growing_log_z(three, model, backwards, options);
  EXPECT_EQ(a[0].value, b[1].value);
  EXPECT_EQ(a[1].value, b[0].value);
  EXPECT_EQ(b[0].value, b[2].value);
}

TEST(GrowingDocuments, GiveTheGoldenLikelihood) {
  Context ctx;
  const EnergyModel model = golden_counts();
  const State state = documents(ctx, model, {{2, 1, 1}, {1, 0, 0}});
  const auto measured = document_log_p(ctx, model, state, GrowingOptions{.chains = 400, .key = Key{55}});
  EXPECT_NEAR(measured.log_p[0], -4.306426356329, 5 * measured.log_z_error[0]);
  EXPECT_LT(measured.log_z_error[0], 0.02);
  EXPECT_EQ(measured.log_z_error[1], 0);
}

TEST(GrowingDocuments, RefuseOtherMachinesAndOptions) {
  Context ctx;
  const double lengths[] = {2}, none[] = {0};
  const EnergyModel bits = rbm(3, 2), counts = golden_counts(), labels = rbm(3, 2, {.classes = 2, .visible = Counts{}});
  EXPECT_NE(refusal([&] { growing_log_z(ctx, bits, lengths, {}); }).find("counts"), std::string::npos);
  EXPECT_NE(refusal([&] { growing_log_z(ctx, labels, lengths, {}); }).find("'label'"), std::string::npos);
  EXPECT_NE(refusal([&] { growing_log_z(ctx, counts, none, {}); }).find("at least one word"), std::string::npos);
  EXPECT_NE(refusal([&] { growing_log_z(ctx, counts, lengths, {.populations = 1}); }).find("two populations"),
            std::string::npos);
}

}  // namespace
}  // namespace deepboltz::testing
