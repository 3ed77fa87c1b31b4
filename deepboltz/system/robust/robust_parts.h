// A Robust Boltzmann machine as the parts of a system: face, mask, and noise, whose rows are γ², λ and b in the unit of
// the clean layer's states. The note "gate" has the word of its kind.
#pragma once

#include "deepboltz/system/robust/posterior_chains.h"
#include "deepboltz/system/system.h"

namespace deepboltz {

Gate gate_of(const System& system);
void put_gate(const Gate& gate, System& system);

// A copy of the parts. InputError: they do not fit together.
RobustMachine robust_machine_of(const System& system);
PictureScale picture_scale_of(const System& system);

}  // namespace deepboltz
