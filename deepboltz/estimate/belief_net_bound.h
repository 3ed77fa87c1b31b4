// log p(v) of a belief net (stack/belief_net.h), from below. With h1 … hD drawn by recognition, Q:
//
//   w = log p*_top(hD) + Σ_k [log p(h_{k−1} | h_k) − log Q(h_k | h_{k−1})]        h0 = v
//
//   bound         E_Q[w] − log Z ≤ log p(v)                         the entropies of Q exact, given the layer below
//   importance    log of the mean of exp w over S draws − log Z     ≤ log p(v) on average, and above the bound
//
// p*_top(hD) is the top's weight with its hidden layer, and its label layer, summed out; log Z is the top's. Both
// figures are as good as log Z is: AIS under-estimates it on average. Hinton, Osindero & Teh (2006), eq. 8;
// Salakhutdinov & Murray (2008); Burda, Grosse & Salakhutdinov (2016), eq. 8, for the importance estimate.
#pragma once

#include <vector>

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/stack/belief_net.h"

namespace deepboltz {

struct BeliefNetBoundOptions {
  int draws = 100;           // S, of the hidden layers, for every case; at least 2
  std::int64_t batch = 500;  // cases at a time
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// One estimate a case, log Z not subtracted.
struct BeliefNetSums {
  std::vector<Estimate> bound, importance;
};

// cases: (cases, bottom units) values of the bottom's units, of the net's number type; of case r the draws depend on
// (key, r) only. InputError: cases that are none, units without a normaliser, another number type or width.
BeliefNetSums belief_net_log_sums(Context& ctx, const BeliefNet& net, ConstMatrix cases,
                                  const BeliefNetBoundOptions& options);

// The same exactly, by a visit to every joint state of the layers h1 … hD; log Z not subtracted. For small nets whose
// hidden layers have finitely many values.
struct ExactBeliefNetSums {
  std::vector<double> log_p, bound;  // one a case
};
ExactBeliefNetSums exact_belief_net_log_sums(Context& ctx, const BeliefNet& net, ConstMatrix cases,
                                             const EnumerateOptions& options = {});

// The mean over cases, minus log Z. Its error joins two: that of the choice of the cases, with their draws, and that of
// log Z. Warns of cases that warn.    at least 2 cases
Estimate mean_log_p(const std::vector<Estimate>& log_sums, const Estimate& log_z);

}  // namespace deepboltz
