// That integers learn what floats learn: the short form, on digits drawn by the program. docs/adr/0006 has the long
// one.
#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/data/strokes.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/kernel/binarise.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/phases.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kBatch = 100, kCases = 1'500;

const Dataset& digits() {
  static Context ctx(2);
  static const Dataset data = stroke_digits(ctx, kCases, Key{1});
  return data;
}

Source digit_source(bool grey) {
  Source source;
  source.cases = kCases;
  source.visible = {{[grey](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    binarise(ctx, grey ? Binarise::none : Binarise::sample, digits().x, rows, key, out);
  }}};
  return source;
}

struct DigitFigures {
  double reconstruction = 0, pseudo_likelihood = 0;
};

DigitFigures figures(Context& ctx, const EnergyModel& model) {
  constexpr std::int64_t kShown = 400, kRepeats = 20;
  State state = model.make_state(ctx, kShown);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < kShown; ++r) rows.push_back(r);
  binarise(ctx, Binarise::sample, digits().x, rows, Key{70}, state.x(model.visible()));
  state.clamp(model.visible());
  DigitFigures out;
  std::vector<double> pseudo(kShown);
  for (std::uint64_t k = 0; k < kRepeats; ++k) {
    sampled_pseudo_log_likelihood(ctx, model, Key{71}.fold(k), state, pseudo);
    for (double p : pseudo) out.pseudo_likelihood += p / (kShown * kRepeats);
  }
  const LayerId hidden = *model.find(Role::hidden);
  mean_layer(ctx, model, hidden, state, {}, state.x(hidden));
  Tensor reconstruction(DType::f32, kShown, 784);
  mean_layer(ctx, model, model.visible(), state, {}, reconstruction);
  out.reconstruction = mean_absolute_difference(ctx, reconstruction, state.x(model.visible()));
  return out;
}

