#include "deepboltz/timing/gibbs_bench.h"

#include <algorithm>
#include <array>

#include "deepboltz/kernel/integer_products.h"
#include "deepboltz/model/build.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/timing/stopwatch.h"

namespace deepboltz {
namespace {

void float_sweeps(Context& ctx, const EnergyModel& model, std::int64_t sweeps, Key key, State& chains) {
  for (std::int64_t s = 0; s < sweeps; ++s) advance(ctx, model, Gibbs{1}, key.fold(std::uint64_t(s)), chains);
}

struct IntegerChains {
  IntegerWeights weights;
  Bits lower, upper;

  void sweeps(Context& ctx, const EnergyModel& model, std::int64_t count, Key key) {
    for (std::int64_t s = 0; s < count; ++s) {
      const Key now = key.fold(std::uint64_t(s));
      const std::array down{IntegerInput{weights, Direction::down, upper}},
          up{IntegerInput{weights, Direction::up, lower}};
      integer_sample(ctx, down, model.layers()[0].bias, now.fold(0), 0, lower);
      integer_sample(ctx, up, model.layers()[1].bias, now.fold(1), 0, upper);
    }
  }
};

}  // namespace

double bench_gibbs(Context& ctx, const GibbsBenchOptions& options) {
  require(options.visible >= 1 && options.hidden >= 1 && options.chains >= 1 && options.sweeps >= 1,
          "bench: expected at least one unit in either layer, one chain and one sweep");
  require(options.turns >= 1, "bench: expected at least one turn, got {}", options.turns);
  EnergyModel model = rbm(options.visible, options.hidden);
  initialise_weights(model, 0.1, Key{1});
  State chains = model.make_state(ctx, options.chains);
  draw_base(ctx, model, nullptr, Key{2}, chains);
  IntegerChains integers{IntegerWeights(options.visible, options.hidden, bits_of(options.math)),
                         Bits(options.chains, options.visible), Bits(options.chains, options.hidden)};
  quantise(ctx, model.connections()[0].weight, integers.weights);
  const auto turn = [&](std::int64_t sweeps, Key key) {
    if (is_integer(options.math))
      integers.sweeps(ctx, model, sweeps, key);
    else
      float_sweeps(ctx, model, sweeps, key, chains);
  };
  turn(std::min<std::int64_t>(options.sweeps, 100), Key{3});  // into the caches
  std::vector<double> seconds;
  for (int t = 0; t < options.turns; ++t)
    seconds.push_back(seconds_of([&] { turn(options.sweeps, Key{4}.fold(std::uint64_t(t))); }) /
                      double(options.sweeps));
  return median(seconds);
}

}  // namespace deepboltz
