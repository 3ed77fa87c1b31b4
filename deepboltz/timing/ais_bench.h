// How long annealed importance sampling takes, in terms of the two float products that each temperature contains,
// v·W and h·Wᵀ: of an RBM that has learnt digits drawn by the program for ten epochs, from their base rates, on
// Salakhutdinov & Murray's ladder.
#pragma once

#include "deepboltz/learn/learner.h"
#include "deepboltz/timing/connection_products.h"

namespace deepboltz {

struct AisBenchOptions {
  std::int64_t visible = 784, hidden = 500;
  int runs = 100;
  int temperatures = 1'000;  // of a turn
  Math math = Math::int24;
  int turns = 5;  // each between two measurements of the products
};

// Of a turn, all temperatures. InputError where a count is below 1, or runs below 2.
TimedBesideProducts bench_ais(Context& ctx, const AisBenchOptions& options);

}  // namespace deepboltz
