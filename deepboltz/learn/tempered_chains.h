// What the samplers of hard distributions keep beside the chains that enter the statistics, and how they move them.
//
//   parallel tempering     replicas at every level; the chains are copies of those at β = 1, and at the updates between
//                          two moves, if there are any, go on alone. Between epochs the ladder is re-spaced by the
//                          rejections of the one before
//   tempered transitions   nothing: the chains themselves climb, in front of their Gibbs sweeps
//   CAST                   a particle a chain, whose weights follow the model at a constant least gain; then Gibbs
//                          sweeps
//   trajectory             machines of earlier updates with chains of their own, the first of independent units. When
//                          the model accepts too few states of the last one, it is kept as another; where there are too
//                          many, the one goes that is missed least
#pragma once

#include "deepboltz/learn/learner.h"
#include "deepboltz/sample/replicas.h"

namespace deepboltz {

struct TemperedChains {
  std::vector<Tensor> base;           // base rates a layer, (1, units): zero until they are set (estimate/ais.h)
  std::vector<double> ladder;         // temperatures
  Replicas replicas;                  // parallel tempering and CAST
  std::vector<EnergyModel> machines;  // of the trajectory, without the model …
  std::vector<State> machine_chains;  // … and their chains
  std::vector<double> accepted;       // running mean acceptance of each pair of them, the model last
  std::int64_t round = 0;
  SwapRecord record;  // of this epoch
};

// Of the sizes that `negative` asks for; empty for Gibbs sampling.
TemperedChains make_tempered_chains(Context& ctx, const EnergyModel& model, const Negative& negative);

// To the beginning, from the base; the levels of the model hold the `chains`.
void start_tempered_chains(Context& ctx, const EnergyModel& model, const Negative& negative, Key key,
                           const State& chains, TemperedChains& tempered);

// To be called at the beginning of every epoch but the first.
void begin_epoch(const Negative& negative, TemperedChains& tempered);

// Moves the chains of `model`. Returns whether that was all: parallel tempering and trajectories sweep themselves, as
// often as `sweeps` says, at the updates that are theirs. `update` counts updates.
bool move_chains(Context& ctx, const EnergyModel& model, const Negative& negative, int sweeps, std::int64_t update,
                 Key key, State& chains, TemperedChains& tempered);

}  // namespace deepboltz
