// A product of experts, explained: by how much each hidden unit raised the probability of one visible value.
//
// With hidden units at their means μ, log p(k | t·μ) rises from t = 0, where the biases alone speak, to t = 1. Its
// slope at t is a sum over hidden units, and the share of each is the integral of its own term (the Aumann–Shapley
// value):
//
//   word k of a document   share_j = μ_j·(W_kj − ∫ Σ_l p_l(t) W_lj dt)      p(t) = softmax(b + t·Wμ)
//   bit i that is on       share_j = μ_j·W_ij·∫ (1 − p_i(t)) dt             p_i(t) = logistic(b_i + t·W_i·μ)
//
// The shares add up to log p(k | μ) − log p(k | 0). Hinton (2002) for the product; Aumann & Shapley (1974) for the
// shares.
#pragma once

#include <vector>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct Explanation {
  double log_p_bias = 0, log_p = 0;  // of the value with no hidden unit on, and with all at their means
  std::vector<double> mean, share;   // one a unit of the first hidden layer; shares in nats
};

// Of the visible unit with that number; hidden: (1, units), means or states of the first hidden layer. InputError: a
// unit that is not there, visible units other than counts, softmax or Bernoulli.
Explanation explain(Context& ctx, const EnergyModel& model, ConstMatrix hidden, std::int64_t unit);

// Of the visible units that are on, the one whose field the hidden units raise most: what is worth explaining first.
// visible: (1, units), hidden: (1, units) of the first hidden layer. InputError: none is on.
std::int64_t most_raised(Context& ctx, const EnergyModel& model, ConstMatrix visible, ConstMatrix hidden);

}  // namespace deepboltz
