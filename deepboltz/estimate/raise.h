// Reverse annealed importance sampling estimator. Burda, Grosse & Salakhutdinov (2015).
//
// A stochastic lower bound of log p of a case: the annealing model draws from the base and follows the transitions up
// the ladder; running them backwards from the case, for k = K … 1: x ~ T_k(x), log w += log f_{k−1}(x) − log f_k(x),
// gives E[w] = p_annealing(v). Needs a model whose visible layers are one block and everything else is summed out: an
// RBM.
#pragma once

#include "deepboltz/estimate/ais.h"

namespace deepboltz {

// out[case] ← log of the mean over options.runs chains.    visible: the clamped layers of `cases`, binary
// InputError unless the layers that are not hidden are exactly one block and the hidden ones the other.
std::vector<double> raise_log_p(Context& ctx, const EnergyModel& model, const State& cases, const AisOptions& options);

}  // namespace deepboltz
