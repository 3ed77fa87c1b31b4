// How hard a ladder is to climb, from the mean rejections r_i of the swaps between its levels i and i + 1:
//
//   Λ = Σ r_i                                the global communication barrier, hardly changed by a finer ladder
//   1 / (2 + 2 Σ r_i/(1 − r_i))              round trips a round and ladder, at most 1/(2 + 2Λ)
//   2Λ + 1                                   a good number of levels
//
// Syed, Bouchard-Côté, Deligiannidis & Doucet (2022), Non-reversible parallel tempering.
#pragma once

#include <span>
#include <vector>

namespace deepboltz {

double global_barrier(std::span<const double> rejections);

// Of swaps of all even pairs, then of all odd pairs, in turn; 0 where a pair always rejects.
double round_trip_rate(std::span<const double> rejections);

// At least 2.
int recommended_levels(std::span<const double> rejections);

// A ladder of `levels` levels with the same ends, at equal steps of the cumulative Σ r_i, which is taken as linear
// between the levels. Where nothing was rejected the steps are equal in β.    rejections: one less than the ladder
std::vector<double> respace_ladder(std::span<const double> ladder, std::span<const double> rejections, int levels);

}  // namespace deepboltz
