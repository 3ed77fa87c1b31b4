// Weights of a machine of ratings as a product, W = A·B: every level of every item has C numbers of its own, the
// factors, and all share how factors reach the hidden units. Many hidden units then cost few parameters.
//
//   A (visible units, C),   B (C, hidden units)
//   ∂/∂A = ∂/∂W · Bᵀ,      ∂/∂B = Aᵀ · ∂/∂W
//
// The model holds the product; what reads a model need not know. A = B = 0 is a saddle, hence neither begins there.
// Salakhutdinov, Mnih & Hinton (2007), §5. docs/models/ratings.md
#pragma once

#include "deepboltz/model/energy_model.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

struct FactoredWeights {
  Tensor item, hidden;                    // A and B; empty: the weights are not factored
  Tensor item_velocity, hidden_velocity;  // of momentum

  bool empty() const { return item.empty(); }
};

// Zeros, for the one connection of `model`.
FactoredWeights make_factors(std::int64_t factors, const EnergyModel& model);

// B ← N(0, 1/hidden units), rows of length about 1; A ← W·Bᵀ; W ← A·B, the model's weights within reach of C factors.
void initialise_factors(Context& ctx, Key key, EnergyModel& model, FactoredWeights& factors);

// The slopes of A and B, from that of W.    as A and as B
void factor_slopes(Context& ctx, const FactoredWeights& factors, ConstMatrix slope, Matrix item, Matrix hidden);

// W ← A·B
void multiply_factors(Context& ctx, const FactoredWeights& factors, EnergyModel& model);

}  // namespace deepboltz
