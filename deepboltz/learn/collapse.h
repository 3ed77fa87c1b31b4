// A hidden layer that tells cases apart no more: steps that are too large drive its fields so far out that nearly every
// unit is on, or off, whatever the case. Nothing brings it back, since the gradient of such a layer is almost nothing.
//
// A bit is stuck where its posterior mean is within 1 % of 0, or within 1 % of 1, in every case. Of a layer that had
// collapsed 94 % to 100 % were, measured on machines of three layers with too high a rate; in a machine that learns
// well it was up to 88 %, in the upper layer of the DBM of MNIST. Units that are rarely on are not stuck.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct StuckBits {
  std::string layer;
  std::int64_t units = 0, stuck = 0;

  bool collapsed() const { return 10 * stuck >= 9 * units; }
};

// Of every hidden layer of bits, by its means in `state`.
std::vector<StuckBits> stuck_bits(const EnergyModel& model, const State& state);

// The same by the posterior means of the first cases.
std::vector<StuckBits> stuck_bits_on(Context& ctx, const EnergyModel& model, const Cases& cases);

// What to tell of a layer that has collapsed, and what to do.
std::string advice(const StuckBits& bits);

}  // namespace deepboltz
