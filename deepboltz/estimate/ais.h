// Annealed importance sampling of log Z. Neal (2001); Salakhutdinov & Murray (2008).
//
// A run draws from the base distribution and anneals to the model; one block is summed out all along:
//
//   log w += log f_{β_k}(x) − log f_{β_{k−1}}(x)   before the transition at β_k, k = 1 … K
//   log Z ≈ log Z_base + log mean w
//
// E[w] is exact, hence E[log Ẑ] ≤ log Z: forward AIS over-states test log-probabilities on average. Reverse AIS anneals
// from draws of the model to the base; its estimate is over log Z in the same sense. A wide gap between them means that
// neither can be trusted. All log-weights are double.
#pragma once

#include <optional>
#include <string_view>

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/bracket.h"
#include "deepboltz/model/target.h"

namespace deepboltz {

struct AisOptions {
  std::vector<double> ladder = {};            // 0 … 1, increasing; empty: 1,000 uniform steps
  int runs = 100;                             // independent runs; the standard error falls as 1/√runs
  const std::vector<Tensor>* base = nullptr;  // (1, units) base rates a layer (base_rates below); null: zero
  std::optional<int> summed = {};             // the block summed out; default: the one with the most units
  std::int64_t length = 1;                    // of the documents of ais_log_z, where a layer counts
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// Base rates from the data: the fields of its means (base_rate_fields of model/build.h), zero for layers without means.
// Cases worth a twentieth of the data are added to each value, so that none is impossible. means[layer]: (1, units), or
// empty; cases: how many stand behind the means
std::vector<Tensor> base_rates(const Target& model, const std::vector<Tensor>& means, double cases);

// The ladder of `options`, or the default where it has none. InputError, naming `who`, unless it climbs from 0 to 1,
// the base rates are finite and of the model's shapes and number type, and the model has an energy. Base rates have one
// row, or one a case where there are `cases`.
std::vector<double> checked_ladder(Context& ctx, const Target& model, const AisOptions& options, std::string_view who,
                                   std::int64_t cases = 1);

Estimate ais_log_z(Context& ctx, const Target& model, const AisOptions& options);

// The log-weights of the runs plus log Z_base: what ais_log_z averages.
std::vector<double> ais_log_weights(Context& ctx, const Target& model, const AisOptions& options);

// The same with the states that the runs end in. Weighted by exp(log_weights) they are draws of the model.
struct AisRuns {
  State ends;
  std::vector<double> log_weights;
};
AisRuns ais_runs(Context& ctx, const Target& model, const AisOptions& options);

// Reverse AIS from `samples`, draws of the model (exact, or the end of long chains: as good as these are), of one
// length. options.runs and options.length are ignored: one run a sample.
Estimate reverse_ais_log_z(Context& ctx, const Target& model, const State& samples, const AisOptions& options);

// Of each sample the log Z that its run alone says: log Z_base − log w. With ais_log_weights they make Bennett's
// estimate (bridge.h), which is better than either direction.
std::vector<double> reverse_ais_log_weights(Context& ctx, const Target& model, const State& samples,
                                            const AisOptions& options);

// What reverse_ais_log_z says of them.
Estimate reverse_log_z(std::vector<double> log_weights);

// log Σ over the free units with the whole clamped layers and the known words of `evidence` fixed, one estimate a case;
// options.runs runs each. With the visible layer clamped, minus log Z: the true log p(v) of a case. With nothing
// clamped and a length a case: log Z of each length.
std::vector<Estimate> ais_log_z_given(Context& ctx, const Target& model, const State& evidence,
                                      const AisOptions& options);

// The same sums from both sides: `least` is ais_log_z_given, `most` reverse AIS. Its runs begin where the forward ones
// ended, drawn anew by their weights and swept with the evidence fixed, and are as good as these draws are.
std::vector<Bracket> ais_bracket_given(Context& ctx, const Target& model, const State& evidence,
                                       const AisOptions& options, int sweeps = 100);

}  // namespace deepboltz