// One epoch of contrastive divergence in float whose statistics are draws, as those of integers are.
void float_epoch(Context& ctx, const Learner& learner, const Source& source, Key key, EnergyModel& model, State& data,
                 State& chains, Parameters& velocity) {
  Parameters gradient = zero_parameters(model);
  const LayerId lower = model.visible(), upper = *model.find(Role::hidden);
  const auto order = permutation(key.fold(0), kCases);
  for (std::size_t first = 0; first < order.size(); first += kBatch) {
    const Key now = key.fold(first + 1);
    fill_batch(ctx, model, source, std::span(order).subspan(first, kBatch), now.fold(0), data);
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

// Two samples of five runs each, of one distribution if the arithmetic makes no difference: their distance then is
// Student's t with 8 degrees of freedom, beyond 3.4 in one of a hundred tests.
void expect_alike(const char* what, const Sample& floats, const Sample& integers) {
  const double apart = distance(integers, floats);
  std::printf("%s: float %.5f, integers %.5f, %.2f standard errors apart\n", what, floats.mean(), integers.mean(),
              apart);
  EXPECT_LT(std::abs(apart), 3.4) << what;
}

struct Data {
  Negative::Statistics statistics;
  bool grey = false, sparse = false;
};
class IntegerParity : public ::testing::TestWithParam<Data> {
 protected:
  bool draws() const { return GetParam().statistics == Negative::Statistics::sample; }
  static Source source() { return digit_source(GetParam().grey); }
  static std::vector<Sparsity> sparsity(std::size_t hidden_layers) {
    return std::vector<Sparsity>(GetParam().sparse ? hidden_layers : 0, {.target = 0.1, .cost = 0.05});
  }
};

// Five seeds each, another key for float. Float's own learning has means of the data, hence a loop of its own for
// draws.
TEST_P(IntegerParity, LearnsWhatFloatLearnsFromTheSameStatistics) {
  Context ctx;
  Learner learner;
  learner.rate.start = 0.1;
  learner.momentum.start = 0.5;
  learner.decay.l2 = 1e-4;
  learner.negative.statistics = GetParam().statistics;
  learner.sparsity = sparsity(1);
  Sample reconstruction[2], pseudo_likelihood[2];
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    for (int integers = 0; integers < 2; ++integers) {
      EnergyModel model = rbm(784, 50);
      initialise_weights(model, 0.01, Key{80}.fold(seed));
      State data = make_batch(ctx, model, kBatch);
      learner.math = integers ? Math::int16 : Math::f32;
      LearningState learning = start_learning(ctx, model, learner, kBatch);
      const Key key = Key{integers ? 81u : 82u}.fold(seed);
      for (std::uint64_t epoch = 0; epoch < 6; ++epoch)
        if (integers || !draws())
          fit_epoch(ctx, learner, source(), {.batch = kBatch, .key = key}, {}, model, data, learning);
        else
          float_epoch(ctx, learner, source(), key.fold(epoch), model, data, learning.chains, learning.velocity);
      const DigitFigures f = figures(ctx, model);
      reconstruction[integers].x.push_back(f.reconstruction);
      pseudo_likelihood[integers].x.push_back(f.pseudo_likelihood);
    }
  expect_alike("reconstruction error", reconstruction[0], reconstruction[1]);
  expect_alike("pseudo-likelihood", pseudo_likelihood[0], pseudo_likelihood[1]);
}

// ---- A deep machine

struct DeepFigures {
  double reconstruction = 0, active = 0;  // from the means of mean field; how active the first hidden layer is
};

DeepFigures deep_figures(Context& ctx, const EnergyModel& model, const Learner& learner) {
  constexpr std::int64_t kShown = 400;
  State state = make_batch(ctx, model, kShown);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < kShown; ++r) rows.push_back(r);
  binarise(ctx, Binarise::sample, digits().x, rows, Key{70}, state.x(model.visible()));
  infer_posterior(ctx, model, learner, state);
  Tensor reconstruction(DType::f32, kShown, 784), mean(DType::f32, 1, model.layers()[1].units);
  mean_layer(ctx, model, model.visible(), state, {}, reconstruction);
  DeepFigures out{.reconstruction = mean_absolute_difference(ctx, reconstruction, state.x(model.visible()))};
  column_means(ctx, state.x(model.ids()[1]), mean);
  for (std::int64_t j = 0; j < mean.cols(); ++j) out.active += mean.at(0, j) / double(mean.cols());
  return out;
}

// Means become draws.
void round_by_chance(Key key, Matrix x) {
  for (std::int64_t r = 0; r < x.rows; ++r)
    for (std::int64_t j = 0; j < x.cols; ++j) {
      float& value = x.as<float>()(r, j);
      value = uniform(key, std::uint32_t(r), std::uint32_t(j)) < value;
    }
}

// One epoch of stochastic approximation with mean field in float, its statistics draws.
void float_deep_epoch(Context& ctx, const Learner& learner, const Source& source, Key key, EnergyModel& model,
                      State& data, State& chains, bool& started, Parameters& velocity) {
  Parameters gradient = zero_parameters(model);
  const auto order = permutation(key.fold(0), kCases);
  for (std::size_t first = 0; first < order.size(); first += kBatch) {
    const Key now = key.fold(first + 1);
    fill_batch(ctx, model, source, std::span(order).subspan(first, kBatch), now.fold(0), data);
    infer_posterior(ctx, model, learner, data);
    for (LayerId id : model.ids(Role::hidden)) round_by_chance(now.fold(1).fold(std::uint64_t(id.index)), data.x(id));
    if (!started)
      for (LayerId id : model.ids()) scale_add(ctx, 1, data.x(id), 0, chains.x(id));
    started = true;
    advance(ctx, model, Gibbs{learner.negative.sweeps}, now.fold(2), chains);
    contrast(ctx, model, data, chains, gradient);
    const double rate = learner.rate.start, momentum = learner.momentum.start;
    for (std::size_t l = 0; l < 3; ++l)
      momentum_step(ctx, rate, momentum, false, {}, gradient.bias[l], velocity.bias[l], model.layers()[l].bias);
    for (std::size_t c = 0; c < 2; ++c)
      momentum_step(ctx, rate, momentum, false, learner.decay, gradient.weight[c], velocity.weight[c],
                    model.connections()[c].weight);
  }
}

TEST_P(IntegerParity, DeepMachinesLearnWhatFloatLearns) {
  Context ctx;
  Learner learner;
  learner.rate.start = 0.02;
  learner.momentum.start = 0.5;
  learner.mean_field.sweeps = 5;
  learner.negative = {
      .kind = Negative::Kind::persistent, .sweeps = 2, .chains = kBatch, .statistics = GetParam().statistics};
  learner.sparsity = sparsity(2);
  Sample reconstruction[2], active[2];
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    for (int integers = 0; integers < 2; ++integers) {
      EnergyModel model = dbm(784, std::vector<std::int64_t>{40, 30});
      initialise_weights(model, 0.05, Key{80}.fold(seed));
      for (std::int64_t i = 0; i < 784; ++i) model.layers()[0].bias.set(0, i, -1.8);  // few pixels are on
      State data = make_batch(ctx, model, kBatch);
      learner.math = integers ? Math::int16 : Math::f32;
      LearningState learning = start_learning(ctx, model, learner, kBatch);
      const Key key = Key{integers ? 81u : 82u}.fold(seed);
      bool started = false;
      for (std::uint64_t epoch = 0; epoch < 6; ++epoch)
        if (integers || !draws())
          fit_epoch(ctx, learner, source(), {.batch = kBatch, .key = key}, {}, model, data, learning);
        else
          float_deep_epoch(ctx, learner, source(), key.fold(epoch), model, data, learning.chains, started,
                           learning.velocity);
      const DeepFigures f = deep_figures(ctx, model, learner);
      reconstruction[integers].x.push_back(f.reconstruction);
      active[integers].x.push_back(f.active);
    }
  expect_alike("reconstruction error, deep", reconstruction[0], reconstruction[1]);
  expect_alike("activity, deep", active[0], active[1]);
}

INSTANTIATE_TEST_SUITE_P(, IntegerParity,
                         ::testing::Values(Data{.statistics = Negative::Statistics::sample},
                                           Data{.statistics = Negative::Statistics::rao_blackwell},
                                           Data{.statistics = Negative::Statistics::rao_blackwell, .grey = true},
                                           Data{.statistics = Negative::Statistics::rao_blackwell, .sparse = true}),
                         [](const auto& of) {
                           return std::string(of.param.statistics == Negative::Statistics::sample ? "Draws" : "Means") +
                                  (of.param.grey ? "OfGreyPixels" : "") + (of.param.sparse ? "OfSparseUnits" : "");
                         });

}  // namespace
}  // namespace deepboltz
