// Completion of the hidden pixels of a case by a belief net (stack/belief_net.h), from its own distribution.
//
// A sweep is two moves, which both leave p(hidden pixels, h1 … hD | known pixels) unchanged:
//
//   Metropolis–Hastings   h1 … hD are proposed by the recognition weights, Q(· | v), and taken with probability
//                         min(1, w(h')/w(h)), w(h) = p(v, h1 … hD) / Q(h1 … hD | v): the weights of the importance
//                         estimate (estimate/belief_net_bound.h)
//   Gibbs                 the hidden pixels are drawn from p(v | h1)
//
// The proposal does not depend on h (an independence sampler; Hastings 1970; Tierney 1994). It takes few steps where
// recognition is far from the posterior.
#pragma once

#include "deepboltz/stack/belief_net.h"
#include "deepboltz/task/complete.h"

namespace deepboltz {

// What complete (task/complete.h) says of a model, for a net with binary pixels. A pixel's probability is the mean of
// p(pixel | h1) over kept sweeps and chains; Completion::accepted is the share of proposals that were taken.
// InputError as there, and for Method::mean_field: a belief net has none.
Completion complete(Context& ctx, const BeliefNet& net, ConstMatrix cases, ConstMatrix known,
                    const CompleteOptions& options);

}  // namespace deepboltz
