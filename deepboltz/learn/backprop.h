// Discriminative training of a network by back-propagation: stochastic gradient with momentum, Adam (Kingma & Ba 2015),
// or conjugate gradients on large batches, as published for deep Boltzmann machines and deep belief nets (Hinton &
// Salakhutdinov 2006; Salakhutdinov & Hinton 2009): three line searches a batch, and in the first epochs only the
// output layer moves, so that its random weights do not spoil the pretrained ones.
//
// An epoch is a function of options, cases, network and state; interrupted and resumed from a saved network and state,
// it gives the same bits as without the interruption.
#pragma once

#include <vector>

#include "deepboltz/kernel/update.h"
#include "deepboltz/learn/conjugate_gradients.h"
#include "deepboltz/learn/schedule.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/stack/propagate.h"

namespace deepboltz {

enum class Optimizer : std::uint8_t { momentum, adam, conjugate_gradients };

struct BackpropOptions {
  Optimizer optimizer = Optimizer::momentum;
  std::int64_t batch = 100;              // cases a step; conjugate gradients want 1,000 to 10,000
  std::int64_t output_only_epochs = 0;   // epochs at the start in which only the last layer moves; published: 5
  Schedule rate{.start = 0.1};           // of momentum and adam (there: 0.001), for the mean gradient of a batch
  std::vector<double> rate_multipliers;  // one a layer; empty: 1 for all
  // … and of the weights from the first input, from extra inputs, and of all biases. Dropout of a paper that keeps
  // numbers with probability p and does not divide by it is ours at p² times its rate (docs/models/learning.md).
  double input_rate = 1, extra_rate = 1, bias_rate = 1;
  bool dampened = false;  // the rate of momentum is multiplied by 1 − momentum: the steps are means of gradients
  Schedule momentum{.kind = Schedule::Kind::linear, .start = 0.5, .end = 0.9, .epochs = 5};
  bool nesterov = false;
  AdamMoments moments;
  ConjugateGradientsOptions conjugate_gradients;
  double l2 = 0;              // penalty ½·l2·|w|² on weights, not on biases
  double max_norm = 0;        // longest column (incoming weights of a unit) of the layers that move; 0: no limit
  Presentation presentation;  // binarisation, dropout, the noisy layer; keys and noise are replaced
  Schedule noise{};           // deviation of the noise on the noisy layer's fields
  Key key = {};
};

// What is carried from step to step beside the network. Save named_tensors(), position and sums; restore them into
// start_backprop()'s result.
struct BackpropState {
  std::int64_t epoch = 0;        // epochs done
  std::int64_t batch = 0;        // batches done in this epoch
  std::int64_t step = 0;         // steps done
  std::int64_t full_steps = 0;   // of them, those in which every layer moved
  std::int64_t evaluations = 0;  // of the loss in this epoch so far: one a batch, but more by conjugate gradients
  Score score;                   // of this epoch's batches so far, each before its step
  std::vector<Tensor> first;     // a parameter: velocity, or first moment; empty for conjugate gradients
  std::vector<Tensor> second;    // second moment; empty but for adam
};
BackpropState start_backprop(const BackpropOptions& options, Network& network);
std::vector<NamedMatrix> named_tensors(Network& network, BackpropState& state);  // "first.NAME.weight", …

struct EpochResult {
  bool finished = true;          // false: keep_going said stop; call again to go on
  Score score;                   // of the batches as they were presented, each before its step
  std::int64_t evaluations = 0;  // of the loss of a batch
};

// One epoch, or the rest of one. Raises InputError where the parts do not fit together, NumericalError naming step and
// tensor in the step that made a number that is not finite.
EpochResult fit_epoch(Context& ctx, const BackpropOptions& options, const Examples& cases, Network& network,
                      BackpropState& state, const KeepGoing& keep_going = {});

}  // namespace deepboltz
