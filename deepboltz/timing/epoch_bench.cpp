#include "deepboltz/timing/epoch_bench.h"

#include <algorithm>

#include "deepboltz/learn/fit.h"
#include "deepboltz/model/build.h"
#include "deepboltz/timing/bench_cases.h"

namespace deepboltz {
namespace {

constexpr int kMeanFieldSweeps = 10, kGibbsSweeps = 5;  // of a deep machine

std::vector<ConnectionProducts> step_products(const EpochBenchOptions& options) {
  std::vector<ConnectionProducts> connections;
  std::int64_t below = options.visible;
  for (std::size_t l = 0; l < options.hidden.size(); ++l) {
    ConnectionProducts::Count count{.up = 2, .down = 1, .gradient = 2};
    if (options.hidden.size() > 1) {  // the bottom-up pass, and what the pixels send once or the means with every sweep
      const int means = l == 0 ? 0 : kMeanFieldSweeps;
      count = {.up = (l == 0 ? 2 : 1) + means + kGibbsSweeps, .down = means + kGibbsSweeps, .gradient = 2};
    }
    connections.emplace_back(options.batch, below, options.hidden[l], count);
    below = options.hidden[l];
  }
  return connections;
}

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

TimedBesideProducts bench_epoch(Context& ctx, const EpochBenchOptions& options) {
  require(options.visible >= 1 && std::ranges::min(options.hidden) >= 1 && options.batch >= 1 &&
              options.cases >= options.batch,
          "bench: expected at least one unit in every layer and one batch of cases");
  require(options.density >= 0 && options.density <= 1, "bench: expected a density from 0 to 1, got {}",
          options.density);
  require(!options.grey || options.density == 0, "bench: expected grey pixels or a density of bits, got both");
  const Tensor grey = options.density > 0 ? random_cases(options.cases, options.visible, options.density)
                                          : digit_cases(ctx, options.cases, options.visible);
  EnergyModel model = dbm(options.visible, options.hidden);
  initialise_weights(model, 0.01, Key{2});
  const Learner learner = learner_of(options);
  LearningState learning = start_learning(ctx, model, learner, options.batch);
  State data = make_batch(ctx, model, options.batch);
  const Source source = options.grey ? grey_as_they_are(grey) : drawn_from(grey);
  const auto epoch = [&] {
    fit_epoch(ctx, learner, source, {.batch = options.batch, .key = Key{3}}, {}, model, data, learning);
  };
  epoch();  // from random weights, and into the caches
  return time_beside(ctx, step_products(options), double(options.cases) / double(options.batch), options.turns, epoch);
}

}  // namespace deepboltz
