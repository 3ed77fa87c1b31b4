// Draws of a part given others: chains of Gibbs sampling in which the given parts are clamped and all else is free.
// From time to time they are looked at, so that one sees what a machine takes for possible, and how it moves.
#pragma once

#include "deepboltz/rng/key.h"
#include "deepboltz/task/given_parts.h"

namespace deepboltz {

struct PartDrawOptions {
  int burn_in = 1'000;      // sweeps before the first look; in the first half of them chains climb to the model
  int frames = 1;           // looks …
  int sweeps_between = 50;  // … and sweeps from one to the next
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// A frame: of each wanted layer the means given its neighbours, and a draw; (cases, units) each, as states.
struct PartDraws {
  std::vector<std::vector<Tensor>> mean, sample;  // [frame][wanted]
};

// Chains begin at noise. `cases` may have no columns where nothing is given: `count` cases then.
PartDraws draw_parts(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t count,
                     const GivenParts& given, std::span<const LayerId> wanted, const PartDrawOptions& options);

struct PartMeanOptions {
  int burn_in = 500, sweeps = 500;  // of each chain; one in five of the latter counts
  int chains = 10;                  // a case
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// E[layer | given parts] by the mean over chains of the means given the neighbours (Rao & Blackwell), (cases, units) as
// states. Mean field gives one answer, which can be the same whatever little is given; chains go where the machine
// goes.
Tensor part_means(Context& ctx, const EnergyModel& model, const Cases& cases, const GivenParts& given, LayerId wanted,
                  const PartMeanOptions& options);

}  // namespace deepboltz
