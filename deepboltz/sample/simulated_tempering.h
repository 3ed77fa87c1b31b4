// Adaptive simulated tempering: one state that moves over the levels of a ladder, its weights learnt on the way; and
// CAST, which couples such a particle to every chain.
//
//   p(x, k) ∝ f_k(x)/g_k
//   k' = k ± 1;  accept with min(1, [f_k'(x)/f_k(x)]·[g_k/g_k']·[q(k|k')/q(k'|k)])
//   g_k ← g_k·(1 + γ·share of the particles at k)        Wang–Landau: levels come to be visited equally
//
// Several particles share their weights g. CAST: whenever a particle is at the model, it swaps its state with its
// chain, which gives the chains what mixes at higher temperatures; both target the model then. With γ falling to 0, or
// small, the weights settle. Wang & Landau (2001); Salakhutdinov (2010), Learning deep Boltzmann machines using
// adaptive MCMC. docs/models/sampling.md
#pragma once

#include "deepboltz/sample/replicas.h"

namespace deepboltz {

struct SimulatedTempering {
  std::vector<double> ladder;                 // increasing to 1 (ladder.h), at least two levels
  const std::vector<Tensor>* base = nullptr;  // base rates a layer; null: zero
  int summed = 0;                             // the block summed out of the weights
  int rounds = 1;                             // level moves, each with a sweep
  // γ of round t: gain·max(least_gain, 1/(1 + t/gain_rounds)), nats a round if all particles stood at one level. A
  // least above 0 follows a model that is learnt. gain = 0 holds the weights fixed.
  double gain = 1, gain_rounds = 100, least_gain = 0;
};

// So many particles, spread evenly over the levels, from the base; weights equal.
Replicas start_particles(Context& ctx, const Target& target, const SimulatedTempering& how, std::int64_t particles,
                         Key key);

void advance(Context& ctx, const Target& target, const SimulatedTempering& how, Key key, Replicas& particles,
             SwapRecord& record);

// Swaps the states of the particles that are at the model with those of their chains; returns how many did.
std::int64_t exchange(Replicas& particles, int levels, State& chains);

}  // namespace deepboltz
