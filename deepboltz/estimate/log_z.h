// log Z by every method, and which of the figures can be quoted.
//
//   forward AIS        too low on average, whatever the model:                       E[log Ẑ] ≤ log Z
//   reverse AIS        too high on average, if its chains are draws of the model:    E[log Ẑ] ≥ log Z
//   bridge             of both directions; right if the chains are draws
//   tempering          begins at the base; right if the replicas travel
//
// Agreement of forward, reverse and bridge is not enough: where training cases and annealing both miss a mode, all
// three are low together. What is asked of each figure before it is quoted stands at quotable(). Grosse, Ghahramani &
// Adams (2015), for the two sides; docs/models/estimates.md has an example that fooled each of them.
#pragma once

#include "deepboltz/estimate/ais.h"
#include "deepboltz/estimate/stepping_stones.h"

namespace deepboltz {

struct LogZOptions {
  std::vector<double> (*ladder)(int steps) = nullptr;  // of annealing; null: uniform_ladder
  int steps = 14'500, runs = 100;                      // of annealing
  int burn_in = 1'000;                                 // sweeps of the chains that reverse AIS starts from
  int levels = 20;                                     // of parallel tempering …
  std::int64_t ladders = 20;
  int rounds = 200;                           // … below 2: none
  const std::vector<Tensor>* base = nullptr;  // base rates a layer; null: zero
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// What reverse AIS and the energies say of one group of chains.
struct ChainsOfModel {
  Estimate reverse;      // log Z
  Estimate free_energy;  // mean −F, the largest block summed out
};

struct LogZ {
  std::optional<Estimate> exact = {};                 // where somebody enumerated: no error
  Estimate forward = {}, quarter = {};                // forward AIS of all steps, and of a quarter by another key
  ChainsOfModel from_data = {}, from_annealing = {};  // two groups, never pooled: from cases, from ends of `quarter`
  Estimate bridge = {};                               // of `forward` and the chains from the data
  std::optional<TemperingEstimate> tempering = {};
};

// Which estimate of log Z to quote; none where each of them may be wrong.
enum class Quoted { none, exact, tempering, bridge };

struct Trust {
  Quoted quoted = Quoted::none;
  std::string reason;  // what speaks for the figure, or what failed, in words
};

// (a) what was enumerated; (b) tempering, where it does not warn, both halves of its rounds agree, and forward AIS is
// not above it; (c) the bridge, where it does not warn, forward AIS agrees with a quarter of its steps, both groups of
// chains have the same reverse log Z and mean −F, and forward AIS is above neither of them nor the bridge. Neither (b)
// nor (c) where tempering is above a reverse figure, warned or not; two that may be quoted must agree. Agreement is
// within three of the common errors. What (c) cannot see: a mode that neither the data nor annealing meet.
Trust quotable(const LogZ& measured);

// The figure that is quoted; null: none.
const Estimate* quoted_log_z(const LogZ& measured);

std::string_view name_of(Quoted quoted);

// Measures until something can be quoted, as long as the caller wants: each call of measure() takes four times the
// steps, sweeps and rounds of the one before, and as many levels as tempering then recommends. It anneals once more
// with all steps, and has a quarter from the call before.
class LogZMeasurement {
 public:
  static constexpr int kMore = 4;  // times the work of the call before

  // `starts`: states of all layers at training cases, nothing clamped. `model`, `starts` and base rates stay the
  // caller's. InputError as AIS.
  LogZMeasurement(Context& ctx, const Target& model, State starts, const LogZOptions& options);

  const LogZ& measure();

 private:
  AisOptions annealing(int steps, Key key) const;
  ChainsOfModel from(State& chains, Key key, std::vector<double>& log_weights);
  void burn_in(State& chains, SentMemory& sent, Key key, const char* activity);

  Context& ctx_;
  const Target& model_;
  LogZOptions options_;  // of the next call
  int call_ = 0;
  State data_chains_;
  std::optional<AisRuns> before_;  // all runs of the call before
  LogZ measured_;
};

}  // namespace deepboltz
