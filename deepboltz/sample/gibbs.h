// Block Gibbs sampling: a sweep draws every block once, in order, given the rest. Geman & Geman (1984).
#pragma once

#include "deepboltz/model/target.h"

namespace deepboltz {

struct Gibbs {
  int sweeps = 1;
  SentMemory* sent = nullptr;  // of these chains, where they are advanced again and again (model/sent_memory.h)
};

// Advances every case of `chains`; sweep s, block b draw with key.fold(s).fold(b).
void advance(Context& ctx, const Target& target, const Gibbs& gibbs, Key key, State& chains);

// One sweep at the given temperatures: the block `first`, then the others in order, or in the opposite order. With
// `first` integrated out, the two orders are each other's reversal.
enum class Order : bool { forward, backward };
void tempered_sweep(Context& ctx, const Target& target, const Tempering& tempering, int first, Order order, Key key,
                    State& chains);
// The rest of that sweep, where `first` has been drawn with key.fold(first).
void finish_sweep(Context& ctx, const Target& target, const Tempering& tempering, int first, Order order, Key key,
                  State& chains);

// Independent draws from the base distribution into every free unit.
void draw_base(Context& ctx, const Target& target, const std::vector<Tensor>* base, Key key, State& chains);

}  // namespace deepboltz
