// How much an epoch of fine-tuning costs beyond the matrix products that it cannot do without: of the autoencoder
// 784–1000–500–250–30 by Adam, and of the classifier 784–500–500–2000–10 by momentum with dropout. The bound is the
// products alone by the faster of oneDNN and OpenBLAS with threads of their own, measured before and after each turn;
// the ratio is the median over turns.
//
//   finetune_bench [THREADS]        default 1; ratios at one thread are the ones to compare
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bench/connection_products.h"
#include "bench/grey_cases.h"
#include "bench/seconds_of.h"

#include "deepboltz/learn/backprop.h"
#include "deepboltz/stack/network.h"

namespace deepboltz::bench {
namespace {

constexpr int kTurns = 5;
constexpr std::int64_t kCases = 10'000;

// The products of one update: every layer up, the gradient of its weights, and the deltas of all but the first down.
double update_products(const std::vector<std::int64_t>& sizes, std::int64_t batch, int threads) {
  const ConnectionProducts of{batch, threads};
  double seconds = 0;
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l)
    seconds += of.up(sizes[l], sizes[l + 1]) + of.gradient(sizes[l], sizes[l + 1]) +
               (l > 0 ? of.down(sizes[l], sizes[l + 1]) : 0);
  return seconds;
}

Network network_of(const std::vector<std::int64_t>& sizes, std::size_t linear, const Unit& output) {
  Network net;
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
    const Unit unit = l + 2 == sizes.size() ? output : l + 1 == linear ? Unit(Gaussian{}) : Unit(Bernoulli{});
    net.layers.push_back(random_layer(fmt::format("layer{}", l), unit, sizes[l], sizes[l + 1], 0.05, Key{l}));
  }
  return net;
}

void finetuning(const char* what, const std::vector<std::int64_t>& sizes, Network network, const Examples& cases,
                BackpropOptions options, int threads) {
  for (std::int64_t batch : {100, 1'000}) {
    Context ctx(threads);
    options.batch = batch;
    options.key = Key{3};
    BackpropState state = start_backprop(options, network);
    std::vector<double> ratios;
    const double updates = double(kCases) / double(batch);
    double seconds = 0, bound = updates * update_products(sizes, batch, threads);
    fit_epoch(ctx, options, cases, network, state);
    for (int turn = 0; turn < kTurns; ++turn) {
      seconds = seconds_of([&] { fit_epoch(ctx, options, cases, network, state); });
      const double after = updates * update_products(sizes, batch, threads);
      ratios.push_back(seconds / (0.5 * (bound + after)));
      bound = after;
    }
    std::ranges::sort(ratios);
    std::printf("%-12s batch %4lld  %9.4f s   products %9.4f s   ratio %.2f (%.2f to %.2f)\n", what,
                static_cast<long long>(batch), seconds, bound, ratios[ratios.size() / 2], ratios.front(),
                ratios.back());
  }
}

}  // namespace
}  // namespace deepboltz::bench

int main(int argc, char** argv) {
  using namespace deepboltz;
  using namespace deepboltz::bench;
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  std::printf("%d thread%s\n", threads, threads == 1 ? "" : "s");
  const Tensor grey = grey_cases(kCases);
  Examples pixels, classes;
  pixels.inputs.emplace_back(grey);
  pixels.targets = grey;
  std::vector<std::uint32_t> labels;
  for (std::int64_t r = 0; r < kCases; ++r) labels.push_back(std::uint32_t(r % 10));
  classes.inputs.emplace_back(grey);
  classes.labels = labels;
  const std::vector<std::int64_t> there{784, 1000, 500, 250, 30, 250, 500, 1000, 784}, up{784, 500, 500, 2000, 10};
  finetuning("autoencoder", there, network_of(there, 4, Bernoulli{}), pixels,
             {.optimizer = Optimizer::adam, .rate = {.start = 0.001}}, threads);
  BackpropOptions dropout{.rate = {.start = 0.1}};
  dropout.presentation.keep_input = 0.8;
  dropout.presentation.keep_hidden = 0.5;
  finetuning("classifier", up, network_of(up, 0, Softmax{10}), classes, dropout, threads);
}
