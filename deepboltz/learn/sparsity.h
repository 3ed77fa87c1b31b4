// Sparsity of hidden layers (Salakhutdinov & Hinton 2009, as in their released code). Hidden layer h has
//
//   ρ ← memory·ρ + (1 − memory)·mean of the data,   S = cost·(ρ − target)
//
// and S is taken from the gradient of each of its total inputs, without the slope of the units. With m the means of the
// data, a connection x–y loses m_x S_yᵀ + S_x m_yᵀ, and a bias S. A label layer's connection loses nothing: only what
// the hidden units do with their other inputs is to be sparse.
#pragma once

#include "deepboltz/learn/learner.h"

namespace deepboltz {

// activity ← ρ, pressure ← S, in double: the same bits on every instruction set, as integers promise them.
// mean, activity, pressure: (1, units of the layer)
void press_activity(const Sparsity& sparsity, double memory, ConstMatrix mean, Matrix activity, Matrix pressure);

// Whether the connection's weights feel it.
bool feels_sparsity(const EnergyModel& model, const Connection& connection);

}  // namespace deepboltz
