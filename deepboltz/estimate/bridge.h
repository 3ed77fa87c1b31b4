// The Bennett acceptance ratio: the ratio of two partition functions from draws of both distributions, which uses them
// as well as any combination can. Bennett (1976); for runs of annealing in both directions Crooks (2000), Shirts, Bair,
// Hooker & Pande (2003).
//
//   Σ_forward σ(w − Δ − C) = Σ_reverse σ(Δ + C − w),   C = log(forward/reverse),   Δ = log Z₁ − log Z₀
//
// w is log f₁ − log f₀ of a draw, or the log-weight that an annealing run gathers from 0 to 1: E[e^w] = Z₁/Z₀ over
// forward ones, E[e^−w] = Z₀/Z₁ over reverse ones. Neither alone is needed to overlap the other far.
#pragma once

#include <span>
#include <vector>

#include "deepboltz/estimate/estimate.h"

namespace deepboltz {

// Independent draws or runs. With log Z₀ in every w (as annealing returns them) this is log Z. ESS is Σ of both
// sides' effective numbers. Warns where a side's ESS is below a tenth of it (the directions hardly overlap), and where
// more is accepted than draws of two distributions allow.
// NumericalError where one is not finite.    at least 2 on either side
Estimate bridge_log_z(std::span<const double> forward, std::span<const double> reverse);

// Δ alone: the root, by bisection to rounding.
double bridge_root(std::span<const double> forward, std::span<const double> reverse);

}  // namespace deepboltz
