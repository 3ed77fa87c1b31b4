// What a round of parallel tempering costs beside the same sweeps without swaps: R replicas of N cases as one batch,
// against a Gibbs sweep of R·N rows (equal batch), and against R sweeps of N rows each. In turns, in the same run.
//
//   tempering_bench [THREADS]        default 1
#include <cstdio>
#include <cstdlib>

#include "bench/alternate.h"

#include "deepboltz/model/build.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/sample/parallel_tempering.h"

namespace deepboltz::bench {
namespace {

void compare(int threads, int levels, std::int64_t cases) {
  Context ctx(threads);
  EnergyModel model = rbm(784, 500);
  initialise_weights(model, 0.05, Key{1});
  const ParallelTempering how{.ladder = even_levels(levels, 0), .summed = 1};
  Replicas replicas = start_replicas(ctx, model, how, cases, Key{2});
  State one_batch = replicas.rows.clone();
  std::vector<State> apart;
  for (int level = 0; level < levels; ++level) apart.push_back(model.make_state(ctx, cases));
  SwapRecord record;
  std::uint64_t call = 0;
  const auto seconds = alternate({[&] { advance(ctx, model, how, Key{3}.fold(call++), replicas, record); },
                                  [&] { advance(ctx, model, Gibbs{1}, Key{4}.fold(call++), one_batch); },
                                  [&] {
                                    for (State& state : apart)
                                      advance(ctx, model, Gibbs{1}, Key{5}.fold(call++), state);
                                  }});
  std::printf("%2d replicas of %4d cases: round %8.4f s, %.2f of a sweep of as many rows, %.2f of %d sweeps apart\n",
              levels, int(cases), seconds[0], seconds[0] / seconds[1], seconds[0] / seconds[2], levels);
}

}  // namespace
}  // namespace deepboltz::bench

int main(int count, char** arguments) {
  const int threads = count > 1 ? std::atoi(arguments[1]) : 1;
  std::printf("RBM 784-500, float32, %d thread%s\n", threads, threads == 1 ? "" : "s");
  deepboltz::bench::compare(threads, 10, 20);
  deepboltz::bench::compare(threads, 10, 100);
  deepboltz::bench::compare(threads, 20, 50);
}
