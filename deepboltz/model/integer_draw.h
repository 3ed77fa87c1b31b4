// The draw of a layer straight from the sums of its neighbours' integers, where that can be (kernel/tempered_sample.h):
// it is of Bernoulli units, all its connections have integers, and their other ends are binary. What comes is, to the
// bit, what the field and the draw would give one after the other.
#pragma once

#include "deepboltz/kernel/tempered_sample.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// sample ← x drawn given the neighbours in `from`, as sample_layer() does (model/field.h), and whether it did; where it
// did not, nothing has happened.
[[nodiscard]] bool draw_by_integers(Context& ctx, const EnergyModel& model, LayerId layer, const Tempering& tempering,
                                    Key key, const State& from, ConstMatrix clamped, Matrix sample,
                                    const Annealing* annealing = nullptr);

}  // namespace deepboltz
