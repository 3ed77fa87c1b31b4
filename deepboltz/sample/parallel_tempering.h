// Parallel tempering: a replica of every case at every level of a ladder, which exchange levels.
//
//   accept the swap of levels i, j between the states x, y with
//   min(1, A),   log A = [log f_j(x) − log f_i(x)] + [log f_i(y) − log f_j(y)]
//
// with one block summed out of f. All even pairs are tried on even rounds and all odd pairs on odd ones, never a pair
// at random: a replica then keeps its direction, and its round trips do not become rarer as the ladder is refined. Only
// the states at β = 1 are draws of the model. A swap costs no product: the field of the block that is summed out serves
// both ends of the swap, and the draw that follows it.
//
// Geyer (1991); Syed, Bouchard-Côté, Deligiannidis & Doucet (2022); Desjardins et al. (2010), Cho, Raiko & Ilin (2010)
// for RBMs. docs/models/sampling.md
#pragma once

#include "deepboltz/sample/replicas.h"

namespace deepboltz {

struct ParallelTempering {
  std::vector<double> ladder;                 // increasing to 1 (ladder.h)
  const std::vector<Tensor>* base = nullptr;  // base rates a layer; null: zero
  int summed = 0;                             // the block summed out of the weights
  int rounds = 1;                             // swaps, then a sweep
};

// Called for every swap tried: the case, the lower level i, and log f_{i+1} − log f_i of the state at i and of that at
// i + 1. Stepping stones are made of these (estimate/stepping_stones.h).
using OnSwap = std::function<void(std::int64_t of_case, int lower, double change_below, double change_above)>;

// Row r is the replica of case r / levels that begins at level r % levels, all from the base.
Replicas start_replicas(Context& ctx, const Target& target, const ParallelTempering& how, std::int64_t cases, Key key);

// `record` gains what the swaps did. InputError: a ladder that does not climb to 1, or that the replicas are not of.
void advance(Context& ctx, const Target& target, const ParallelTempering& how, Key key, Replicas& replicas,
             SwapRecord& record, const OnSwap& on_swap = {});

// The rows at β = 1, a case each, into the rows of `chains`; and back, where these have moved by themselves.
void take_coldest(const Replicas& replicas, int levels, State& chains);
void give_coldest(const State& chains, int levels, Replicas& replicas);

// A ladder of as many levels as `how` has, re-spaced by its rejections in stages of 1, 2, 4, … rounds that are
// `rounds` together (the remainder goes to the last). Nothing is estimated from these rounds: the ladder is not fixed
// while they run.
std::vector<double> adapt_ladder(Context& ctx, const Target& target, ParallelTempering how, int rounds, Key key,
                                 Replicas& replicas);

}  // namespace deepboltz
