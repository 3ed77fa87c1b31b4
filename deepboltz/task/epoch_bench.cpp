#include "deepboltz/task/epoch_bench.h"

#include <algorithm>
#include <chrono>

#include "deepboltz/data/strokes.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/model/build.h"

namespace deepboltz {
namespace {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> x) {
  std::ranges::sort(x);
  return x[x.size() / 2];
}

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

Source source_of(const Tensor& grey) {
  return {.cases = std::uint32_t(grey.rows()),
          .visible = [&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key,
                             Matrix out) { binarise(ctx, Binarise::sample, grey, rows, key, out); },
          .labels = {},
          .bits = [&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key,
                          Bits& out) { binarise(ctx, Binarise::sample, grey, rows, key, out); }};
}

// The five products of one step.
class FiveProducts {
 public:
  explicit FiveProducts(const EpochBenchOptions& o)
      : v_(DType::f32, o.batch, o.visible),
        h_(DType::f32, o.batch, o.hidden),
        w_(DType::f32, o.visible, o.hidden),
        to_v_(DType::f32, o.batch, o.visible),
        to_h_(DType::f32, o.batch, o.hidden),
        to_w_(DType::f32, o.visible, o.hidden) {}

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
      multiply(ctx, 1, v_, Transpose::no, w_, Transpose::no, 0, to_h_);
      multiply(ctx, 1, h_, Transpose::no, w_, Transpose::yes, 0, to_v_);
      multiply(ctx, 1, v_, Transpose::no, w_, Transpose::no, 0, to_h_);
      multiply(ctx, 1, v_, Transpose::yes, h_, Transpose::no, 0, to_w_);
      multiply(ctx, -1, v_, Transpose::yes, h_, Transpose::no, 1, to_w_);
    });
  }

  Tensor v_, h_, w_, to_v_, to_h_, to_w_;
};

}  // namespace

EpochBench bench_epoch(Context& ctx, const EpochBenchOptions& options) {
  require(options.visible >= 1 && options.hidden >= 1 && options.batch >= 1 && options.cases >= options.batch,
          "bench: expected at least one unit in either layer and one batch of cases");
  require(options.turns >= 1, "bench: expected at least one turn, got {}", options.turns);
  const Tensor grey = grey_cases(ctx, options.cases, options.visible);
  EnergyModel model = rbm(options.visible, options.hidden);
  initialise_weights(model, 0.01, Key{2});
  Learner cd1;
  cd1.math = options.math;
  cd1.momentum.start = 0.5;
  cd1.decay.l2 = 1e-4;
  LearningState learning = start_learning(ctx, model, cd1, options.batch);
  State data = make_batch(ctx, model, options.batch);
  const Source source = source_of(grey);
  const auto epoch = [&] {
    fit_epoch(ctx, cd1, source, {.batch = options.batch, .key = Key{3}}, {}, model, data, learning);
  };
  epoch();  // from random weights, and into the caches
  FiveProducts products(options);
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
