#include "deepboltz/sample/simulated_tempering.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kMove = 0x6d6f7665 };  // beside the numbers of blocks

// The level that is proposed from `level`, by one bit.
int neighbour(int level, int levels, bool up) {
  return level == 0 ? 1 : level == levels - 1 ? levels - 2 : up ? level + 1 : level - 1;
}

// log of q(from | to)/q(to | from): an end has one neighbour.
double log_proposal_ratio(int from, int to, int levels) {
  const auto choices = [&](int level) { return level == 0 || level == levels - 1 ? 1.0 : 2.0; };
  return std::log(choices(from) / choices(to));
}

void adapt(const SimulatedTempering& how, Replicas& particles) {
  const double gain = how.gain * std::max(how.least_gain, 1 / (1 + double(particles.round) / how.gain_rounds)),
               share = 1 / double(particles.level.size());
  std::vector<double> at(particles.log_weight.size(), 0.0);
  for (int level : particles.level) at[std::size_t(level)] += share;
  for (std::size_t k = 0; k < at.size(); ++k) particles.log_weight[k] += std::log1p(gain * at[k]);
  const double first = particles.log_weight[0];  // only ratios count: they stay near zero
  for (double& g : particles.log_weight) g -= first;
}

void move_and_sweep(Context& ctx, const Target& target, const SimulatedTempering& how, Key key, Replicas& particles,
                    SwapRecord& record) {
  const int levels = int(how.ladder.size());
  std::vector<double> own, beta, change(particles.level.size());
  std::vector<int> proposed;
  for (std::size_t r = 0; r < change.size(); ++r) {
    const bool up = uniform(key.fold(kMove), std::uint32_t(r), 0) < 0.5f;
    proposed.push_back(neighbour(particles.level[r], levels, up));
    own.push_back(how.ladder[std::size_t(particles.level[r])]);
    beta.push_back(how.ladder[std::size_t(proposed[r])]);
  }
  const auto move_levels = [&] {
    for (std::size_t r = 0; r < change.size(); ++r) {
      const int from = particles.level[r], to = proposed[r];
      const double log_a = change[r] + particles.log_weight[std::size_t(from)] - particles.log_weight[std::size_t(to)] +
                           log_proposal_ratio(from, to, levels);
      record.rejection[std::size_t(std::min(from, to))] += log_a < 0 ? -std::expm1(log_a) : 0;
      ++record.attempts[std::size_t(std::min(from, to))];
      if (std::log(double(uniform(key.fold(kMove), std::uint32_t(r), 1))) < log_a) particles.level[r] = to;
      beta[r] = how.ladder[std::size_t(particles.level[r])];
      note_trip(particles.level[r], levels - 1, particles.trip[r], record);
    }
  };
  const Tempering to{beta, how.base, &particles.sent};
  target.log_weight_change(ctx, particles.rows, {own, how.base}, to, how.summed, move_levels,
                           key.fold(std::uint64_t(how.summed)), change);
  finish_sweep(ctx, target, to, how.summed, Order::forward, key, particles.rows);
  adapt(how, particles);
  ++particles.round;
}

void require_possible(const Target& target, const SimulatedTempering& how) {
  require_levels(how.ladder);
  require(how.ladder.size() >= 2, "simulated tempering: expected at least two levels, got {}", how.ladder.size());
  require(how.summed >= 0 && how.summed < target.blocks(), "simulated tempering: there is no block {}", how.summed);
  require(how.gain >= 0 && how.gain_rounds > 0 && how.least_gain >= 0,
          "simulated tempering: expected gains ≥ 0 and gain_rounds > 0, got {}, {} and {}", how.gain, how.least_gain,
          how.gain_rounds);
}

}  // namespace

Replicas start_particles(Context& ctx, const Target& target, const SimulatedTempering& how, std::int64_t particles,
                         Key key) {
  require_possible(target, how);
  Replicas out;
  out.rows = target.make_state(ctx, particles);
  for (std::int64_t r = 0; r < particles; ++r) out.level.push_back(int(r % std::int64_t(how.ladder.size())));
  out.trip.assign(out.level.size(), 0);
  out.log_weight.assign(how.ladder.size(), 0.0);
  draw_base(ctx, target, how.base, key, out.rows);
  return out;
}

void advance(Context& ctx, const Target& target, const SimulatedTempering& how, Key key, Replicas& particles,
             SwapRecord& record) {
  require_possible(target, how);
  require(
      particles.log_weight.size() == how.ladder.size() && std::int64_t(particles.level.size()) == particles.rows.cases,
      "simulated tempering: the particles are not of a ladder of {} levels", how.ladder.size());
  record.begin(how.ladder.size() - 1);
  for (int round = 0; round < how.rounds; ++round)
    move_and_sweep(ctx, target, how, key.fold(std::uint64_t(round)), particles, record);
}

std::int64_t exchange(Replicas& particles, int levels, State& chains) {
  DEEPBOLTZ_ASSERT(particles.rows.cases == chains.cases);
  std::int64_t exchanged = 0;
  for (std::int64_t r = 0; r < chains.cases; ++r) {
    if (particles.level[std::size_t(r)] != levels - 1) continue;
    swap_rows(particles.rows, r, chains, r);
    ++exchanged;
  }
  return exchanged;
}

}  // namespace deepboltz
