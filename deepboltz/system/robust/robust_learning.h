// Learning of a Robust Boltzmann machine by stochastic approximation, its clean half frozen: of the mask's half, the
// gate's strength and the noise. Tang, Salakhutdinov & Hinton (2012), section 3.3.
//
//   product      data − model of all; the model's side from chains of the whole machine
//   competing    the mask's half learns from the masks that are inferred, as an RBM from data; γ², λ and b are moments
//   of
//                what is clear and what is covered
//
// Gradients, mean over cases:   γ²: −½s(v − ṽ)²   λ: −½ṽ² + ṽb   b: λṽ   mask's half: those of an RBM
#pragma once

#include <string>

#include "deepboltz/learn/learning_state.h"
#include "deepboltz/system/robust/posterior_chains.h"

namespace deepboltz {

struct RobustRule {
  // Of the mask's half: rate, momentum, decay, centring, the number of chains. λ and b move at its rate.
  Learner mask;
  double strength_rate =
      0.1;  // γ² moves at that times the rate, of a competing gate that share of the way; 0: it stays
  bool full_statistic = true;  // of γ²: E(v − ṽ)² with the variance of v; false: of its conditional mean, as released
  int posterior_sweeps = 50, model_sweeps = 20;
  Normalise normalise = Normalise::fitted;
  std::vector<std::string> starts = {"all"};  // as DenoiseOptions
  int start_sweeps = 16;
  double noise_memory = 0.9;  // competing: what is kept of the moments from update to update
};

struct RobustLearning {
  LearningState mask;  // epoch, batch and updates are those of all
  State fantasy;       // product: chains of the whole machine
  Tensor moments;  // competing: rows n, Σṽ, Σṽ² of covered pixels, n, Σ(v − ṽ)² of clear ones; (5, pixels) f64
  double clear = 0;  // share of pixels that the last update believed clear
  double fantasy_clear = 0;
};

RobustLearning start_robust_learning(Context& ctx, const RobustRule& rule, const RobustMachine& machine,
                                     const EnergyModel& mask, std::int64_t batch);

// One update from a batch. pictures: (cases, pixels), states of the clean layer; masks: of `rule.starts`. `mask`: the
// part that learns; the machine's copy follows. Throws NumericalError, naming the tensor, when one is not finite.
void robust_step(Context& ctx, const RobustRule& rule, double epoch, Key key, const PictureScale& scale,
                 ConstMatrix pictures, ConstMatrix masks, RobustMachine& machine, EnergyModel& mask,
                 RobustLearning& learning);

}  // namespace deepboltz
