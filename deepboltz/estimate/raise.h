// Reverse annealed importance sampling estimator. Burda, Grosse & Salakhutdinov (2015).
//
// A stochastic lower bound of log p of a case: the annealing model draws from the base and follows the transitions up
// the ladder; running them backwards from the case, for k = K … 1: x ~ T_k(x), log w += log f_{k−1}(x) − log f_k(x),
// gives E[w] = p_annealing(v). The hidden layers are summed out; they must be one block, as in an RBM.
#pragma once

#include "deepboltz/estimate/ais.h"

namespace deepboltz {

// One estimate of log p_annealing a case, of options.runs chains each, from the layers of `cases` that are not hidden.
// log p_annealing is below log p on average over draws of the model. options.summed is ignored.
// InputError unless the hidden layers are exactly one block and the cases are states of the other layers.
std::vector<Estimate> raise_log_p(Context& ctx, const Target& model, const State& cases, const AisOptions& options);

}  // namespace deepboltz
