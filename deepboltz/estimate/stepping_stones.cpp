#include "deepboltz/estimate/stepping_stones.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/bridge.h"
#include "deepboltz/sample/barrier.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz {
namespace {

// Value with the error that the ladders' influences give: each of them adds its share of the sum's derivative.
Estimate from_influences(double value, const std::vector<double>& influence, std::int64_t draws) {
  double squares = 0;
  for (double i : influence) squares += i * i;
  const double ladders = double(influence.size()), error = std::sqrt(squares * ladders / (ladders - 1));
  return {value, error, value - 3 * error, value + 3 * error, 0, draws, {}};
}

}  // namespace

SteppingStones::SteppingStones(int levels, std::int64_t ladders)
    : pairs_(static_cast<std::size_t>(levels - 1)), ladders_(ladders) {
  require(levels >= 2 && ladders >= 2, "stepping stones: expected two levels and two ladders, got {} and {}", levels,
          ladders);
  for (Pair& pair : pairs_) {
    pair.below.resize(std::size_t(ladders));
    pair.above.resize(std::size_t(ladders));
  }
}

void SteppingStones::add(std::int64_t ladder, int lower, double change_below, double change_above) {
  pairs_[std::size_t(lower)].below[std::size_t(ladder)].push_back(change_below);
  pairs_[std::size_t(lower)].above[std::size_t(ladder)].push_back(change_above);
}

Estimate SteppingStones::stones(bool upwards) const {
  double value = 0;
  std::int64_t draws = 0;
  std::vector<double> influence(std::size_t(ladders_), 0.0);
  const double sign = upwards ? 1 : -1;
  for (const Pair& pair : pairs_) {
    const auto& side = upwards ? pair.below : pair.above;
    std::vector<double> sums;
    double count = 0;
    for (const auto& changes : side) {
      StreamingLogSumExp sum;
      for (double change : changes) sum.add(sign * change);
      sums.push_back(sum.value());
      count += double(changes.size());
    }
    require(count > 0, "stepping stones: a pair of levels was never tried");
    const double all = log_sum_exp(std::span<const double>(sums));
    value += sign * (all - std::log(count));
    draws += std::int64_t(count);
    for (std::size_t c = 0; c < sums.size(); ++c)
      influence[c] += sign * (std::exp(sums[c] - all) - double(side[c].size()) / count);
  }
  return from_influences(value, influence, draws);
}

Estimate SteppingStones::forward() const { return stones(true); }
Estimate SteppingStones::backward() const { return stones(false); }

Estimate SteppingStones::bridge() const { return bridge(Rounds::all); }

Estimate SteppingStones::bridge(Rounds rounds) const {
  const auto of_rounds = [rounds](const std::vector<double>& changes) {
    const std::span<const double> all = changes;
    const std::size_t half = changes.size() / 2;
    return rounds == Rounds::all ? all : rounds == Rounds::first_half ? all.first(half) : all.subspan(half);
  };
  double value = 0;
  std::int64_t draws = 0;
  std::vector<double> influence(std::size_t(ladders_), 0.0);
  for (const Pair& pair : pairs_) {
    std::vector<double> below, above;
    for (const auto& changes : pair.below) std::ranges::copy(of_rounds(changes), std::back_inserter(below));
    for (const auto& changes : pair.above) std::ranges::copy(of_rounds(changes), std::back_inserter(above));
    require(!below.empty(), "stepping stones: a pair of levels was never tried");
    const double delta = bridge_root(below, above);  // as many of either side: C = 0
    double slope = 0;
    std::vector<double> excess(influence.size(), 0.0);
    for (std::size_t c = 0; c < excess.size(); ++c) {
      for (double w : of_rounds(pair.below[c])) {
        const double a = logistic(w - delta);
        excess[c] += a;
        slope += a * (1 - a);
      }
      for (double w : of_rounds(pair.above[c])) {
        const double a = logistic(delta - w);
        excess[c] -= a;
        slope += a * (1 - a);
      }
    }
    value += delta;
    draws += std::int64_t(below.size() + above.size());
    for (std::size_t c = 0; c < excess.size(); ++c) influence[c] += excess[c] / slope;
  }
  return from_influences(value, influence, draws);
}

TemperingEstimate tempering_log_z(Context& ctx, const Target& model, const TemperingOptions& options) {
  require(options.rounds >= 2, "tempering: expected at least two rounds, got {}", options.rounds);
  model.require_unconditional("tempering");
  checked_ladder(ctx, model, {.ladder = uniform_ladder(1), .base = options.base}, "tempering");
  ParallelTempering how{
      .ladder = even_levels(options.levels, 0), .base = options.base, .summed = model.largest_block()};
  Replicas replicas = start_replicas(ctx, model, how, options.ladders, options.key.fold(0));
  StepCount steps("tempering", 2 * std::int64_t(options.rounds), options.report);
  const Key space = options.key.fold(1), measure = options.key.fold(2);
  for (int stage = 1, done = 0; done < options.rounds; stage *= 2) {  // as adapt_ladder, stopping when asked to
    SwapRecord record;
    const int last = std::min(options.rounds, done + stage);
    for (; done < last; ++done, steps.add(1))
      advance(ctx, model, how, space.fold(std::uint64_t(done)), replicas, record);
    if (stage >= 2 && done < options.rounds)
      how.ladder = respace_ladder(how.ladder, record.mean_rejection(), options.levels);
  }
  SteppingStones stones(options.levels, options.ladders);
  SwapRecord record;
  for (int round = 0; round < options.rounds; ++round, steps.add(1))
    advance(ctx, model, how, measure.fold(std::uint64_t(round)), replicas, record, stones.listener());

  std::vector<double> base(std::size_t(replicas.rows.cases));
  model.log_z_base(ctx, replicas.rows, options.base, base);
  const auto rejections = record.mean_rejection();
  using Rounds = SteppingStones::Rounds;
  const bool halves = options.rounds >= 4;  // a pair is tried every second round
  const Rounds first = halves ? Rounds::first_half : Rounds::all, second = halves ? Rounds::second_half : Rounds::all;
  TemperingEstimate out{shifted(stones.forward(), base[0]),
                        shifted(stones.backward(), base[0]),
                        shifted(stones.bridge(), base[0]),
                        shifted(stones.bridge(first), base[0]),
                        shifted(stones.bridge(second), base[0]),
                        global_barrier(rejections),
                        record.round_trips,
                        round_trip_rate(rejections) * double(options.rounds) * double(options.ladders),
                        recommended_levels(rejections)};
  constexpr std::int64_t kTrips = 10;  // a ladder; with four, a machine of 20 hidden units was seen 6 errors off
  constexpr double kHeldUp = 0.25;     // of the predicted ones
  std::string warning;
  if (*std::ranges::max_element(rejections) > 0.9)
    warning = fmt::format("levels too far apart: take about {}", out.recommended_levels);
  else if (record.round_trips < kTrips * options.ladders)
    warning = fmt::format("{} round trips of {} ladders: take more rounds", record.round_trips, options.ladders);
  else if (double(record.round_trips) < kHeldUp * out.expected_round_trips)
    warning = fmt::format("{} round trips, where the swaps predict {:.0f}: replicas are held up on their way",
                          record.round_trips, out.expected_round_trips);
  for (Estimate* e : {&out.forward, &out.backward, &out.bridge}) e->warning = warning;
  return out;
}

}  // namespace deepboltz
