#include "deepboltz/estimate/log_z.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/estimate/bridge.h"
#include "deepboltz/estimate/resample.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/sample/replicas.h"

namespace deepboltz {
namespace {

// What the key is folded by: no two parts of a measurement share a draw.
enum Use : std::uint64_t {
  kForward,
  kReverse,
  kChains,
  kTempering = 6,
  kQuarter = 11,
  kResample,
  kOtherChains,
  kOtherReverse,
  kCall
};

double common_error(const Estimate& a, const Estimate& b) { return std::hypot(a.standard_error, b.standard_error); }

bool above(const Estimate& a, const Estimate& b) { return a.value - b.value > 3 * common_error(a, b); }
bool agree(const Estimate& a, const Estimate& b) { return !above(a, b) && !above(b, a); }

std::string apart(std::string_view what, const Estimate& a, const Estimate& b) {
  return fmt::format("{} ({:.2f} and {:.2f}, common error {:.2f})", what, a.value, b.value, common_error(a, b));
}

// What speaks against tempering and the bridge at once, warned or not: the one is too high, or the chains miss a mode.
std::string against_both(const LogZ& m) {
  if (m.tempering)
    for (const ChainsOfModel* chains : {&m.from_data, &m.from_annealing})
      if (above(m.tempering->bridge, chains->reverse))
        return apart("tempering is above reverse AIS, so that one of the two has not converged", m.tempering->bridge,
                     chains->reverse);
  return {};
}

// Why tempering may be wrong; empty: for no known reason.
std::string against_tempering(const LogZ& m) {
  if (!m.tempering) return "tempering was not run";
  const TemperingEstimate& t = *m.tempering;
  if (!t.bridge.warning.empty()) return "tempering: " + t.bridge.warning;
  if (!agree(t.first_half, t.second_half))
    return apart("tempering: the halves of its rounds disagree", t.first_half, t.second_half);
  if (above(m.forward, t.bridge)) return apart("tempering is below forward AIS", t.bridge, m.forward);
  return {};
}

// Why the bridge may be wrong; empty: for no known reason.
std::string against_bridge(const LogZ& m) {
  for (const ChainsOfModel* chains : {&m.from_data, &m.from_annealing})
    if (above(m.forward, chains->reverse))
      return apart("forward AIS is above reverse AIS, so that the chains are not draws of the model", m.forward,
                   chains->reverse);
  if (!m.bridge.warning.empty()) return "bridge: " + m.bridge.warning;
  if (!agree(m.quarter, m.forward)) return apart("forward AIS grows with its steps", m.quarter, m.forward);
  if (!agree(m.from_data.reverse, m.from_annealing.reverse))
    return apart("chains from cases and from annealing have other reverse figures", m.from_data.reverse,
                 m.from_annealing.reverse);
  if (!agree(m.from_data.free_energy, m.from_annealing.free_energy))
    return apart("chains from cases and from annealing have other mean −F", m.from_data.free_energy,
                 m.from_annealing.free_energy);
  if (above(m.forward, m.bridge)) return apart("forward AIS is above the bridge", m.forward, m.bridge);
  return {};
}

}  // namespace

Trust quotable(const LogZ& m) {
  if (m.exact) return {Quoted::exact, "every state was visited"};
  if (const std::string both = against_both(m); !both.empty()) return {Quoted::none, both};
  const std::string tempering = against_tempering(m), bridge = against_bridge(m);
  if (tempering.empty() && bridge.empty() && !agree(m.tempering->bridge, m.bridge))
    return {Quoted::none, apart("tempering and the bridge disagree", m.tempering->bridge, m.bridge)};
  if (tempering.empty())
    return {Quoted::tempering, fmt::format("{} round trips of its ladders, and both halves of its rounds agree{}",
                                           m.tempering->round_trips, bridge.empty() ? "; the bridge agrees" : "")};
  if (bridge.empty())
    return {Quoted::bridge, "annealing does not grow with its steps, and chains from cases and from annealing agree"};
  return {Quoted::none, bridge + "; " + tempering};
}

const Estimate* quoted_log_z(const LogZ& m) {
  switch (quotable(m).quoted) {
    case Quoted::exact:
      return &*m.exact;
    case Quoted::tempering:
      return &m.tempering->bridge;
    case Quoted::bridge:
      return &m.bridge;
    case Quoted::none:
      break;
  }
  return nullptr;
}

std::string_view name_of(Quoted quoted) {
  switch (quoted) {
    case Quoted::exact:
      return "exact";
    case Quoted::tempering:
      return "tempering";
    case Quoted::bridge:
      return "bridge";
    case Quoted::none:
      break;
  }
  return "none";
}

LogZMeasurement::LogZMeasurement(Context& ctx, const Target& model, State starts, const LogZOptions& options)
    : ctx_(ctx), model_(model), options_(options), data_chains_(std::move(starts)) {
  if (options_.ladder == nullptr) options_.ladder = uniform_ladder;
}

AisOptions LogZMeasurement::annealing(int steps, Key key) const {
  return {.ladder = options_.ladder(steps),
          .runs = options_.runs,
          .base = options_.base,
          .summed = {},
          .key = key,
          .report = options_.report};
}

void LogZMeasurement::burn_in(State& chains, SentMemory& sent, Key key, const char* activity) {
  for (int sweep = 0; sweep < options_.burn_in; ++sweep) {
    if (!proceed(options_.report, {activity, sweep, options_.burn_in, ""})) throw Interrupted("log Z: stopped");
    advance(ctx_, model_, Gibbs{1, &sent}, key.fold(std::uint64_t(sweep)), chains);
  }
}

ChainsOfModel LogZMeasurement::from(State& chains, Key key, std::vector<double>& log_weights) {
  log_weights = reverse_ais_log_weights(ctx_, model_, chains, annealing(options_.steps, key));
  std::vector<double> free_energies(std::size_t(chains.cases));
  model_.log_weight(ctx_, chains, {}, model_.largest_block(), free_energies);
  return {reverse_log_z(log_weights), mean_estimate(free_energies)};
}

const LogZ& LogZMeasurement::measure() {
  const Key key = call_ == 0 ? options_.key : options_.key.fold(kCall).fold(std::uint64_t(call_));
  AisRuns quarter =
      before_ ? std::move(*before_)
              : ais_runs(ctx_, model_,
                         annealing(std::max(std::min(options_.steps, 3), options_.steps / kMore), key.fold(kQuarter)));
  AisRuns all = ais_runs(ctx_, model_, annealing(options_.steps, key.fold(kForward)));
  measured_.quarter = log_mean_exp(quarter.log_weights);
  measured_.forward = log_mean_exp(all.log_weights);

  std::vector<double> reverse, other_reverse;
  SentMemory sent, other_sent;
  burn_in(data_chains_, sent, key.fold(kChains), "chains from cases");
  measured_.from_data = from(data_chains_, key.fold(kReverse), reverse);
  measured_.bridge = bridge_log_z(all.log_weights, reverse);

  State others = model_.make_state(ctx_, quarter.ends.cases);
  std::int64_t row = 0, from_row = 0;
  for (const std::int64_t count :
       systematic_counts(quarter.log_weights, others.cases, double(uniform(key.fold(kResample), 0, 0)))) {
    for (std::int64_t i = 0; i < count; ++i) copy_row(quarter.ends, from_row, others, row++);
    ++from_row;
  }
  others.length = quarter.ends.length;
  burn_in(others, other_sent, key.fold(kOtherChains), "chains from annealing");
  measured_.from_annealing = from(others, key.fold(kOtherReverse), other_reverse);

  if (options_.rounds >= 2) {
    measured_.tempering = tempering_log_z(ctx_, model_,
                                          {.levels = options_.levels,
                                           .ladders = options_.ladders,
                                           .rounds = options_.rounds,
                                           .base = options_.base,
                                           .key = key.fold(kTempering),
                                           .report = options_.report});
    options_.levels = std::max(options_.levels, measured_.tempering->recommended_levels);
    options_.rounds *= kMore;
  }
  options_.steps *= kMore;
  options_.burn_in *= kMore;
  before_ = std::move(all);
  ++call_;
  return measured_;
}

}  // namespace deepboltz
