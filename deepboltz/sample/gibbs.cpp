#include "deepboltz/sample/gibbs.h"

namespace deepboltz {

void advance(Context& ctx, const Target& target, const Gibbs& gibbs, Key key, State& chains) {
  require(gibbs.sweeps >= 0, "gibbs: expected a number of sweeps, got {}", gibbs.sweeps);
  for (int sweep = 0; sweep < gibbs.sweeps; ++sweep)
    tempered_sweep(ctx, target, {.sent = gibbs.sent}, 0, Order::forward, key.fold(std::uint64_t(sweep)), chains);
}

void tempered_sweep(Context& ctx, const Target& target, const Tempering& tempering, int first, Order order, Key key,
                    State& chains) {
  target.sample_block(ctx, first, tempering, key.fold(std::uint64_t(first)), chains);
  finish_sweep(ctx, target, tempering, first, order, key, chains);
}

void finish_sweep(Context& ctx, const Target& target, const Tempering& tempering, int first, Order order, Key key,
                  State& chains) {
  for (int step = 1; step < target.blocks(); ++step) {
    const int block = (first + (order == Order::forward ? step : target.blocks() - step)) % target.blocks();
    target.sample_block(ctx, block, tempering, key.fold(std::uint64_t(block)), chains);
  }
}

void draw_base(Context& ctx, const Target& target, const std::vector<Tensor>* base, Key key, State& chains) {
  const std::vector<double> beta(std::size_t(chains.cases), 0.0);
  tempered_sweep(ctx, target, {beta, base}, 0, Order::forward, key, chains);
}

}  // namespace deepboltz
