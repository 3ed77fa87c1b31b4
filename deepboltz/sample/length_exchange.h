// Documents of many lengths that exchange their hidden units: what parallel tempering is to other machines. The length
// D is to the hidden units of a document what an inverse temperature is to a machine (estimate/growing.h): short ones
// mix at once, long ones hardly. The chains in the order of their lengths are the rungs of ladders, and neighbours x, y
// of the lengths D ≤ D' swap states with
//
//   min(1, A),   log A = [log f_D'(x) − log f_D(x)] + [log f_D(y) − log f_D'(y)]
//
// where the block of the words is summed out of f; then every chain draws its words anew, and sweeps. The lengths stay
// where they are, and every chain is a draw of the model at its own.
//
// Salakhutdinov & Hinton (2009) for the model; Geyer (1991); the order of the swaps is that of parallel_tempering.h.
// docs/models/sampling.md
#pragma once

#include "deepboltz/sample/replicas.h"

namespace deepboltz {

struct LengthExchange {
  int levels = 10;             // chains of a ladder, spread over all lengths; fewer chains make one ladder
  int words = 0;               // the block of the words
  int rounds = 1;              // swaps, then a sweep
  SentMemory* sent = nullptr;  // of the chains (model/sent_memory.h)
};

// Rows for documents of `length` words, a ladder each of shorter ones: row r has the length of rung r % levels, from
// one word by equal factors, and is drawn from the base.
State start_lengths(Context& ctx, const Target& target, int levels, double length, std::int64_t documents, Key key);

// `round` counts rounds: even ones try the rungs (0, 1), (2, 3), …, odd ones the others. `record` gains what the swaps
// did; round trips are not counted. InputError: states without lengths, fewer than two levels.
void advance(Context& ctx, const Target& target, const LengthExchange& how, Key key, State& chains, std::int64_t& round,
             SwapRecord& record);

}  // namespace deepboltz
