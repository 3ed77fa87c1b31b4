// Fine-tuning of a belief net by the up–down algorithm, contrastive wake–sleep (Hinton, Osindero & Teh 2006, appendix
// B). One update, for a batch of cases x0 with their labels:
//
//   wake     x1 … xD drawn by recognition, the top's hidden layer t drawn given xD and the label
//   chain    T times: xD drawn given t, the label by its probabilities, t drawn given both
//   sleep    y(D) = the chain's last xD; y(D−1) … y1 drawn by generation, y0 by its means
//
//   generative   G_k += r·x_{k+1}ᵀ (x_k − E[x_k | x_{k+1}])           ∂ log p(x_k | x_{k+1})
//   recognition  R_k += r·y_kᵀ (y_{k+1} − E[y_{k+1} | y_k])           ∂ log q(y_{k+1} | y_k)
//   top          W   += r·(xDᵀ t − chain)                             of states; of the label its probabilities
//
// and the biases alike. All of it is computed before anything moves. Cases may be grey: x0 is what the source shows.
//
// An epoch is a function of options, source, net and state. Draws depend on (key, epoch, batch, case): stopped and
// resumed, or on other threads, the bits are the same.
#pragma once

#include <vector>

#include "deepboltz/learn/learner.h"
#include "deepboltz/learn/schedule.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/model/parameters.h"
#include "deepboltz/stack/belief_net.h"

namespace deepboltz {

struct UpDownOptions {
  Math math = Math::f32;        // of the top's draws, most of the products: on integers where its units are binary
  std::int64_t batch = 100;     // cases an update; the last batch of an epoch may be smaller
  Schedule rate{.start = 0.1};  // r, of the mean over a batch
  Schedule momentum{.start = 0};
  double l2 = 0;                // penalty ½·l2·|w|² on weights, not on biases
  Schedule sweeps{.start = 3};  // T, rounded; published: 3, 6, 10 in three hundreds of epochs
  Key key = {};
};

// Something for every parameter of a net: a gradient, a velocity. Of each directed layer four tensors in the order of
// named_parameters (stack/belief_net.h).
struct BeliefNetParameters {
  std::vector<Tensor> directed;
  Parameters top;

  std::vector<Matrix> views();  // all, in the order of named_parameters
};
BeliefNetParameters zero_parameters(const BeliefNet& net);

// What is carried from update to update beside the net. Save named_tensors(), the counts and the sums; restore them
// into start_up_down()'s result.
struct UpDownState {
  std::int64_t epoch = 0;    // epochs done
  std::int64_t batch = 0;    // batches done in this epoch
  std::int64_t step = 0;     // updates done
  double squared_error = 0;  // Σ over this epoch's cases of |x0 − E[x0 | x1]|², each before its update …
  std::int64_t cases = 0;    // … and how many these are
  BeliefNetParameters velocity;
};
UpDownState start_up_down(const BeliefNet& net);
std::vector<NamedMatrix> named_tensors(BeliefNet& net, UpDownState& state);  // "velocity.NAME", …

// The states that one update looks at. `positive` and `negative` are states of the top: t, the label, and xD or y(D).
struct UpDownStates {
  std::vector<Tensor> wake, sleep;  // (capacity, units) of the layers 0 … D−1
  State positive, negative;

  std::int64_t cases() const { return positive.cases; }
  // x0 … xD and y0 … yD as matrices (cases, units).
  std::vector<Matrix> wake_layers(const BeliefNet& net);
  std::vector<Matrix> sleep_layers(const BeliefNet& net);
};
UpDownStates make_up_down_states(Context& ctx, const BeliefNet& net, std::int64_t capacity);

// Draws everything from x0 and the label, which `states` holds; `sweeps` ≥ 1. `top` is that of the net, or the same on
// integers (model/quantised.h).
void draw_up_down_states(Context& ctx, const BeliefNet& net, const EnergyModel& top, int sweeps, Key key,
                         UpDownStates& states);

// gradient ← what the rate multiplies, the mean over the cases. Returns Σ over cases of |x0 − E[x0 | x1]|².
double up_down_gradient(Context& ctx, const BeliefNet& net, UpDownStates& states, BeliefNetParameters& gradient);

struct UpDownEpoch {
  bool finished = true;      // false: keep_going said stop; call again to go on
  double squared_error = 0;  // of the epoch's cases so far, and their number
  std::int64_t cases = 0;
};

// One epoch, or the rest of one. InputError where the parts do not fit together; NumericalError naming update and
// tensor in the update that made a number that is not finite.
UpDownEpoch fit_epoch(Context& ctx, const UpDownOptions& options, const Source& source, BeliefNet& net,
                      UpDownState& state, const KeepGoing& keep_going = {});

}  // namespace deepboltz
