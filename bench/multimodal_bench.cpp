// How much a joint update of a multimodal machine costs beyond the matrix products that it cannot do without: pictures
// of 1,000 real values and documents of 1,000 words, 512–512 hidden units each, 512 joint ones, 5 sweeps of mean field,
// 5 of Gibbs, batches and chains of 100. Whole cases; cases of which half lack their words; and questions, words from a
// picture by 10 sweeps of mean field. The bound is the products alone by the faster of oneDNN and OpenBLAS, measured
// before and after each turn; the ratio is the median over turns. A part that is missing costs products in every sweep,
// for the cases that lack it.
//
//   multimodal_bench [THREADS]        default 1; ratios at one thread are the ones to compare
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bench/connection_products.h"
#include "bench/seconds_of.h"

#include "deepboltz/infer/missing_part.h"
#include "deepboltz/learn/step.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::bench {
namespace {

constexpr int kTurns = 5, kUpdates = 20, kSweeps = 5, kQuestionSweeps = 10;
constexpr std::int64_t kBatch = 100, kVisible = 1'000, kHidden = 512;

EnergyModel machine() {
  const std::vector<Pathway> pathways{{"image", Gaussian{}, kVisible, {kHidden, kHidden}},
                                      {"text", Counts{}, kVisible, {kHidden, kHidden}}};
  EnergyModel model = multimodal_dbm(pathways, kHidden);
  initialise_weights(model, 0.01, Key{1});
  return model;
}

// Pictures of noise, documents of 50 words; the last `missing` cases have none.
State cases(Context& ctx, const EnergyModel& model, std::int64_t missing) {
  State state = model.make_state(ctx, kBatch);
  for (std::int64_t r = 0; r < kBatch; ++r) {
    for (std::int64_t i = 0; i < kVisible; ++i)
      state.layers[0].set(r, i, normal(Key{2}, std::uint32_t(r), std::uint32_t(i)));
    for (std::int64_t w = 0; r < kBatch - missing && w < 50; ++w) {
      const auto word = std::int64_t(below(Key{3}.fold(std::uint64_t(r)), std::uint64_t(w), std::uint64_t(kVisible)));
      state.layers[1].set(r, word, state.layers[1].at(r, word) + 1);
    }
  }
  state.clamp({0});
  state.clamp({1});
  take_documents(model, state);
  std::vector<std::uint8_t> has(std::size_t(kBatch), std::uint8_t(1));
  std::fill(has.end() - missing, has.end(), std::uint8_t(0));
  clamp_where_known(ctx, model, {1}, has, 50, state);
  return state;
}

// Sweeps of mean field over hidden layers, after a pass up: a visible layer sends once where it is known, in each sweep
// where it is not.
double inference_products(int sweeps, std::int64_t missing, int threads) {
  const ConnectionProducts all{kBatch, threads}, some{std::max<std::int64_t>(1, missing), threads};
  const double visible = all.up(kVisible, kHidden), hidden = all.up(kHidden, kHidden);
  double seconds = 2 * visible + 4 * hidden;                      // the pass up
  seconds += 2 * visible;                                         // what known parts send, once
  seconds += sweeps * 4 * (hidden + all.down(kHidden, kHidden));  // both pathways, up to the joint layer and down
  if (missing > 0) seconds += sweeps * (some.up(kVisible, kHidden) + some.down(kVisible, kHidden));
  return seconds;
}

double update_products(std::int64_t missing, int threads) {
  const ConnectionProducts all{kBatch, threads};
  const double chain = 2 * (all.up(kVisible, kHidden) + all.down(kVisible, kHidden)) +
                       4 * (all.up(kHidden, kHidden) + all.down(kHidden, kHidden));
  const double statistics = 2 * all.gradient(kVisible, kHidden) + 4 * all.gradient(kHidden, kHidden);
  return inference_products(kSweeps, missing, threads) + kSweeps * chain + 2 * statistics;
}

template <class Work, class Bound> void report(const char* what, int times, Work&& work, Bound&& products) {
  std::vector<double> ratios;
  double seconds = 0, bound = times * products();
  work();
  for (int turn = 0; turn < kTurns; ++turn) {
    seconds = seconds_of(work);
    const double after = times * products();
    ratios.push_back(seconds / (0.5 * (bound + after)));
    bound = after;
  }
  std::ranges::sort(ratios);
  std::printf("%-40s %8.2f ms   %.2f of its products (%.2f to %.2f)\n", what, 1e3 * seconds / times, ratios[kTurns / 2],
              ratios.front(), ratios.back());
}

void updates(const char* what, std::int64_t missing, int threads) {
  Context ctx(threads);
  EnergyModel model = machine();
  Learner learner;
  learner.negative = {.kind = Negative::Kind::persistent, .sweeps = kSweeps, .chains = kBatch};
  learner.mean_field = {.sweeps = kSweeps, .tolerance = 0};
  learner.deviation_rate = 0;
  learner.rate.start = 1e-6;
  LearningState learning = start_learning(ctx, model, learner, kBatch);
  const State data = cases(ctx, model, missing);
  std::uint64_t step = 0;
  report(
      what, kUpdates,
      [&] {
        for (int u = 0; u < kUpdates; ++u) {
          State batch = data.clone();
          learn_step(ctx, learner, 0, Key{7}.fold(step++), model, batch, learning);
        }
      },
      [&] { return update_products(missing, threads); });
}

void questions(int threads) {
  Context ctx(threads);
  const EnergyModel model = machine();
  const State data = cases(ctx, model, kBatch);
  report(
      "100 questions, words from a picture", kUpdates,
      [&] {
        for (int u = 0; u < kUpdates; ++u) {
          State batch = data.clone();
          bottom_up(ctx, model, batch);
          mean_field(ctx, model, {.sweeps = kQuestionSweeps, .tolerance = 0}, batch);
        }
      },
      [&] { return inference_products(kQuestionSweeps, kBatch, threads); });
}

}  // namespace
}  // namespace deepboltz::bench

int main(int argc, char** argv) {
  using namespace deepboltz::bench;
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  updates("update, whole cases", 0, threads);
  updates("update, half of the cases without words", kBatch / 2, threads);
  questions(threads);
}
