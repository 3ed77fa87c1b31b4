// log Z of documents of every length by one annealing, in which documents grow. With the words summed out,
//
//   Z_D = Σ_h ν(h) exp(D·g(h))      g(h) = a·h + log Σ_k exp(b + W h)_k
//
// so that the length is to the hidden units what an inverse temperature is to a machine, and
//
//   Z_{D+d} / Z_D = E[exp(d·g(h))]   over h of documents of D words.
//
// Chains start from exact draws at D = 1, whose Z is a sum over the vocabulary; they are weighed by exp(d·g), made d
// words longer, and swept. Where the weights of a population have become uneven its chains are drawn anew by them
// (systematically), so that its estimate keeps an error that grows with D and does not explode. Every population's Ẑ is
// right on average, hence their mean is; the spread between them is the error. One annealing serves all lengths, where
// AIS needs one each.
//
// Neal (2001), annealed importance sampling; Del Moral, Doucet & Jasra (2006), Sequential Monte Carlo samplers, of
// which this is one; the model: Salakhutdinov & Hinton (2009). docs/models/counts.md
//
// It takes an EnergyModel: which layers are connected to the counts decides what a word adds to the weight.
#pragma once

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct GrowingOptions {
  int populations = 10;  // independent: their spread is the error
  int chains = 100;      // of a population
  int sweeps = 5;        // at every length that is stopped at
  double growth = 0.02;  // share of its words by which a document grows at once, one word at least
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// One estimate a length, in the order of `lengths`.
// InputError: another model than a visible layer of counts with one block of hidden layers on it, a length below 1,
// options out of range.
std::vector<Estimate> growing_log_z(Context& ctx, const EnergyModel& model, std::span<const double> lengths,
                                    const GrowingOptions& options);

}  // namespace deepboltz
