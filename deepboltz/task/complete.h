// Completion: the hidden pixels of an image given the others, P(x_hidden | x_rest), by clamping what is known.
//
// Gibbs sampling with the known pixels held, in several chains a case, because what is missing often has several
// answers far from each other and one chain finds one of them. A pixel's probability is its conditional mean given the
// layers above it, averaged over kept sweeps and chains (Rao & Blackwell): never noisier than counting ones, and far
// less when few are kept. Mean field is the fast approximation; it settles for one answer.
#pragma once

#include "deepboltz/base/report.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct CompleteOptions {
  enum class Method : std::uint8_t { gibbs, mean_field };

  Method method = Method::gibbs;
  int burn_in = 1'000;     // sweeps before the first that is kept
  int sweeps = 1'000;      // sweeps kept, ≥ 1
  int chains = 10;         // a case, each from its own start
  ConstMatrix start = {};  // (1, units): the probabilities that hidden pixels are first drawn from; empty: one half
  MeanFieldOptions mean_field{.sweeps = 100};
  std::int64_t batch = 100;  // cases at a time; each takes `chains` rows of memory. Changes no random number.
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

struct Completion {
  Tensor probability;  // (cases, units): that a hidden pixel is 1; a known pixel as it was given
  Tensor
      sample;  // the same, one binary answer: the end of the first chain, or one draw from the mean-field probabilities
  double accepted = 1;  // share of the proposals that were taken, where chains move by Metropolis–Hastings
};

// cases: (cases, visible units) of the model's number type, in [0, 1]; known: the same shape, u8, nonzero where a pixel
// is known (task/masks.h). Elsewhere a case may hold anything, also NaN. Other layers, also labels, are free.
// InputError: shapes that do not fit, a known pixel outside [0, 1].
Completion complete(Context& ctx, const EnergyModel& model, ConstMatrix cases, ConstMatrix known,
                    const CompleteOptions& options);

}  // namespace deepboltz
