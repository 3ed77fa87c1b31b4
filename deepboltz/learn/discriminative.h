// The slope of log p(y | v) of a model with labels, exactly:
//
//   log p(y | v) = d_y + Σ_j A(o_yj(v)) − log Σ_k exp(d_k + Σ_j A(o_kj(v))),    o_kj = a_j + U_kj + Σ_i v_i W_ij
//   r_k = 1[y = k] − p(k | v),   g_j = Σ_k r_k A'(o_kj)
//   ∂/∂W = E[v gᵀ],  ∂/∂a = E[g],  ∂/∂U_k = E[r_k A'(o_k)],  ∂/∂d = E[r],  ∂/∂b = 0
//
// Wᵀv is one product for all classes. Larochelle & Bengio (2008), eq. 8; Larochelle, Mandel, Pascanu & Bengio (2012).
// Hidden units may be of any kind.
#pragma once

#include "deepboltz/model/parameters.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// Whether log p(y | v) has that form: one visible layer, one hidden layer, and a label of one softmax unit above it.
bool has_label_posterior(const EnergyModel& model);

// gradient ← keep · gradient + mean over the cases of ∂ log p(y | v), y the label in `data`, in ordinary parameters. A
// case whose label is not clamped has none and does not count.
void add_discriminative(Context& ctx, const EnergyModel& model, const State& data, double keep, Parameters& gradient);

// Labels that are not clamped ← drawn from p(y | v).
void draw_labels(Context& ctx, const EnergyModel& model, Key key, State& data);

}  // namespace deepboltz
