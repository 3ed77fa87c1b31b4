// Learning on integers: what it promises, and that it learns what float learns.
#include "deepboltz/learn/binary_training.h"

#include <cmath>
#include <optional>

#include "tests/kernel/fixture.h"
#include <gtest/gtest.h>

#include "deepboltz/data/strokes.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::same_bits;

constexpr std::int64_t kBatch = 100;

const Dataset& digits() {
  static Context ctx(2);
  static const Dataset data = stroke_digits(ctx, 1'500, Key{1});
  return data;
}

Source digit_source(bool as_bits, std::uint32_t cases = 1'500) {
  Source source;
  source.cases = cases;
  source.visible = [](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    binarise(ctx, Binarise::sample, digits().x, rows, key, out);
  };
  if (as_bits)
    source.bits = [](Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out) {
      binarise(ctx, Binarise::sample, digits().x, rows, key, out);
    };
  return source;
}

// The ways of learning that integers know.
std::vector<std::pair<std::string, Learner>> learners() {
  Learner cd;
  cd.math = Math::int16;
  cd.momentum.start = 0.5;
  cd.decay.l2 = 1e-4;
  Learner cd3 = cd, pcd = cd, centred = cd;
  cd3.negative.sweeps = 3;
  cd3.optimizer = MomentumStep{.nesterov = true};
  cd3.decay.l1 = 1e-5;
  pcd.negative.kind = Negative::Kind::persistent;
  pcd.negative.chains = 60;
  centred.centering.kind = Centering::Kind::offsets;
  return {{"cd", cd}, {"cd3", cd3}, {"pcd", pcd}, {"centred", centred}};
}

struct Trained {
  EnergyModel model;
  LearningState learning;
  State data;

  Trained(Context& ctx, const Learner& learner, std::int64_t hidden = 40)
      : model(rbm(784, hidden)), data(make_batch(ctx, model, kBatch)) {
    initialise_weights(model, 0.01, Key{2});
    learning = start_learning(ctx, model, learner, kBatch);
  }
  bool epoch(Context& ctx, const Learner& learner, const Source& source, std::function<bool()> keep_going = {}) {
    return fit_epoch(ctx, learner, source, {.batch = kBatch, .key = Key{3}}, keep_going, model, data, learning);
  }
};

bool same(const Trained& a, const Trained& b) {
  bool equal = same_bits(a.model.connections()[0].weight, b.model.connections()[0].weight) &&
               same_bits(a.learning.velocity.weight[0], b.learning.velocity.weight[0]);
  for (std::size_t l = 0; l < 2; ++l)
    equal = equal && same_bits(a.model.layers()[l].bias, b.model.layers()[l].bias) &&
            same_bits(a.model.layers()[l].offset, b.model.layers()[l].offset) &&
            same_bits(a.learning.velocity.bias[l], b.learning.velocity.bias[l]) &&
            same_bits(a.learning.chains.layers[l], b.learning.chains.layers[l]);
  return equal;
}

TEST(BinaryTraining, HasTheSameBitsOnEveryInstructionSetAndAnyThreads) {
  for (const auto& [way, learner] : learners()) {
    std::optional<Trained> first;
    for_every_instruction_set([&](const std::string& name) {
      for (int threads : {1, 2, 3}) {
        Context ctx(threads);
        Trained trained(ctx, learner);
        const Source source = digit_source(threads != 2, 250);  // the last batch is smaller; bits or numbers, no matter
        trained.epoch(ctx, learner, source);
        trained.epoch(ctx, learner, source);
        if (!first)
          first.emplace(std::move(trained));
        else
          EXPECT_TRUE(same(trained, *first)) << way << ' ' << name << ' ' << threads;
      }
    });
  }
}

TEST(BinaryTraining, InterruptedAnywhereGoesOnAsIfItHadNot) {
  for (const auto& [way, learner] : learners()) {
    Context ctx;
    const Source source = digit_source(true, 500);
    Trained whole(ctx, learner), parts(ctx, learner);
    while (whole.learning.epoch < 2) whole.epoch(ctx, learner, source);
    while (parts.learning.epoch < 2) parts.epoch(ctx, learner, source, [] { return false; });
    EXPECT_TRUE(same(whole, parts)) << way;
  }
}

TEST(BinaryTraining, SeesAWeightThatSomebodyChanged) {
  Context ctx;
  const Learner learner = learners()[0].second;
  Trained stayed(ctx, learner), fresh(ctx, learner);
  const Source source = digit_source(true, 100);
  stayed.epoch(ctx, learner, source);
  fresh.epoch(ctx, learner, source);
  stayed.model.connections()[0].weight.set(5, 7, 30);
  fresh.model.connections()[0].weight.set(5, 7, 30);
  Trained unchanged(ctx, learner);
  unchanged.epoch(ctx, learner, source);
  for (Trained* t : {&stayed, &fresh, &unchanged}) t->epoch(ctx, learner, source);
  EXPECT_TRUE(same(stayed, fresh));
  EXPECT_FALSE(same_bits(stayed.learning.chains.layers[0], unchanged.learning.chains.layers[0]));
}

TEST(BinaryTraining, ALearnStepIsABatchOfAnEpoch) {
  for (const auto& [way, learner] : learners()) {
    Context ctx;
    Trained epoch(ctx, learner), step(ctx, learner);
    const Source source = digit_source(true, kBatch);
    epoch.epoch(ctx, learner, source);
    const Key key = Key{3}.fold(0);
    present(ctx, step.model, source, permutation(key.fold(0), kBatch), key.fold(0).fold(1), step.data);
    learn_step(ctx, learner, 0, key.fold(0).fold(2), step.model, step.data, step.learning);
    step.learning.epoch = 1;
    EXPECT_TRUE(same(epoch, step)) << way;
  }
}

TEST(BinaryTraining, RefusesWhatIntegersDoNotDoByName) {
  Context ctx;
  const auto refusal = [&](auto change, EnergyModel model = rbm(784, 20)) {
    Learner learner = learners()[0].second;
    change(learner);
    try {
      start_learning(ctx, model, learner, kBatch);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto begins = [](const std::string& text, const char* word) { return text.rfind(word, 0) == 0; };
  EXPECT_EQ(refusal([](Learner&) {}), "");
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.optimizer = AdamStep{}; }), "optimizer"));
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.max_norm = 1; }), "max_norm"));
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.sparsity = {{}}; }), "sparsity"));
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.centering.kind = Centering::Kind::enhanced; }), "centering"));
  EXPECT_TRUE(begins(refusal([](Learner& l) { l.negative.mean_reconstruction = true; }), "mean_reconstruction"));
  EXPECT_TRUE(begins(refusal([](Learner& l) {
                       l.negative.kind = Negative::Kind::persistent;
                       l.negative.statistics = Negative::Statistics::release;
                     }),
                     "statistics"));
  EXPECT_TRUE(begins(refusal([](Learner&) {}, rbm(784, 20, {.precision = DType::f64})), "precision"));
  EXPECT_TRUE(begins(refusal([](Learner&) {}, rbm(784, 20, {.classes = 10})), "math"));

  const Learner learner = learners()[0].second;
  Trained trained(ctx, learner);
  Source grey = digit_source(false);
  grey.visible = [](Context& c, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    binarise(c, Binarise::none, digits().x, rows, key, out);
  };
  EXPECT_THROW(trained.epoch(ctx, learner, grey), InputError);
}

