#include "deepboltz/sample/trajectory_tempering.h"

#include <cmath>

#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kSwap, kSweep };

void swap_pair(Context& ctx, const TrajectoryTempering& how, int lower, Key key, std::span<State* const> chains,
               SwapRecord& record, const OnSwap& on_swap) {
  const Target &p = *how.machines[std::size_t(lower)], &q = *how.machines[std::size_t(lower) + 1];
  State &below = *chains[std::size_t(lower)], &above = *chains[std::size_t(lower) + 1];
  const std::size_t cases = std::size_t(below.cases);
  std::vector<double> own(cases), change_below(cases), change_above(cases);
  const auto weigh = [&](const State& x, std::vector<double>& change) {
    q.log_weight(ctx, x, {}, how.summed, change);
    p.log_weight(ctx, x, {}, how.summed, own);
    for (std::size_t r = 0; r < cases; ++r) change[r] -= own[r];
  };
  weigh(below, change_below);
  weigh(above, change_above);
  for (std::size_t r = 0; r < cases; ++r) {
    const double log_a = change_below[r] - change_above[r];
    record.rejection[std::size_t(lower)] += log_a < 0 ? -std::expm1(log_a) : 0;
    ++record.attempts[std::size_t(lower)];
    if (on_swap) on_swap(std::int64_t(r), lower, change_below[r], change_above[r]);
    if (std::log(double(uniform(key, std::uint32_t(r), std::uint32_t(lower)))) < log_a)
      swap_rows(below, std::int64_t(r), above, std::int64_t(r));
  }
}

}  // namespace

void advance(Context& ctx, const TrajectoryTempering& how, Key key, std::span<State* const> chains, std::int64_t& round,
             SwapRecord& record, const OnSwap& on_swap) {
  const int levels = int(how.machines.size());
  require(levels >= 1 && chains.size() == how.machines.size(),
          "trajectory tempering: expected chains of {} machines, got {}", levels, chains.size());
  for (const State* x : chains)
    require(x->cases == chains[0]->cases, "trajectory tempering: expected {} cases of every machine, got {}",
            chains[0]->cases, x->cases);
  record.begin(std::size_t(levels - 1));
  for (int lower = int(round % 2); lower + 1 < levels; lower += 2)
    swap_pair(ctx, how, lower, key.fold(kSwap), chains, record, on_swap);
  for (int m = 0; m < levels; ++m) {
    SentMemory sent;
    for (int sweep = 0; sweep < how.sweeps; ++sweep)
      tempered_sweep(ctx, *how.machines[std::size_t(m)], {.sent = &sent}, how.summed, Order::forward,
                     key.fold(kSweep).fold(std::uint64_t(m)).fold(std::uint64_t(sweep)), *chains[std::size_t(m)]);
  }
  ++round;
}

}  // namespace deepboltz
