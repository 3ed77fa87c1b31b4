// The simplest machine of a set of cases: its units do not know of each other. What it gives is the floor that a
// machine with hidden units has to be above.
//
//   log q(x) = Σ_i log q_i(x_i)
//
//   bits, spins, binomial   q_i has the mean of the unit over the training cases
//   softmax                 shares of the classes: independent sites of a sequence
//   counts                  unigrams: the words of a document are drawn alike, one after the other
//   gaussian                normals by the mean and deviation of every column, in the data's own units
//
// A mean counts one case more on either side, or one of every class, so that no case is impossible.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

class IndependentUnits {
 public:
  // Fits the visible units of `model`, and its label where the training cases have one. InputError: units without a
  // normaliser.
  IndependentUnits(Context& ctx, const EnergyModel& model, const Cases& train);

  // log q of the first `count` cases, nats each; `with_labels`: of a case and its label.
  std::vector<double> log_p(Context& ctx, const Cases& cases, std::int64_t count, bool with_labels) const;

  // Draws as states of `model`, visible layer and label clamped; log_q ← log q of each. Not of counts.
  State draw(Context& ctx, const EnergyModel& model, Key key, std::span<double> log_q) const;

 private:
  void log_p(Context& ctx, State& state, std::span<double> out) const;

  EnergyModel units_;  // layers without a connection
};

}  // namespace deepboltz
