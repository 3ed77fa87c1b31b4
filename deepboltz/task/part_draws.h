// Draws of a part given others: chains of Gibbs sampling in which the given parts are clamped and all else is free.
// From time to time they are looked at, so that one sees what a machine takes for possible, and how it moves.
#pragma once

#include "deepboltz/rng/key.h"
#include "deepboltz/task/given_parts.h"

namespace deepboltz {

struct PartDrawOptions {
  int burn_in = 50;         // sweeps before the first look
  int frames = 1;           // looks …
  int sweeps_between = 50;  // … and sweeps from one to the next
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// A frame: of each wanted layer the means given its neighbours, and a draw; (cases, units) each, as states.
struct PartDraws {
  std::vector<std::vector<Tensor>> mean, sample;  // [frame][wanted]
};

// Chains start at mean field's answer. `cases` may have no columns where nothing is given: `count` cases then.
PartDraws draw_parts(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t count,
                     const GivenParts& given, std::span<const LayerId> wanted, const PartDrawOptions& options);

}  // namespace deepboltz
