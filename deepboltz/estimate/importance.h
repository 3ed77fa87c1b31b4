// The sum over what a document does not show, by importance sampling from mean field. With the words summed out the
// log-weight of hidden units is w(h) = D·a·h + v·(b + W h) + M·log S(h) (model/length.h), and
//
//   log p*(v) = log E_q[exp(w(h)) / q(h)]      q(h) = Π q(h_j), the hidden units given the mean words v + M ν
//
// Mean field's bound is the mean of the log-weights, hence the log of their mean is above it on average, by the more
// the more draws, and never above log p* on average. Burda, Grosse & Salakhutdinov (2016), eq. 8
//
// It takes an EnergyModel: q is made of the fields that the graph sends.
#pragma once

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct ImportanceOptions {
  int draws = 100;  // of the hidden units, for every document
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// One estimate a case of `inferred`: a document with extra words at its mean field (infer/mean_field.h). InputError:
// another model than a visible layer of counts and one block of hidden layers, fewer than two draws.
std::vector<Estimate> importance_log_sum(Context& ctx, const EnergyModel& model, const State& inferred,
                                         const ImportanceOptions& options);

}  // namespace deepboltz
