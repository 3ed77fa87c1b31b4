// How much a training step costs beyond the matrix products that it cannot do without, on MNIST's shape: a whole epoch
// of CD-1 for an RBM 784–500 (shuffling, binarisation, sampling, momentum, decay, update included) and an update of a
// DBM 784–500–1000 (10 sweeps of mean field, 5 of Gibbs), the same with a recognition model and one sweep of mean
// field, also on integers, and an up–down update of a belief net 784–500–500–2000 with labels (3 sweeps of its top).
// The bound is the products alone by the faster of oneDNN and OpenBLAS with threads of their own, measured before and
// after each turn; the ratio is the median over turns.
//
//   step_bench [THREADS]        default 1; ratios at one thread are the ones to compare
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bench/connection_products.h"
#include "bench/five_products.h"
#include "bench/grey_cases.h"
#include "bench/seconds_of.h"

#include "deepboltz/kernel/binarise.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/up_down.h"
#include "deepboltz/model/build.h"

namespace deepboltz::bench {
namespace {

constexpr int kTurns = 5;

Source grey_source(const Tensor& grey) {
  return {.cases = std::uint32_t(grey.rows()),
          .visible = {{.states = [&grey](Context& ctx, std::span<const std::uint32_t> rows, Key key,
                                         Matrix out) { binarise(ctx, Binarise::sample, grey, rows, key, out); }}},
          .labels = {}};
}

void report(const char* what, std::vector<double> ratios, double seconds, double bound) {
  std::ranges::sort(ratios);
  std::printf("%-34s %9.4f s   products %9.4f s   ratio %.2f (%.2f to %.2f)\n", what, seconds, bound,
              ratios[ratios.size() / 2], ratios.front(), ratios.back());
}

void cd_epoch(int threads, std::int64_t batch, const Tensor& grey) {
  Context ctx(threads);
  EnergyModel model = rbm(784, 500);
  initialise_weights(model, 0.05, Key{2});
  Learner cd1;
  cd1.momentum.start = 0.9;
  cd1.decay.l2 = 2e-4;
  LearningState learning = start_learning(ctx, model, cd1, batch);
  State data = make_batch(ctx, model, batch);
  const Source source = grey_source(grey);
  const double steps = double(grey.rows()) / double(batch);
  std::vector<double> ratios;
  double seconds = 0, bound = steps * five_products_seconds({batch, 784, 500}, threads);
  for (int turn = 0; turn < kTurns; ++turn) {
    seconds =
        seconds_of([&] { fit_epoch(ctx, cd1, source, {.batch = batch, .key = Key{3}}, {}, model, data, learning); });
    const double after = steps * five_products_seconds({batch, 784, 500}, threads);
    ratios.push_back(seconds / (0.5 * (bound + after)));
    bound = after;
  }
  char name[64];
  std::snprintf(name, sizeof name, "CD-1 epoch 784-500, batch %d", int(batch));
  report(name, ratios, seconds, bound);
}

// The products of one update: what v sends once, `sweeps` of mean field, 5 of Gibbs, two gradients a connection.
double dbm_products(std::int64_t batch, int sweeps, int threads) {
  const ConnectionProducts of{batch, threads};
  const double up1 = of.up(784, 500), down1 = of.down(784, 500), up2 = of.up(500, 1000), down2 = of.down(500, 1000);
  const double start = 2 * up1 + up2;  // bottom-up pass, and what v sends to mean field
  return start + sweeps * (up2 + down2) + 5 * (down1 + up1 + up2 + down2) +
         2 * (of.gradient(784, 500) + of.gradient(500, 1000));
}

void dbm_update(int threads, const Tensor& grey) {
  constexpr std::int64_t kBatch = 100, kUpdates = 20;
  Context ctx(threads);
  const std::int64_t hidden[] = {500, 1000};
  EnergyModel model = dbm(784, hidden);
  initialise_weights(model, 0.05, Key{2});
  Learner sap;
  sap.mean_field = {.sweeps = 10, .tolerance = 0, .damping = 0};
  sap.negative = {.kind = Negative::Kind::persistent, .sweeps = 5, .chains = kBatch};
  sap.rate.start = 0.001;
  LearningState learning = start_learning(ctx, model, sap, kBatch);
  State data = make_batch(ctx, model, kBatch);
  const Source source = grey_source(grey);
  std::vector<std::uint32_t> rows(kBatch);
  std::vector<double> ratios;
  double seconds = 0, bound = dbm_products(kBatch, 10, threads);
  for (int turn = 0; turn < kTurns; ++turn) {
    seconds = seconds_of([&] {
                for (std::int64_t step = 0; step < kUpdates; ++step) {
                  for (std::size_t r = 0; r < rows.size(); ++r)
                    rows[r] = std::uint32_t(step * kBatch + std::int64_t(r));
                  const Key key = Key{4}.fold(std::uint64_t(step));
                  fill_batch(ctx, model, source, rows, key.fold(0), data);
                  learn_step(ctx, sap, 0, key.fold(1), model, data, learning);
                }
              }) /
              kUpdates;
    const double after = dbm_products(kBatch, 10, threads);
    ratios.push_back(seconds / (0.5 * (bound + after)));
    bound = after;
  }
  report("DBM update 784-500-1000, batch 100", ratios, seconds, bound);
}

// With a recognition model: its pass up takes the place of the machine's; beside that the way back through its upper
// weights, and two gradients.
double recognition_products(std::int64_t batch, int threads) {
  const ConnectionProducts of{batch, threads};
  return dbm_products(batch, 1, threads) + of.down(500, 1000) + of.gradient(784, 500) + of.gradient(500, 1000);
}

// Updates of a DBM with one sweep of mean field after a guess and with ten after a pass up, in turns; in floats the
// products of the first stand beside them.
void recognition_update(int threads, const Tensor& grey, Math math) {
  constexpr std::int64_t kBatch = 100, kUpdates = 20;
  struct Way {
    Context ctx;
    EnergyModel model = dbm(784, {500, 1000});
    Learner learner;
    LearningState learning;
    State data;

    Way(int threads, Math math, int sweeps_after_guess) : ctx(threads) {
      initialise_weights(model, 0.05, Key{2});
      learner.math = math;
      learner.mean_field = {.sweeps = 10, .tolerance = 0, .damping = 0};
      learner.recognition.sweeps = sweeps_after_guess;
      learner.negative = {.kind = Negative::Kind::persistent, .sweeps = 5, .chains = kBatch};
      learner.rate.start = 0.001;
      learning = start_learning(ctx, model, learner, kBatch);
      data = make_batch(ctx, model, kBatch);
    }
  };
  Source source = grey_source(grey);
  source.cases = std::uint32_t(kBatch * kUpdates);
  Way plain(threads, math, 0), guessed(threads, math, 1);
  const auto seconds_a_turn = [&](Way& of) {
    return seconds_of([&] {
             fit_epoch(of.ctx, of.learner, source, {.batch = kBatch, .key = Key{4}}, {}, of.model, of.data,
                       of.learning);
           }) /
           kUpdates;
  };
  std::vector<double> to_plain, to_products;
  double seconds = 0, ten_sweeps = 0, bound = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    ten_sweeps = seconds_a_turn(plain);
    seconds = seconds_a_turn(guessed);
    to_plain.push_back(seconds / ten_sweeps);
    if (math != Math::f32) continue;
    bound = recognition_products(kBatch, threads);
    to_products.push_back(seconds / bound);
  }
  std::ranges::sort(to_plain);
  std::printf("%-34s %9.4f s   ten sweeps %7.4f s   ratio %.2f (%.2f to %.2f)\n",
              math == Math::f32 ? "recognition and one sweep" : "recognition and one sweep, int16", seconds, ten_sweeps,
              to_plain[to_plain.size() / 2], to_plain.front(), to_plain.back());
  if (math == Math::f32) report("recognition and one sweep", to_products, seconds, bound);
}

// The products of one up–down update: both passes, both predictions of every directed layer and both their gradients;
// the top's first draw, T sweeps, two gradients. The generative weights are stored from above to below. The label's
// products are a two-hundredth of the top's.
double up_down_products(std::int64_t batch, int sweeps, int threads) {
  const ConnectionProducts of{batch, threads};
  const auto directed = [&](std::int64_t lower, std::int64_t upper) {
    return 2 * (of.up(lower, upper) + of.up(upper, lower)) + of.gradient(lower, upper) + of.gradient(upper, lower);
  };
  const double up = of.up(500, 2000);
  return directed(784, 500) + directed(500, 500) + up + sweeps * (of.down(500, 2000) + up) + 2 * of.gradient(500, 2000);
}

Affine random_map(std::int64_t inputs, std::int64_t units, Key key) {
  return {Bernoulli{}, std::move(random_layer("", Bernoulli{}, inputs, units, 0.05, key).weight),
          Tensor(DType::f32, 1, units)};
}

void up_down_update(int threads, const Tensor& grey, int sweeps, Math math) {
  constexpr std::int64_t kBatch = 100, kUpdates = 20;
  Context ctx(threads);
  BeliefNet net{{}, rbm(500, 2000, {.classes = 10})};
  initialise_weights(net.top, 0.05, Key{5});
  net.layers.push_back({"hidden1", random_map(500, 784, Key{6}), random_map(784, 500, Key{7})});
  net.layers.push_back({"hidden2", random_map(500, 500, Key{8}), random_map(500, 500, Key{9})});
  UpDownState state = start_up_down(net);
  Source source = grey_source(grey);
  source.cases = std::uint32_t(kBatch * kUpdates);
  source.labels = [](std::span<const std::uint32_t> rows, Matrix out) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::int64_t y = 0; y < out.cols; ++y)
        out.as<float>()(std::int64_t(r), y) = y == std::int64_t(rows[r]) % out.cols;
  };
  const UpDownOptions options{.math = math,
                              .batch = kBatch,
                              .rate = {.start = 0.01},
                              .momentum = {.start = 0.5},
                              .l2 = 2e-4,
                              .sweeps = {.start = double(sweeps)},
                              .key = {10}};
  std::vector<double> ratios;
  double seconds = 0, bound = up_down_products(kBatch, sweeps, threads);
  for (int turn = 0; turn < kTurns; ++turn) {
    seconds = seconds_of([&] { fit_epoch(ctx, options, source, net, state); }) / kUpdates;
    const double after = up_down_products(kBatch, sweeps, threads);
    ratios.push_back(seconds / (0.5 * (bound + after)));
    bound = after;
  }
  report(fmt::format("up-down update, {} sweeps{}", sweeps, is_integer(math) ? ", integers" : "").c_str(), ratios,
         seconds, bound);
}

}  // namespace
}  // namespace deepboltz::bench

int main(int argc, char** argv) {
  using namespace deepboltz::bench;
  using deepboltz::Math;
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const auto grey = grey_cases(60'000);
  std::printf("%d thread%s\n", threads, threads == 1 ? "" : "s");
  for (std::int64_t batch : {100, 1'000}) cd_epoch(threads, batch, grey);
  dbm_update(threads, grey);
  for (const Math math : {Math::f32, Math::int16}) recognition_update(threads, grey, math);
  for (int sweeps : {3, 10})
    for (Math math : {Math::f32, Math::int16}) up_down_update(threads, grey, sweeps, math);
}
