#include "deepboltz/task/ais_bench.h"

#include <utility>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/quantised.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/task/bench_cases.h"

namespace deepboltz {
namespace {

// An RBM after an epoch of CD-1 on integers.
EnergyModel taught_digits(Context& ctx, const AisBenchOptions& options) {
  constexpr std::int64_t kBatch = 100;
  const Tensor grey = digit_cases(ctx, 60'000, options.visible);
  EnergyModel model = rbm(options.visible, options.hidden);
  initialise_weights(model, 0.01, Key{1});
  Learner learner;
  learner.math = Math::int16;
  learner.negative.statistics = Negative::Statistics::sample;
  learner.momentum.start = 0.5;
  LearningState learning = start_learning(ctx, model, learner, kBatch);
  State data = make_batch(ctx, model, kBatch);
  fit_epoch(ctx, learner, drawn_from(grey), {.batch = kBatch, .key = Key{2}}, {}, model, data, learning);
  return model;
}

}  // namespace

TimedBesideProducts bench_ais(Context& ctx, const AisBenchOptions& options) {
  require(options.visible >= 1 && options.hidden >= 1 && options.runs >= 2 && options.temperatures >= 1,
          "bench: expected at least one unit in either layer, two runs and one temperature");
  EnergyModel model = taught_digits(ctx, options);
  if (is_integer(options.math)) model = quantised(ctx, model, bits_of(options.math));
  const auto anneal = [&] {
    ais_log_weights(ctx, model, {.ladder = uniform_ladder(options.temperatures), .runs = options.runs, .key = Key{3}});
  };
  std::vector<ConnectionProducts> products;
  products.emplace_back(options.runs, options.visible, options.hidden,
                        ConnectionProducts::Count{.up = 1, .down = 1, .gradient = 0});
  anneal();  // into the caches
  return time_beside(ctx, std::move(products), double(options.temperatures), options.turns, anneal);
}

}  // namespace deepboltz
