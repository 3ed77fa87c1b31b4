// The published learning rules by name. Each is a value of Learner (learn/learner.h), and may be changed like one:
//
//   Learner rule = pcd({.chains = 500});
//   rule.decay.l2 = 0.0001;
#pragma once

#include "deepboltz/learn/learner.h"

namespace deepboltz {

// Contrastive divergence with `sweeps` Gibbs sweeps from the data. Hinton (2002)
inline Learner cd(int sweeps = 1) {
  Learner learner;
  learner.negative = {.kind = Negative::Kind::from_data, .sweeps = sweeps};
  return learner;
}

struct ChainOptions {
  std::int64_t chains = 100;
  int sweeps = 1;  // an update
  double rate = 0.05, momentum = 0.5;
};

// Persistent contrastive divergence. Younes (1989); Tieleman (2008)
inline Learner pcd(const ChainOptions& options = {}) {
  Learner learner;
  learner.negative = {.kind = Negative::Kind::persistent, .sweeps = options.sweeps, .chains = options.chains};
  learner.rate.start = options.rate;
  learner.momentum.start = options.momentum;
  return learner;
}

// Persistent chains of a model with fast parameters added. Tieleman & Hinton (2009)
inline Learner fpcd(const ChainOptions& options = {}) {
  Learner learner = pcd(options);
  learner.negative.fast = true;
  return learner;
}

// Stochastic approximation where the posterior is not exact: mean field in the positive phase, persistent chains in the
// negative one. Salakhutdinov & Hinton (2009)
inline Learner sap(const ChainOptions& options = {.sweeps = 5, .rate = 0.005}) { return pcd(options); }

}  // namespace deepboltz
