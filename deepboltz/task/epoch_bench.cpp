#include "deepboltz/task/epoch_bench.h"

#include <algorithm>

#include "deepboltz/data/strokes.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/model/build.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/task/stopwatch.h"

namespace deepboltz {
namespace {

// Grey cases of any width from some thousands of digits.
Tensor grey_cases(Context& ctx, std::int64_t cases, std::int64_t units) {
  constexpr std::int64_t kDrawn = 3'000;
  const Dataset digits = stroke_digits(ctx, std::min(cases, kDrawn), Key{1});
  Tensor grey(DType::u8, cases, units);
  for (std::int64_t r = 0; r < cases; ++r) {
    const std::uint8_t* from = digits.x.as<std::uint8_t>().row(r % digits.cases());
    std::uint8_t* to = grey.as<std::uint8_t>().row(r);
    for (std::int64_t i = 0; i < units; ++i) to[i] = from[i % digits.units()];
  }
  return grey;
}

Tensor random_cases(const EpochBenchOptions& options) {
  Tensor cases(DType::u8, options.cases, options.visible);
  for (std::int64_t r = 0; r < cases.rows(); ++r)
    for (std::int64_t i = 0; i < cases.cols(); ++i)
      cases.as<std::uint8_t>()(r, i) = uniform(Key{1}, std::uint32_t(r), std::uint32_t(i)) < options.density ? 255 : 0;
  return cases;
}

Source source_of(const Tensor& grey) {
  return {.cases = std::uint32_t(grey.rows()),
          .visible = [&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key,
                             Matrix out) { binarise(ctx, Binarise::sample, grey, rows, key, out); },
          .labels = {},
          .bits = [&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key,
                          Bits& out) { binarise(ctx, Binarise::sample, grey, rows, key, out); }};
}

constexpr int kMeanFieldSweeps = 10, kGibbsSweeps = 5;  // of a deep machine

// The products that a step makes over one connection.
class ConnectionProducts {
 public:
  struct Count {
    int up, down, gradient;
  };
  ConnectionProducts(std::int64_t batch, std::int64_t lower, std::int64_t upper, Count count)
      : count_(count),
        x_(DType::f32, batch, lower),
        y_(DType::f32, batch, upper),
        w_(DType::f32, lower, upper),
        to_x_(DType::f32, batch, lower),
        to_y_(DType::f32, batch, upper),
        to_w_(DType::f32, lower, upper) {}

  void multiply_all(Context& ctx) {
    for (int k = 0; k < count_.up; ++k) multiply(ctx, 1, x_, Transpose::no, w_, Transpose::no, 0, to_y_);
    for (int k = 0; k < count_.down; ++k) multiply(ctx, 1, y_, Transpose::no, w_, Transpose::yes, 0, to_x_);
    for (int k = 0; k < count_.gradient; ++k)
      multiply(ctx, k == 0 ? 1 : -1, x_, Transpose::yes, y_, Transpose::no, k == 0 ? 0 : 1, to_w_);
  }

 private:
  Count count_;
  Tensor x_, y_, w_, to_x_, to_y_, to_w_;
};

class StepProducts {
 public:
  explicit StepProducts(const EpochBenchOptions& o) {
    std::int64_t below = o.visible;
    for (std::size_t l = 0; l < o.hidden.size(); ++l) {
      ConnectionProducts::Count count{.up = 2, .down = 1, .gradient = 2};
      if (o.hidden.size() > 1) {  // the bottom-up pass, and what the pixels send once or the means with every sweep
        const int means = l == 0 ? 0 : kMeanFieldSweeps;
        count = {.up = (l == 0 ? 2 : 1) + means + kGibbsSweeps, .down = means + kGibbsSweeps, .gradient = 2};
      }
      connections_.emplace_back(o.batch, below, o.hidden[l], count);
      below = o.hidden[l];
    }
  }

  // Seconds a step: the best of a fifth of a second.
  double seconds(Context& ctx) {
    double best = step(ctx), spent = 0;
    while (spent < 0.2) {
      const double now = step(ctx);
      best = std::min(best, now);
      spent += now;
    }
    return best;
  }

 private:
  double step(Context& ctx) {
    return seconds_of([&] {
      for (ConnectionProducts& products : connections_) products.multiply_all(ctx);
    });
  }

  std::vector<ConnectionProducts> connections_;
};

Learner learner_of(const EpochBenchOptions& options) {
  Learner learner;
  learner.math = options.math;
  learner.momentum.start = 0.5;
  learner.decay.l2 = 1e-4;
  if (options.hidden.size() > 1) {
    learner.rate.start = 0.005;
    learner.mean_field = {.sweeps = kMeanFieldSweeps, .tolerance = 0};
    learner.negative = {.kind = Negative::Kind::persistent, .sweeps = kGibbsSweeps, .chains = options.batch};
    learner.centering.kind = Centering::Kind::offsets;  // without, the upper layer stays dead for long
  }
  learner.negative.statistics = options.statistics;
  return learner;
}

}  // namespace

EpochBench bench_epoch(Context& ctx, const EpochBenchOptions& options) {
  require(options.visible >= 1 && std::ranges::min(options.hidden) >= 1 && options.batch >= 1 &&
              options.cases >= options.batch,
          "bench: expected at least one unit in every layer and one batch of cases");
  require(options.density >= 0 && options.density <= 1, "bench: expected a density from 0 to 1, got {}",
          options.density);
  require(options.turns >= 1, "bench: expected at least one turn, got {}", options.turns);
  const Tensor grey = options.density > 0 ? random_cases(options) : grey_cases(ctx, options.cases, options.visible);
  EnergyModel model = dbm(options.visible, options.hidden);
  initialise_weights(model, 0.01, Key{2});
  const Learner learner = learner_of(options);
  LearningState learning = start_learning(ctx, model, learner, options.batch);
  State data = make_batch(ctx, model, options.batch);
  const Source source = source_of(grey);
  const auto epoch = [&] {
    fit_epoch(ctx, learner, source, {.batch = options.batch, .key = Key{3}}, {}, model, data, learning);
  };
  epoch();  // from random weights, and into the caches
  StepProducts products(options);
  const double steps = double(options.cases) / double(options.batch);
  std::vector<double> epochs, bounds, ratios;
  double before = steps * products.seconds(ctx);
  for (int turn = 0; turn < options.turns; ++turn) {
    epochs.push_back(seconds_of(epoch));
    const double after = steps * products.seconds(ctx);
    bounds.push_back(0.5 * (before + after));
    ratios.push_back(epochs.back() / bounds.back());
    before = after;
  }
  return {.seconds = median(epochs),
          .products_seconds = median(bounds),
          .ratio = median(ratios),
          .least_ratio = std::ranges::min(ratios),
          .most_ratio = std::ranges::max(ratios)};
}

}  // namespace deepboltz
