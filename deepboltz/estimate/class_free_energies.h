// Free energies of a case with each class y of the label layer in turn, by one product of the other layers:
//
//   −F(v, y) = log Σ_h exp −E(v, y, h) = b·v + d_y + Σ_j A(o_yj),    o_kj = a_j + U_kj + Σ_i v_i W_ij
//
// p(y | v) is their softmax, −F(v) their log-sum-exp. Larochelle & Bengio (2008), eq. 4. The hidden layers are one
// block of any units. They take an EnergyModel: what each class adds to a field is a row of the connection.
#pragma once

#include <functional>

#include "deepboltz/kernel/field.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// out(y, case) ← −F(v, y), all hidden units free; the label layer of `state` ← 0. InputError: no label layer, or one of
// several units; hidden layers that are not one block; words that are not known; a model without an energy.
void class_free_energies(Context& ctx, const EnergyModel& model, State& state, View<double> out);

// The same without b·v, which no class changes; the label layer is not read. Calls each(hidden layer, y, field) for the
// field of every class; the field is valid during the call.
using EachClassField = std::function<void(LayerId, std::int64_t, const Field&)>;
void class_scores(Context& ctx, const EnergyModel& model, const State& state, const EachClassField& each,
                  View<double> out);

}  // namespace deepboltz
