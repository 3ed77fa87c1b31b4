// The variational lower bound of log p(evidence), up to log Z: L(v) = −E(v, μ) + H(μ), with μ from mean field.
// L − log Ẑ bounds log p(v) from below only as far as Ẑ is right: AIS under-estimates it on average. Salakhutdinov
// (2008).
#pragma once

#include "deepboltz/estimate/estimate.h"
#include "deepboltz/infer/mean_field.h"

namespace deepboltz {

// out[case] ← L at the means that `state` holds.
void bound_at(Context& ctx, const Target& model, const State& state, std::span<double> out);

// Runs mean field, which needs the graph, on the free layers of `state` from a bottom-up pass, then bound_at.
MeanFieldInfo variational_bound(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options, State& state,
                                std::span<double> out);

}  // namespace deepboltz
