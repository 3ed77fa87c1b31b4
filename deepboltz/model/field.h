// Fields of a layer from the states of its neighbours, and what is drawn or averaged from them. Note that
// kernel/field.h holds the type; here is where it comes from.
#pragma once

#include "deepboltz/kernel/field.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// out ← scale · (what x of the one end sends to the other) + keep · out, with the connection's pretraining factor.
// Upwards: x·W, downwards: x·Wᵀ.    x: (cases, units of the sender), out: (cases, units of the receiver)
void send_message(Context& ctx, const Connection& connection, bool upwards, double scale, ConstMatrix x, double keep,
                  Matrix out);

// The ordinary bias b = a − Σ W·offset of the neighbours (with the factors of pretraining), into out (1, units).
void ordinary_bias(Context& ctx, const EnergyModel& model, LayerId layer, Matrix out);

// The field of `layer`, in scratch memory of `scope`. The states of its neighbours, `without` some, come from `state`.
Field layer_field(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer,
                  const Tempering& tempering, const State& state, std::span<const LayerId> without = {});

// sum[case] += log f of the layers outside of that block: their biases, measures, and connections with each other.
void add_log_weight_outside(Context& ctx, const EnergyModel& model, const State& state, int block,
                            std::span<double> sum);

// sum[case] += log ν of the clamped units of `layer`; nothing of a condition.
void add_clamped_measure(Context& ctx, const Target& model, LayerId layer, const State& state, std::span<double> sum);

// sample ← x drawn given the neighbours in `from`; mean, if not empty, ← its expectation.    (cases, units) each
// The key is folded by the layer. `clamped` (cases, units) or empty keeps units of `sample` as they are.
void sample_layer(Context& ctx, const EnergyModel& model, LayerId layer, const Tempering& tempering, Key key,
                  const State& from, ConstMatrix clamped, Matrix sample, Matrix mean);

// mean ← E[x | neighbours in `from`], clamped units kept.
void mean_layer(Context& ctx, const EnergyModel& model, LayerId layer, const State& from, ConstMatrix clamped,
                Matrix mean);

}  // namespace deepboltz
