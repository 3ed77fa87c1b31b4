// A mixture of independent bits, fitted by expectation maximisation: the simplest machine whose bits depend on each
// other. A machine with hidden units should be above it.
//
//   log p(x) = log Σ_k π_k Π_i μ_ki^x_i (1 − μ_ki)^(1 − x_i)
//
// Every part has one case more, at the means of all cases, so that no case is impossible. Bishop (2006), section 9.3.3
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct MixtureOptions {
  std::int64_t parts = 10;
  int rounds = 50;                        // of expectation and maximisation
  std::int64_t most_values = 10'000'000;  // cases · units to fit; of more cases some are drawn
  Key key = {};
};

class Mixture {
 public:
  static bool suits(const Unit& visible);  // bernoulli or spin

  // Of the visible bits of `model`, on the training cases. InputError: other units.
  Mixture(Context& ctx, const EnergyModel& model, const Cases& train, const MixtureOptions& options);

  // log p of every case, nats.
  std::vector<double> log_p(Context& ctx, const EnergyModel& model, const Cases& cases) const;

 private:
  // share ← p(k | x), log_p ← log p(x).    x: (cases, units), share: (cases, parts)
  void weigh(Context& ctx, ConstMatrix x, Matrix share, std::span<double> log_p) const;
  // μ and π ← those of the parts that have these shares of the cases.    mean: (1, units), of all cases
  void maximise(Context& ctx, ConstMatrix x, ConstMatrix share, ConstMatrix mean);

  Tensor logit_;                  // (units, parts): log μ/(1 − μ)
  std::vector<double> constant_;  // a part: log π_k + Σ log(1 − μ_ki)
};

}  // namespace deepboltz
