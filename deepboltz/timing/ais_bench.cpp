#include "deepboltz/timing/ais_bench.h"

#include <utility>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/quantised.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/timing/bench_cases.h"

namespace deepboltz {
namespace {

// An RBM after ten epochs of PCD on integers.    grey: (cases, visible units) u8
EnergyModel taught(Context& ctx, const AisBenchOptions& options, const Tensor& grey) {
  constexpr std::int64_t kBatch = 100;
  constexpr int kEpochs = 10;
  EnergyModel model = rbm(options.visible, options.hidden);
  initialise_weights(model, 0.01, Key{1});
  Learner learner;
  learner.math = Math::int16;
  learner.negative.kind = Negative::Kind::persistent;
  learner.negative.statistics = Negative::Statistics::sample;
  learner.rate = {.kind = Schedule::Kind::linear, .start = 0.05, .end = 0.0005, .epochs = kEpochs};
  LearningState learning = start_learning(ctx, model, learner, kBatch);
  State data = make_batch(ctx, model, kBatch);
  for (int epoch = 0; epoch < kEpochs; ++epoch)
    fit_epoch(ctx, learner, drawn_from(grey), {.batch = kBatch, .key = Key{2}}, {}, model, data, learning);
  return model;
}

// Base rates of the pixels of such cases.
std::vector<Tensor> pixel_rates(const EnergyModel& model, const Tensor& grey) {
  std::vector<Tensor> means(2);
  means[0] = Tensor(DType::f64, 1, grey.cols());
  for (std::int64_t j = 0; j < grey.cols(); ++j) {
    double sum = 0;
    for (std::int64_t r = 0; r < grey.rows(); ++r) sum += grey.at(r, j);
    means[0].set(0, j, sum / (255.0 * double(grey.rows())));
  }
  return base_rates(model, means, double(grey.rows()));
}

}  // namespace

TimedBesideProducts bench_ais(Context& ctx, const AisBenchOptions& options) {
  require(options.visible >= 1 && options.hidden >= 1 && options.runs >= 2 && options.temperatures >= 1,
          "bench: expected at least one unit in either layer, two runs and one temperature");
  const Tensor grey = digit_cases(ctx, 60'000, options.visible);
  EnergyModel model = taught(ctx, options, grey);
  const auto base = pixel_rates(model, grey);
  if (is_integer(options.math)) model = quantised(ctx, model, bits_of(options.math));
  const auto anneal = [&] {
    ais_log_weights(
        ctx, model,
        {.ladder = three_part_ladder(options.temperatures), .runs = options.runs, .base = &base, .key = Key{3}});
  };
  std::vector<ConnectionProducts> products;
  products.emplace_back(options.runs, options.visible, options.hidden,
                        ConnectionProducts::Count{.up = 1, .down = 1, .gradient = 0});
  anneal();  // into the caches
  return time_beside(ctx, std::move(products), double(options.temperatures), options.turns, anneal);
}

}  // namespace deepboltz
