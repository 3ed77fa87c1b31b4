// Tempered transitions: a chain climbs from the model to the hottest level and back, and the end is accepted or refused
// as a whole.
//
//   heat  x̂_i ~ T_i(·|x̂_{i−1}),  i = 1 … n        cool  x̌_{i−1} ~ T̃_i(·|x̌_i),  i = n … 1,  x̌_n = x̂_n
//   log A = Σ_{i<n} log f_{i+1}(x̂_i) − log f_i(x̂_i) + log f_i(x̌_i) − log f_{i+1}(x̌_i)
//
// level 0 is here the model and n the hottest, T̃ the sweep in opposite order. One block is summed out of f.
// Costs 2n sweeps a move, and is refused more often the fewer levels there are. Neal (1996); Salakhutdinov (2009),
// Learning in Markov random fields using tempered transitions. docs/models/sampling.md
#pragma once

#include "deepboltz/sample/replicas.h"

namespace deepboltz {

struct TemperedTransitions {
  std::vector<double> ladder;                 // increasing to 1 (ladder.h); of the model alone: nothing happens
  const std::vector<Tensor>* base = nullptr;  // base rates a layer; null: zero
  int summed = 0;                             // the block summed out of the weights
};

// One transition of every case, which has to be free: at β = 1 before and after. `record` gains one "pair", the way up
// and down. InputError: a ladder that does not climb to 1.
void advance(Context& ctx, const Target& target, const TemperedTransitions& how, Key key, State& chains,
             SwapRecord& record);

}  // namespace deepboltz