TEST(BinaryTraining, NamesTheTensorThatStopsBeingFinite) {
  Context ctx;
  Learner learner = learners()[0].second;
  learner.rate.start = 1e38;
  Trained trained(ctx, learner);
  try {
    for (int epoch = 0; epoch < 20; ++epoch) trained.epoch(ctx, learner, digit_source(true));
    FAIL() << "1e38 is not too much";
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("is no longer finite"), std::string::npos);
  }
}

// ---- Parity

struct Figures {
  double reconstruction = 0, pseudo_likelihood = 0;
};

Figures figures(Context& ctx, const EnergyModel& model) {
  constexpr std::int64_t kCases = 400, kRepeats = 20;
  State state = model.make_state(ctx, kCases);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < kCases; ++r) rows.push_back(r);
  binarise(ctx, Binarise::sample, digits().x, rows, Key{70}, state.x(model.visible()));
  state.clamp(model.visible());
  Figures out;
  std::vector<double> pseudo(kCases);
  for (std::uint64_t k = 0; k < kRepeats; ++k) {
    sampled_pseudo_log_likelihood(ctx, model, Key{71}.fold(k), state, pseudo);
    for (double p : pseudo) out.pseudo_likelihood += p / (kCases * kRepeats);
  }
  const LayerId hidden = *model.find(Role::hidden);
  mean_layer(ctx, model, hidden, state, {}, state.x(hidden));
  Tensor reconstruction(DType::f32, kCases, 784);
  mean_layer(ctx, model, model.visible(), state, {}, reconstruction);
  out.reconstruction = mean_absolute_difference(ctx, reconstruction, state.x(model.visible()));
  return out;
}

