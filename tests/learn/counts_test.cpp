// Learning from documents of different lengths: gradients against finite differences of the exact log-likelihood.
#include <cmath>

#include "tests/io/temp_folder.h"
#include "tests/model/counts_machine.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/centering.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/learn/step.h"

namespace deepboltz::testing {
namespace {

const std::vector<std::vector<double>> kDocuments{{2, 1, 1}, {0, 1, 0}, {0, 0, 3}, {1, 4, 0}};

// Mean of share·log p over the documents, share 1 or 1/length.
double objective(Context& ctx, const EnergyModel& model, bool per_word) {
  const State state = documents(ctx, model, kDocuments);
  State free = state.clone();
  free.unclamp(model.visible());
  std::vector<double> given(kDocuments.size()), log_z(given.size());
  exact_log_z_given(ctx, model, state, {}, given);
  exact_log_z_given(ctx, model, free, {}, log_z);
  double sum = 0;
  for (std::size_t r = 0; r < given.size(); ++r) sum += (given[r] - log_z[r]) / (per_word ? state.lengths()[r] : 1);
  return sum / double(given.size());
}

// The mean gradient of CD whose chains are drawn exactly: the model's own expectations at the documents' lengths.
Parameters mean_gradient(Context& ctx, const EnergyModel& model, bool per_word) {
  Learner learner;
  learner.per_word = per_word;
  const std::size_t cases = kDocuments.size();
  LearningState learning = start_learning(ctx, model, learner, std::int64_t(cases));
  State data = documents(ctx, model, kDocuments);
  positive_phase(ctx, learner, Key{1}, model, data, learning);
  Parameters gradient = learning.gradient.clone();
  for (std::size_t r = 0; r < cases; ++r) {
    const double length = data.lengths()[r], share = (per_word ? 1 / length : 1) / double(cases);
    const Parameters moments = exact_moments(ctx, model, {.length = std::int64_t(length)});
    for (int l = 0; l < 2; ++l)
      for (std::int64_t u = 0; u < gradient.bias[std::size_t(l)].cols(); ++u) {
        const double votes = l == 1 ? length : 1;  // the hidden bias counts once a word
        Tensor& bias = gradient.bias[std::size_t(l)];
        bias.set(0, u, bias.at(0, u) - share * votes * moments.bias[std::size_t(l)].at(0, u));
      }
    for (std::int64_t k = 0; k < 3; ++k)
      for (std::int64_t j = 0; j < 2; ++j)
        gradient.weight[0].set(k, j, gradient.weight[0].at(k, j) - share * moments.weight[0].at(k, j));
  }
  return gradient;
}

TEST(GradientOfDocuments, IsThatOfTheLogLikelihood) {
  Context ctx(1);
  for (bool per_word : {false, true}) {
    EnergyModel model = golden_counts();
    const Parameters gradient = mean_gradient(ctx, model, per_word);
    const auto log_likelihood = [&] { return objective(ctx, model, per_word); };
    for (std::size_t l = 0; l < 2; ++l)
      for (std::int64_t u = 0; u < gradient.bias[l].cols(); ++u)
        EXPECT_NEAR(gradient.bias[l].at(0, u), slope_of(model.layers()[l].bias, 0, u, log_likelihood), 1e-8);
    for (std::int64_t k = 0; k < 3; ++k)
      for (std::int64_t j = 0; j < 2; ++j)
        EXPECT_NEAR(gradient.weight[0].at(k, j), slope_of(model.connections()[0].weight, k, j, log_likelihood), 1e-8);
  }
}

// Mean of the bounds of the documents beside extra words.
double bound(Context& ctx, const EnergyModel& model) {
  State state = documents(ctx, model, kDocuments);
  std::vector<double> log_z(kDocuments.size()), out(log_z.size());
  State free = state.clone();
  free.unclamp(model.visible());
  exact_log_z_given(ctx, model, free, {}, log_z);
  variational_bound(ctx, model, {.sweeps = 1'000, .tolerance = 1e-14}, state, out);
  double sum = 0;
  for (std::size_t r = 0; r < out.size(); ++r) sum += out[r] - log_z[r];
  return sum / double(out.size());
}

TEST(GradientOfDocuments, WithExtraWordsIsThatOfTheBound) {
  Context ctx(1);
  for (auto kind : {Negative::Kind::from_data, Negative::Kind::persistent}) {
    EnergyModel model = golden_counts(DType::f64, 2);
    Learner learner;
    learner.negative.kind = kind;
    learner.mean_field = {.sweeps = 1'000, .tolerance = 1e-14};
    LearningState learning = start_learning(ctx, model, learner, std::int64_t(kDocuments.size()));
    State data = documents(ctx, model, kDocuments);
    positive_phase(ctx, learner, Key{1}, model, data, learning);
    std::vector<Parameters> moments;
    for (double length : data.lengths()) moments.push_back(exact_moments(ctx, model, {.length = std::int64_t(length)}));
    const auto model_mean = [&](auto&& entry) {
      double sum = 0;
      for (std::size_t r = 0; r < moments.size(); ++r)
        sum += entry(moments[r], data.lengths()[r]) / double(moments.size());
      return sum;
    };
    const auto slope = [&](Tensor& tensor, std::int64_t row, std::int64_t col) {
      return slope_of(tensor, row, col, [&] { return bound(ctx, model); });
    };
    for (std::size_t l = 0; l < 2; ++l)
      for (std::int64_t u = 0; u < learning.gradient.bias[l].cols(); ++u)
        EXPECT_NEAR(learning.gradient.bias[l].at(0, u) - model_mean([&](const Parameters& p, double length) {
                      return (l == 1 ? length : 1) * p.bias[l].at(0, u);
                    }),
                    slope(model.layers()[l].bias, 0, u), 1e-7);
    for (std::int64_t k = 0; k < 3; ++k)
      for (std::int64_t j = 0; j < 2; ++j)
        EXPECT_NEAR(learning.gradient.weight[0].at(k, j) -
                        model_mean([&](const Parameters& p, double) { return p.weight[0].at(k, j); }),
                    slope(model.connections()[0].weight, k, j), 1e-7);
  }
}

// Pretraining of extra words is that of documents as many times as long.
TEST(GradientOfDocuments, OfPretrainingIsThatOfStretchedDocuments) {
  Context ctx(1);
  const EnergyModel over = golden_counts(DType::f64, 4), plain = golden_counts();
  State data = documents(ctx, over, {{2, 0, 0}, {1, 1, 2}}), stretched = documents(ctx, plain, {{6, 0, 0}, {2, 2, 4}});
  LearningState left = start_learning(ctx, over, {}, 2), right = start_learning(ctx, plain, {}, 2);
  Learner pretraining;
  pretraining.rescaled = true;
  positive_phase(ctx, pretraining, Key{1}, over, data, left);
  positive_phase(ctx, {}, Key{1}, plain, stretched, right);
  for (std::int64_t k = 0; k < 3; ++k)
    for (std::int64_t j = 0; j < 2; ++j)
      EXPECT_NEAR(left.gradient.weight[0].at(k, j), right.gradient.weight[0].at(k, j), 1e-12);
}

// A-G4, of the document (2,1,1) alone.
TEST(GradientOfDocuments, GoldenMachine) {
  Context ctx(1);
  const EnergyModel model = golden_counts();
  State data = documents(ctx, model, {{2, 1, 1}});
  LearningState learning = start_learning(ctx, model, {}, 1);
  positive_phase(ctx, {}, Key{1}, model, data, learning);
  const Parameters moments = exact_moments(ctx, model, {.length = 4});
  EXPECT_NEAR(learning.gradient.bias[1].at(0, 0) - 4 * moments.bias[1].at(0, 0), 0.104104882926, 1e-11);
  EXPECT_NEAR(learning.gradient.weight[0].at(1, 1) - moments.weight[0].at(1, 1), -0.073686620215, 1e-11);
}

Source documents_source() {
  Source source;
  source.cases = std::uint32_t(kDocuments.size());
  source.visible = {{[](Context&, std::span<const std::uint32_t> rows, Key, Matrix out) {
    visit_real(out.dtype, [&](auto real) {
      for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::int64_t k = 0; k < 3; ++k)
          out.as<decltype(real)>()(std::int64_t(r), k) = decltype(real)(kDocuments[rows[r]][std::size_t(k)]);
    });
  }}};
  return source;
}

// Chains of CD have the documents' lengths; persistent ones keep those that they began with.
TEST(ChainsOfDocuments, HaveWholeDocumentsOfTheirLengths) {
  Context ctx(1);
  for (auto kind : {Negative::Kind::from_data, Negative::Kind::persistent}) {
    EnergyModel model = golden_counts(DType::f32);
    Learner learner;
    learner.negative = {.kind = kind, .chains = 6};
    State data = documents(ctx, model, kDocuments);
    LearningState learning = start_learning(ctx, model, learner, 4);
    learn_step(ctx, learner, 0, Key{2}, model, data, learning);
    const std::vector<double> first = learning.chains.length.front();
    for (std::size_t r = 0; r < first.size(); ++r) EXPECT_EQ(first[r], data.lengths()[r % 4]);
    State shorter = documents(ctx, model, {{1, 0, 0}, {0, 2, 0}, {3, 3, 3}});
    learn_step(ctx, learner, 0, Key{3}, model, shorter, learning);
    for (std::int64_t r = 0; r < learning.chains.cases; ++r) {
      double words = 0;
      for (std::int64_t k = 0; k < 3; ++k) words += learning.chains.layers[0].at(r, k);
      const std::size_t at_row = std::size_t(r);
      EXPECT_EQ(learning.chains.lengths()[at_row],
                kind == Negative::Kind::persistent ? first[at_row] : shorter.lengths()[at_row]);
      EXPECT_EQ(words, learning.chains.lengths()[std::size_t(r)]);
    }
  }
}

Learner exchanging(std::int64_t chains, bool per_word = true) {
  Learner learner;
  learner.per_word = per_word;
  learner.negative = {.kind = Negative::Kind::persistent,
                      .sweeps = 2,
                      .chains = chains,
                      .sampler = {.kind = ChainSampler::Kind::length_exchange, .levels = 4}};
  return learner;
}

// Chains that exchange lengths take those of every batch, in the batch's shares.
TEST(ChainsOfDocuments, TakeTheLengthsOfTheBatchWhereTheyExchangeThem) {
  Context ctx(1);
  const EnergyModel model = golden_counts(DType::f32);
  LearningState learning = start_learning(ctx, model, exchanging(6), 4);
  const std::vector<std::vector<double>> batches[] = {kDocuments, {{1, 0, 0}, {0, 2, 0}, {3, 3, 3}}};
  const std::vector<double> expected[] = {{1, 1, 3, 4, 4, 5}, {1, 1, 2, 2, 9, 9}};
  for (std::uint64_t batch : {0u, 1u}) {
    State data = documents(ctx, model, batches[batch]);
    negative_phase(ctx, exchanging(6), 0, Key{3}.fold(batch), model, data, learning);
    std::vector<double> lengths = learning.chains.length.front();
    std::ranges::sort(lengths);
    EXPECT_EQ(lengths, expected[batch]);
    for (std::int64_t r = 0; r < 6; ++r) {
      double words = 0;
      for (std::int64_t k = 0; k < 3; ++k) words += learning.chains.layers[0].at(r, k);
      EXPECT_EQ(words, learning.chains.lengths()[std::size_t(r)]);
    }
  }
}

// 40 updates of 500 chains after a burn-in. What is counted of a word lies in [0, 1],
// hence means have standard errors below ½/√(500·40/τ), 0.008 at τ = 5, times 8 where all words of a document count.
TEST(ChainsOfDocuments, ThatExchangeLengthsGoToTheExactMoments) {
  Context ctx(1);
  const EnergyModel model = golden_counts();
  const State data = documents(ctx, model, {{1, 0, 0}, {0, 1, 0}, {2, 0, 0}, {1, 1, 2}, {4, 3, 1}});
  for (bool per_word : {true, false}) {
    const Learner learner = exchanging(500, per_word);
    LearningState learning = start_learning(ctx, model, learner, 5);
    for (std::uint64_t update = 0; update < 60; ++update) {
      if (update == 20) learning.gradient = zero_parameters(model);
      negative_phase(ctx, learner, 0, Key{9}.fold(update), model, data, learning);
      ++learning.updates;
    }
    Parameters exact = zero_parameters(model);
    for (double length : data.lengths()) {
      const Parameters moments = exact_moments(ctx, model, {.length = std::int64_t(length)});
      const double share = 1 / ((per_word ? length : 1) * double(data.cases));
      scale_add(ctx, share, moments.bias[0], 1, exact.bias[0]);
      scale_add(ctx, share * length, moments.bias[1], 1, exact.bias[1]);
      scale_add(ctx, share, moments.weight[0], 1, exact.weight[0]);
    }
    const auto near = [&](const Tensor& sum, const Tensor& moment) {
      for (std::int64_t r = 0; r < moment.rows(); ++r)
        for (std::int64_t c = 0; c < moment.cols(); ++c)
          EXPECT_NEAR(-sum.at(r, c) / 40, moment.at(r, c), 0.04 * (per_word ? 1 : 8));
    };
    for (std::size_t l = 0; l < 2; ++l) near(learning.gradient.bias[l], exact.bias[l]);
    near(learning.gradient.weight[0], exact.weight[0]);
    EXPECT_GT(learning.tempered.record.acceptance(), 0.1);
  }
}

TEST(ChainsOfDocuments, ExchangeLengthsOnlyWhereThereAreSome) {
  EXPECT_NO_THROW(require_learner(exchanging(8), golden_counts()));
  EXPECT_THROW(require_learner(exchanging(8), rbm(3, 2)), InputError);
}

// Learning moves towards more probable documents, by every kind of step.
TEST(LearningDocuments, RaisesTheirLikelihood) {
  Context ctx(1);
  for (bool per_word : {false, true})
    for (auto kind : {Negative::Kind::from_data, Negative::Kind::persistent})
      for (auto centering : {Centering::Kind::none, Centering::Kind::offsets, Centering::Kind::enhanced}) {
        EnergyModel model = golden_counts();
        Learner learner;
        learner.negative = {.kind = kind, .sweeps = 5, .chains = 400};
        learner.rate.start = 0.02;
        learner.per_word = per_word;
        learner.centering.kind = centering;
        LearningState learning = start_learning(ctx, model, learner, 4);
        State data = make_batch(ctx, model, 4);
        const double before = objective(ctx, model, per_word);
        for (int epoch = 0; epoch < 200; ++epoch)
          fit_epoch(ctx, learner, documents_source(), {4, Key{4}}, {}, model, data, learning);
        EXPECT_GT(objective(ctx, model, per_word), before + 0.05)
            << per_word << " " << int(kind) << " " << int(centering);
      }
}

TEST(LearningDocuments, WithExtraWordsRaisesTheirLikelihood) {
  Context ctx(1);
  for (auto kind : {Negative::Kind::from_data, Negative::Kind::persistent}) {
    EnergyModel model = golden_counts(DType::f64, 3);
    Learner learner;
    learner.negative = {.kind = kind, .sweeps = 5, .chains = 400};
    learner.rate.start = 0.02;
    LearningState learning = start_learning(ctx, model, learner, 4);
    State data = make_batch(ctx, model, 4);
    const double before = objective(ctx, model, false);
    for (int epoch = 0; epoch < 200; ++epoch)
      fit_epoch(ctx, learner, documents_source(), {4, Key{4}}, {}, model, data, learning);
    EXPECT_GT(objective(ctx, model, false), before + 0.05) << int(kind);
  }
}

// Offsets move, the distribution does not: offsets of counts are those of a word.
TEST(CenteringOfDocuments, LeavesEveryLengthAsItWas) {
  Context ctx(1);
  EnergyModel model = golden_counts();
  std::vector<double> before, after;
  for (int length = 1; length <= 5; ++length) before.push_back(exact_log_z(ctx, model, {.length = length}));
  Tensor words(DType::f64, 1, 3), hidden(DType::f64, 1, 2);
  for (int k = 0; k < 3; ++k) words.set(0, k, 0.2 + 0.1 * k);
  for (int j = 0; j < 2; ++j) hidden.set(0, j, 0.3 + 0.4 * j);
  const ConstMatrix means[] = {words, hidden};
  move_offsets(ctx, 0.7, means, model);
  for (int length = 1; length <= 5; ++length) after.push_back(exact_log_z(ctx, model, {.length = length}));
  for (std::size_t l = 0; l < before.size(); ++l) EXPECT_NEAR(after[l], before[l], 1e-12);
}

TEST(CenteringOfDocuments, MovesOffsetsToTheMeansOfAWord) {
  Context ctx(1);
  for (bool per_word : {false, true}) {
    EnergyModel model = golden_counts();
    Learner learner;
    learner.per_word = per_word;
    learner.centering = {.kind = Centering::Kind::offsets, .rate = 1};
    State data = documents(ctx, model, {{2, 1, 1}, {4, 2, 2}});
    LearningState learning = start_learning(ctx, model, learner, 2);
    learn_step(ctx, learner, 0, Key{5}, model, data, learning);
    for (std::int64_t k = 0; k < 3; ++k) EXPECT_NEAR(model.layers()[0].offset.at(0, k), k == 0 ? 0.5 : 0.25, 1e-12);
    for (std::int64_t j = 0; j < 2; ++j) {
      EXPECT_GT(model.layers()[1].offset.at(0, j), 0);
      EXPECT_LT(model.layers()[1].offset.at(0, j), 1);
    }
  }
}

void expect_resumed_is_never_stopped(Context& ctx, const Learner& learner) {
  const auto epochs = [&](int count, EnergyModel& model, LearningState& learning) {
    State data = make_batch(ctx, model, 3);
    for (int i = 0; i < count; ++i) fit_epoch(ctx, learner, documents_source(), {3, Key{6}}, {}, model, data, learning);
  };
  EnergyModel whole = golden_counts(DType::f32), parts = golden_counts(DType::f32);
  LearningState never = start_learning(ctx, whole, learner, 3), stopped = start_learning(ctx, parts, learner, 3);
  epochs(6, whole, never);
  epochs(3, parts, stopped);
  TempFolder folder;
  Archive archive;
  add_learning(stopped, archive);
  write_safetensors(folder / "c.safetensors", archive);
  Archive again = read_safetensors(folder / "c.safetensors");
  LearningState resumed = start_learning(ctx, parts, learner, 3);
  take_learning(again, resumed);
  EXPECT_EQ(resumed.chains.length, stopped.chains.length);
  epochs(3, parts, resumed);
  for (std::int64_t k = 0; k < 3; ++k)
    for (std::int64_t j = 0; j < 2; ++j)
      EXPECT_EQ(parts.connections()[0].weight.at(k, j), whole.connections()[0].weight.at(k, j));
}

TEST(LearningDocuments, ResumedIsAsNeverStopped) {
  Context ctx(1);
  Learner gibbs;
  gibbs.negative = {.kind = Negative::Kind::persistent, .chains = 7};
  for (const Learner& learner : {gibbs, exchanging(8)}) expect_resumed_is_never_stopped(ctx, learner);
}

}  // namespace
}  // namespace deepboltz::testing
