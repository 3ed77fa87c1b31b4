// Extra words beside a document's: the Over-Replicated Softmax, against its formulas by loops and the golden vectors.
#include <cmath>

#include "tests/model/counts_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/save.h"

namespace deepboltz::testing {
namespace {

// Four words, three bits, all parameters random.
EnergyModel random_extra(int number, std::int64_t extra, DType precision = DType::f64) {
  EnergyModel model = rbm(4, 3, {.precision = precision, .visible = Counts{extra}});
  randomise(model, 1, Key{41}.fold(std::uint64_t(number)));
  return model;
}

// log Σ_h exp((M+N)·a·h + v·(b + W h)) S(h)^M, the document's words in every order.
double log_sum(const EnergyModel& model, const std::vector<double>& v, double extra) {
  const Tensor& w = model.connections()[0].weight;
  double words = 0, ways = 0;
  for (double count : v) {
    words += count;
    ways -= std::lgamma(count + 1);
  }
  ways += std::lgamma(words + 1);
  std::vector<double> terms;
  for (int h = 0; h < 1 << w.cols(); ++h) {
    double term = ways;
    std::vector<double> field;
    for (std::int64_t k = 0; k < w.rows(); ++k) field.push_back(plain_bias(model, 0, k));
    for (std::int64_t j = 0; j < w.cols(); ++j) {
      if ((h >> j & 1) == 0) continue;
      term += (extra + words) * plain_bias(model, 1, j);
      for (std::int64_t k = 0; k < w.rows(); ++k) field[std::size_t(k)] += w.at(k, j);
    }
    for (std::size_t k = 0; k < v.size(); ++k) term += v[k] * field[k];
    terms.push_back(term + extra * log_sum_exp(std::span<const double>(field)));
  }
  return log_sum_exp(std::span<const double>(terms));
}

// −F of both in exact arithmetic; none of the code of one is in the other.
TEST(ExtraWords, AreSummedOutWithTheHiddenUnits) {
  Context ctx;
  for (int number = 0; number < 6; ++number)
    for (int extra : {1, 2, 7}) {
      const auto rows = count_vectors(4, 1 + number % 3);
      const EnergyModel model = random_extra(number, extra);
      std::vector<double> exact(rows.size());
      exact_log_z_given(ctx, model, documents(ctx, model, rows), {}, exact);
      for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(exact[r], log_sum(model, rows[r], extra), 1e-11);
      const EnergyModel single = random_extra(number, extra, DType::f32);
      exact_log_z_given(ctx, single, documents(ctx, single, rows), {}, exact);
      for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_NEAR(exact[r], log_sum(model, rows[r], extra), 1e-3);
    }
}

TEST(ExtraWords, LeaveAllDocumentsOfALengthTheProbabilityOfOne) {
  Context ctx;
  for (int number = 0; number < 6; ++number)
    for (int extra : {1, 3}) {
      const int words = 1 + number % 3;
      const EnergyModel model = random_extra(number, extra);
      const auto rows = count_vectors(4, words);
      std::vector<double> given(rows.size());
      exact_log_z_given(ctx, model, documents(ctx, model, rows), {}, given);
      EXPECT_NEAR(log_sum_exp(std::span<const double>(given)), exact_log_z(ctx, model, {.length = words + extra}),
                  1e-11);
    }
}

TEST(ExtraWords, OfNoneAreTheReplicatedSoftmax) {
  Context ctx;
  EXPECT_EQ(unit_of("counts"), Unit(Counts{0}));
  const EnergyModel model = golden_counts();
  const State state = documents(ctx, model, {{2, 1, 1}});
  EXPECT_TRUE(state.is_clamped(model.visible()));
  EXPECT_EQ(state.length.front(), std::vector<double>{4});
  EXPECT_NEAR(log_sum(model, {2, 1, 1}, 0), 2.324909194721 + std::log(12.0), 1e-11);
}

TEST(ExtraWords, StretchTheDocumentAndKeepIt) {
  Context ctx;
  const EnergyModel model = golden_counts(DType::f32, 3);
  State state = documents(ctx, model, {{2, 1, 0}, {0, 0, 1}});
  EXPECT_EQ(state.length.front(), (std::vector<double>{6, 4}));
  EXPECT_EQ(document_lengths(model, state), (std::vector<double>{3, 1}));
  EXPECT_EQ(state.layers[0].at(0, 0), 4);
  EXPECT_EQ(state.layers[0].at(1, 2), 4);
  model.sample_block(ctx, 1, {}, Key{2}, state);
  model.sample_block(ctx, 0, {}, Key{3}, state);
  const double least[2][3] = {{2, 1, 0}, {0, 0, 1}};
  for (int r = 0; r < 2; ++r) {
    double words = 0;
    for (int k = 0; k < 3; ++k) {
      EXPECT_GE(state.layers[0].at(r, k), least[r][k]);
      words += state.layers[0].at(r, k);
    }
    EXPECT_EQ(words, state.lengths()[std::size_t(r)]);
  }
}

// A-G4b, computed by enumeration elsewhere.
TEST(ExtraWords, GoldenMachine) {
  Context ctx;
  const EnergyModel model = golden_counts(DType::f64, 2);
  const double log_z = exact_log_z(ctx, model, {.length = 4}), ways = std::log(2.0);
  EXPECT_NEAR(log_z, 6.631335551050, 1e-11);
  State state = documents(ctx, model, {{1, 1, 0}});
  std::vector<double> exact(1);
  exact_log_z_given(ctx, model, state, {}, exact);
  EXPECT_NEAR(exact[0] - ways - log_z, -2.364389708155, 1e-11);
  bottom_up(ctx, model, state);
  mean_field(ctx, model, {.sweeps = 1'000, .tolerance = 1e-15}, state);
  const double mu[] = {0.753161095112, 0.234317623805}, nu[] = {0.439098229440, 0.226225596366, 0.334676174194};
  for (int j = 0; j < 2; ++j) EXPECT_NEAR(state.layers[1].at(0, j), mu[j], 1e-11);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(state.layers[0].at(0, k), (k < 2 ? 1 : 0) + 2 * nu[k], 1e-11);
}

TEST(ExtraWords, AreInferredFromTheStretchedDocument) {
  Context ctx;
  const EnergyModel model = golden_counts(DType::f64, 4);
  State state = documents(ctx, model, {{1, 1, 0}}), alone = state.clone();
  const EnergyModel plain = golden_counts();
  State stretched = documents(ctx, plain, {{3, 3, 0}});
  bottom_up(ctx, model, state);
  mean_layer(ctx, plain, {1}, stretched, {}, stretched.x({1}));
  for (int j = 0; j < 2; ++j) EXPECT_NEAR(state.layers[1].at(0, j), stretched.layers[1].at(0, j), 1e-12);
}

TEST(ExtraWords, TravelWithTheModel) {
  Archive archive;
  add_model(golden_counts(DType::f32, 100), "", archive);
  EXPECT_EQ(take_model("", archive).layers()[0].unit, Unit(Counts{100}));
}

}  // namespace
}  // namespace deepboltz::testing
