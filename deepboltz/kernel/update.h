// One pass over parameters: penalty, momentum, step. All matrices (rows, cols) of one number type.
#pragma once

#include "deepboltz/tensor/context.h"

namespace deepboltz {

// What is taken from the gradient of a weight before the step: l2·w + l1·sign(w), with sign(0) = 0.
struct Decay {
  double l2 = 0, l1 = 0;
};

// Δ ← m·Δ + rate·(g − decay(w)); w ← w + Δ. Nesterov: w ← w + m·Δ + rate·(g − decay(w)) with the new Δ
// (Sutskever et al. 2013, in the form of Bengio et al. 2013).
void momentum_step(Context& ctx, double rate, double momentum, bool nesterov, Decay decay, ConstMatrix gradient,
                   Matrix velocity, Matrix weight);

// Adam (Kingma & Ba 2015), ascent. `step` counts from 1.
struct AdamMoments {
  double first = 0.9, second = 0.999, epsilon = 1e-8;
};
void adam_step(Context& ctx, double rate, AdamMoments moments, std::int64_t step, Decay decay, ConstMatrix gradient,
               Matrix first_moment, Matrix second_moment, Matrix weight);

// Scales every column whose Euclidean norm exceeds `limit` back to it.
void limit_column_norms(Context& ctx, double limit, Matrix weight);

// out ← out + scale · x·yᵀ.    x: (1, rows), y: (1, cols)
void add_outer(Context& ctx, double scale, ConstMatrix x, ConstMatrix y, Matrix out);

}  // namespace deepboltz
