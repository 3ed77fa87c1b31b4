// How well chains mix, from a figure of their states over time (an energy, a magnetisation).
//
// clang-format off
//   autocorrelation time  τ = 1 + 2 Σ_t ρ(t), summed while ρ(2t) + ρ(2t+1) > 0, monotonely, over all chains (Geyer 1992)
//   R-hat                 √(var⁺/W) of the halves of all chains (Gelman & Rubin 1992; Vehtari et al. 2021, equation 4)
//   ESS                   draws/τ with ρ against var⁺, so that chains that disagree count for little (equation 10)
// clang-format on
#pragma once

#include <span>
#include <vector>

namespace deepboltz {

struct Mixing {
  double autocorrelation_time = 0;  // in steps of the series, at least 1: draws/ESS
  double r_hat = 0;                 // 1: the chains agree; above 1.01 they do not yet
  double ess = 0;                   // how many independent draws all of them are worth
};

// series[chain]: one figure a step, of equal length, at least 4 steps. A figure that never changes anywhere is τ = 1.
Mixing measure_mixing(std::span<const std::vector<double>> series);

}  // namespace deepboltz
