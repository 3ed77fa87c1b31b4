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

namespace deepboltz {
namespace {

constexpr std::int64_t kBatch = 100, kCases = 1'500;

const Dataset& digits() {
  static Context ctx(2);
  static const Dataset data = stroke_digits(ctx, kCases, Key{1});
  return data;
}

Source digit_source() {
  Source source;
  source.cases = kCases;
  source.visible = [](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    binarise(ctx, Binarise::sample, digits().x, rows, key, out);
  };
  return source;
}

struct Figures {
  double reconstruction = 0, pseudo_likelihood = 0;
};

Figures figures(Context& ctx, const EnergyModel& model) {
  constexpr std::int64_t kShown = 400, kRepeats = 20;
  State state = model.make_state(ctx, kShown);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < kShown; ++r) rows.push_back(r);
  binarise(ctx, Binarise::sample, digits().x, rows, Key{70}, state.x(model.visible()));
  state.clamp(model.visible());
  Figures out;
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
void float_epoch(Context& ctx, const Learner& learner, Key key, EnergyModel& model, State& data, State& chains,
                 Parameters& velocity) {
  Parameters gradient = zero_parameters(model);
  const LayerId lower = model.visible(), upper = *model.find(Role::hidden);
  const auto order = permutation(key.fold(0), kCases);
  for (std::size_t first = 0; first < order.size(); first += kBatch) {
    const Key now = key.fold(first + 1);
    present(ctx, model, digit_source(), std::span(order).subspan(first, kBatch), now.fold(0), data);
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
TEST(IntegerParity, LearnsWhatFloatLearnsFromTheSameStatistics) {
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
          fit_epoch(ctx, learner, digit_source(), {.batch = kBatch, .key = Key{81}.fold(seed)}, {}, model, data,
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
