#include "deepboltz/sample/parallel_tempering.h"

#include <cmath>

#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/barrier.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kSwap = 0x73776170 };  // beside the numbers of blocks

std::vector<double> betas(const std::vector<double>& ladder, const std::vector<int>& level) {
  std::vector<double> beta;
  for (int l : level) beta.push_back(ladder[std::size_t(l)]);
  return beta;
}

// The rows of a case by their levels.
std::vector<std::int64_t> rows_of_levels(const Replicas& replicas, std::int64_t of_case, int levels) {
  std::vector<std::int64_t> row(static_cast<std::size_t>(levels));
  for (std::int64_t r = of_case * levels; r < (of_case + 1) * levels; ++r)
    row[std::size_t(replicas.level[std::size_t(r)])] = r;
  return row;
}

void swap_and_sweep(Context& ctx, const Target& target, const ParallelTempering& how, Key key, Replicas& replicas,
                    SwapRecord& record, const OnSwap& on_swap) {
  const int levels = int(how.ladder.size()), parity = int(replicas.round % 2);
  const std::int64_t cases = replicas.rows.cases / levels;
  const std::vector<double> own = betas(how.ladder, replicas.level);
  std::vector<double> beta = own, change(own.size());
  for (std::size_t r = 0; r < own.size(); ++r) {  // each row is weighed at the level of its partner, if it has one
    const int level = replicas.level[r], partner = level % 2 == parity ? level + 1 : level - 1;
    if (partner >= 0 && partner < levels) beta[r] = how.ladder[std::size_t(partner)];
  }
  const auto move_levels = [&] {
    for (std::int64_t c = 0; c < cases; ++c) {
      const auto row = rows_of_levels(replicas, c, levels);
      for (int lower = parity; lower + 1 < levels; lower += 2) {
        const std::size_t below = std::size_t(row[std::size_t(lower)]),
                          above = std::size_t(row[std::size_t(lower) + 1]);
        const double log_a = change[below] + change[above];
        record.rejection[std::size_t(lower)] += log_a < 0 ? -std::expm1(log_a) : 0;
        ++record.attempts[std::size_t(lower)];
        if (on_swap) on_swap(c, lower, change[below], -change[above]);
        const double u = double(uniform(key.fold(kSwap), std::uint32_t(c), std::uint32_t(lower)));
        if (std::log(u) < log_a) std::swap(replicas.level[below], replicas.level[above]);
      }
    }
    for (std::size_t r = 0; r < own.size(); ++r) {
      beta[r] = how.ladder[std::size_t(replicas.level[r])];
      note_trip(replicas.level[r], levels - 1, replicas.trip[r], record);
    }
  };
  const Tempering to{beta, how.base, &replicas.sent};
  target.log_weight_change(ctx, replicas.rows, {own, how.base}, to, how.summed, move_levels,
                           key.fold(std::uint64_t(how.summed)), change);
  finish_sweep(ctx, target, to, how.summed, Order::forward, key, replicas.rows);
  ++replicas.round;
}

}  // namespace

Replicas start_replicas(Context& ctx, const Target& target, const ParallelTempering& how, std::int64_t cases, Key key) {
  require_levels(how.ladder);
  const int levels = int(how.ladder.size());
  Replicas replicas;
  replicas.rows = target.make_state(ctx, cases * levels);
  for (std::int64_t r = 0; r < cases * levels; ++r) replicas.level.push_back(int(r % levels));
  replicas.trip.assign(replicas.level.size(), 0);
  draw_base(ctx, target, how.base, key, replicas.rows);
  return replicas;
}

void advance(Context& ctx, const Target& target, const ParallelTempering& how, Key key, Replicas& replicas,
             SwapRecord& record, const OnSwap& on_swap) {
  require_levels(how.ladder);
  const std::int64_t levels = std::int64_t(how.ladder.size());
  require(how.rounds >= 0, "parallel tempering: expected a number of rounds, got {}", how.rounds);
  require(levels >= 2, "parallel tempering: expected at least two levels, got {}", levels);
  require(how.summed >= 0 && how.summed < target.blocks(), "parallel tempering: there is no block {}", how.summed);
  require(replicas.rows.cases % levels == 0 && std::int64_t(replicas.level.size()) == replicas.rows.cases,
          "parallel tempering: {} rows are not replicas at {} levels", replicas.rows.cases, levels);
  record.begin(std::size_t(levels - 1));
  for (int round = 0; round < how.rounds; ++round)
    swap_and_sweep(ctx, target, how, key.fold(std::uint64_t(round)), replicas, record, on_swap);
}

void take_coldest(const Replicas& replicas, int levels, State& chains) {
  for (std::int64_t r = 0; r < replicas.rows.cases; ++r)
    if (replicas.level[std::size_t(r)] == levels - 1) copy_row(replicas.rows, r, chains, r / levels);
}

void give_coldest(const State& chains, int levels, Replicas& replicas) {
  for (std::int64_t r = 0; r < replicas.rows.cases; ++r)
    if (replicas.level[std::size_t(r)] == levels - 1) copy_row(chains, r / levels, replicas.rows, r);
}

std::vector<double> adapt_ladder(Context& ctx, const Target& target, ParallelTempering how, int rounds, Key key,
                                 Replicas& replicas) {
  int done = 0;
  for (int stage = 1; done < rounds; stage *= 2) {
    how.rounds = done + 3 * stage > rounds ? rounds - done : stage;
    SwapRecord record;
    advance(ctx, target, how, key.fold(std::uint64_t(stage)), replicas, record);
    done += how.rounds;
    // One round tries every other pair: what was not tried would count as never accepted.
    if (how.rounds >= 2) how.ladder = respace_ladder(how.ladder, record.mean_rejection(), int(how.ladder.size()));
  }
  return how.ladder;
}

}  // namespace deepboltz