// One epoch of contrastive divergence in float whose statistics are draws, as those of integers are.
void float_epoch(Context& ctx, const Learner& learner, Key key, EnergyModel& model, State& data, State& chains,
                 Parameters& velocity) {
  Parameters gradient = zero_parameters(model);
  const LayerId lower = model.visible(), upper = *model.find(Role::hidden);
  const auto order = permutation(key.fold(0), 1'500);
  for (std::size_t first = 0; first < order.size(); first += kBatch) {
    const Key now = key.fold(first + 1);
    present(ctx, model, digit_source(false), std::span(order).subspan(first, kBatch), now.fold(0), data);
    sample_layer(ctx, model, upper, {}, now.fold(1), data, {}, data.x(upper), {});
    sample_layer(ctx, model, lower, {}, now.fold(2), data, {}, chains.x(lower), {});
    sample_layer(ctx, model, upper, {}, now.fold(3), chains, {}, chains.x(upper), {});
    contrast(ctx, model, data, chains, gradient);
    const double rate = learner.rate.start, momentum = learner.momentum.start;
    for (std::size_t l = 0; l < 2; ++l)
      momentum_step(ctx, rate, momentum, false, {}, gradient.bias[l], velocity.bias[l], model.layers()[l].bias);
    momentum_step(ctx, rate, momentum, false, learner.decay, gradient.weight[0], velocity.weight[0],
                  model.connections()[0].weight);
  }
}

struct Sample {
  std::vector<double> x;
  double mean() const {
    double sum = 0;
    for (double v : x) sum += v;
    return sum / double(x.size());
  }
  double error_squared() const {  // of the mean
    double sum = 0;
    for (double v : x) sum += (v - mean()) * (v - mean());
    return sum / double((x.size() - 1) * x.size());
  }
};

// The difference of two means, in its standard errors.
double distance(const Sample& a, const Sample& b) {
  return (a.mean() - b.mean()) / std::sqrt(a.error_squared() + b.error_squared());
}

// Five seeds each, another key for float: two samples of runs, of one distribution if the arithmetic makes no
// difference. Their distance then is Student's t with 8 degrees of freedom: beyond 3.4 in one of a hundred tests.
TEST(BinaryTraining, LearnsWhatFloatLearnsFromTheSameStatistics) {
  Context ctx;
  Learner learner;
  learner.rate.start = 0.1;
  learner.momentum.start = 0.5;
  learner.decay.l2 = 1e-4;
  Sample reconstruction[2], pseudo_likelihood[2];
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    for (int integers = 0; integers < 2; ++integers) {
      EnergyModel model = rbm(784, 50);
      initialise_weights(model, 0.01, Key{80}.fold(seed));
      State data = make_batch(ctx, model, kBatch);
      learner.math = integers ? Math::int16 : Math::f32;
      LearningState learning = start_learning(ctx, model, learner, kBatch);
      for (std::uint64_t epoch = 0; epoch < 6; ++epoch)
        if (integers)
          fit_epoch(ctx, learner, digit_source(true), {.batch = kBatch, .key = Key{81}.fold(seed)}, {}, model, data,
                    learning);
        else
          float_epoch(ctx, learner, Key{82}.fold(seed).fold(epoch), model, data, learning.chains, learning.velocity);
      const Figures f = figures(ctx, model);
      reconstruction[integers].x.push_back(f.reconstruction);
      pseudo_likelihood[integers].x.push_back(f.pseudo_likelihood);
    }
  std::printf("reconstruction error: float %.5f, integers %.5f, %.2f standard errors apart\n", reconstruction[0].mean(),
              reconstruction[1].mean(), distance(reconstruction[1], reconstruction[0]));
  std::printf("pseudo-likelihood: float %.2f, integers %.2f, %.2f standard errors apart\n", pseudo_likelihood[0].mean(),
              pseudo_likelihood[1].mean(), distance(pseudo_likelihood[1], pseudo_likelihood[0]));
  EXPECT_LT(std::abs(distance(reconstruction[1], reconstruction[0])), 3.4);
  EXPECT_LT(std::abs(distance(pseudo_likelihood[1], pseudo_likelihood[0])), 3.4);
}

}  // namespace
}  // namespace deepboltz
