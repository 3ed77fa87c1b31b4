// How much an epoch of CD-1 on integers costs, everything included (shuffling, binarisation, sampling, momentum, decay,
// update), in terms of the five float products that it replaces: an RBM 784–500 on digits drawn by the program, after
// an epoch of training. The bound is the faster of oneDNN and OpenBLAS for each product, measured before and after each
// turn; the ratio is the median over turns. Then the parts of a step, on the states of the trained machine.
//
//   integer_bench [THREADS]        default 1; ratios at one thread are the ones to compare
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "bench/alternate.h"
#include "bench/five_products.h"
#include "bench/seconds_of.h"

#include "deepboltz/data/strokes.h"
#include "deepboltz/kernel/integer_products.h"
#include "deepboltz/kernel/integer_update.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/model/build.h"

namespace deepboltz::bench {
namespace {

constexpr std::int64_t kVisible = 784, kHidden = 500;
constexpr int kTurns = 7;

Source stroke_source(const Dataset& data) {
  return {.cases = std::uint32_t(data.cases()),
          .visible = {},
          .labels = {},
          .bits = [&data](Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out) {
            binarise(ctx, Binarise::sample, data.x, rows, key, out);
          }};
}

double share_on(const CaseBits& bits) {
  double on = 0;
  for (std::int32_t unit : bits.counts().on) on += unit;
  return on / double(bits.cases() * bits.units());
}

// The kernels of a step one by one, in microseconds.
void profile(Context& ctx, EnergyModel& model, const Source& source, std::int64_t batch) {
  Connection& link = model.connections()[0];
  const Tensor &lower_bias = model.layers()[0].bias, &upper_bias = model.layers()[1].bias;
  IntegerWeights weights(kVisible, kHidden);
  quantise(ctx, link.weight, weights);
  std::vector<std::uint32_t> rows;
  for (std::int64_t r = 0; r < batch; ++r) rows.push_back(std::uint32_t(37 * r));
  Bits v0(batch, kVisible), h0(batch, kHidden), v1(batch, kVisible), h1(batch, kHidden);
  CaseBits turned_v0(batch, kVisible), turned_h0(batch, kHidden), turned_v1(batch, kVisible), turned_h1(batch, kHidden);
  Tensor velocity(DType::f32, kVisible, kHidden);
  const auto draw = [&](Direction direction, const Bits& from, Bits& out) {
    const Tensor& bias = direction == Direction::up ? upper_bias : lower_bias;
    integer_sample(ctx, std::array{IntegerInput{weights, direction, from}}, bias, Key{9}, 0, out);
  };
  const std::vector<std::function<void()>> parts{
      [&] { source.bits(ctx, rows, Key{8}, v0); },
      [&] { draw(Direction::up, v0, h0); },
      [&] { draw(Direction::down, h0, v1); },
      [&] { draw(Direction::up, v1, h1); },
      [&] {
        turn(ctx, v0, turned_v0);
        turn(ctx, h0, turned_h0);
        turn(ctx, v1, turned_v1);
        turn(ctx, h1, turned_h1);
      },
      [&] {
        integer_update(ctx, {.rate = 1e-9, .momentum = 0.9, .decay = {.l2 = 2e-4}}, {turned_v0, turned_h0},
                       {turned_v1, turned_h1}, {}, {}, velocity, link.weight, weights);
      }};
  const auto seconds = alternate(parts);
  std::printf("  µs a step: binarise %.0f, v·W %.0f, h·Wᵀ %.0f, v·W %.0f, turn %.0f, gradient and update %.0f",
              seconds[0] * 1e6, seconds[1] * 1e6, seconds[2] * 1e6, seconds[3] * 1e6, seconds[4] * 1e6,
              seconds[5] * 1e6);
  std::printf("   on: v %.2f, h %.2f, v' %.2f\n", share_on(turned_v0), share_on(turned_h0), share_on(turned_v1));
}

void cd_epoch(int threads, std::int64_t batch, const Dataset& data) {
  Context ctx(threads);
  EnergyModel model = rbm(kVisible, kHidden);
  initialise_weights(model, 0.01, Key{2});
  Learner cd1;
  cd1.math = Math::int16;
  cd1.negative.statistics = Negative::Statistics::sample;
  cd1.rate.start = 0.1;
  cd1.momentum.start = 0.5;
  cd1.decay.l2 = 1e-4;
  LearningState learning = start_learning(ctx, model, cd1, batch);
  State state = make_batch(ctx, model, batch);
  const Source source = stroke_source(data);
  const auto epoch = [&] { fit_epoch(ctx, cd1, source, {.batch = batch, .key = Key{3}}, {}, model, state, learning); };
  epoch();
  const double steps = double(data.cases()) / double(batch);
  const StepShape shape{batch, kVisible, kHidden};
  std::vector<double> ratios, epochs;
  double bound = steps * five_products_seconds(shape, threads);
  for (int turn = 0; turn < kTurns; ++turn) {
    epochs.push_back(seconds_of(epoch));
    const double after = steps * five_products_seconds(shape, threads);
    ratios.push_back(epochs.back() / (0.5 * (bound + after)));
    bound = after;
  }
  std::ranges::sort(ratios);
  std::ranges::sort(epochs);
  std::printf("CD-1 epoch %d-%d, batch %d, int16: %.3f s, products %.3f s, ratio 1/%.2f (1/%.2f to 1/%.2f)\n",
              int(kVisible), int(kHidden), int(batch), epochs[kTurns / 2], bound, 1 / ratios[kTurns / 2],
              1 / ratios.back(), 1 / ratios.front());
  profile(ctx, model, source, batch);
}

}  // namespace
}  // namespace deepboltz::bench

int main(int argc, char** argv) {
  using namespace deepboltz::bench;
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  deepboltz::Context ctx(2);
  const auto data = deepboltz::stroke_digits(ctx, 60'000, deepboltz::Key{1});
  std::printf("%d thread%s\n", threads, threads == 1 ? "" : "s");
  for (std::int64_t batch : {100, 1'000}) cd_epoch(threads, batch, data);
}
