// Fresh samples of a model: chains run from noise, or from data, for many sweeps. What is shown of a chain is, mostly,
// the mean of its pixels given the layers above: a sample without the pixels' own noise.
//
// From noise, half of the burn-in climbs from β = 0 to the model at β = 1: while it is hot a chain still chooses among
// modes, as a clamped label wants; at β = 1 it hardly ever leaves the one that it fell into.
//
// A trajectory (learn/trajectory.h) goes on from the chains that it was left with, without a climb.
//
// Another sampler than Gibbs takes over after a climb of a quarter of the burn-in, whose end gives its base rates; its
// ladder is spaced in the second quarter. Mixing is that of the chains' energy over the second half.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "deepboltz/base/report.h"
#include "deepboltz/learn/trajectory.h"
#include "deepboltz/sample/diagnostics.h"

namespace deepboltz {

struct SampleOptions {
  std::int64_t chains = 100;
  int burn_in = 1'000;           // sweeps before the first frame
  int frames = 1;                // looks at the chains …
  int sweeps_between = 100;      // Gibbs sweeps from one frame to the next
  ConstMatrix start_means = {};  // (1, units): pixels are first drawn from these; empty: from one half
  ConstMatrix start_cases = {};  // (chains, units): or chains start here instead
  ChainSampler sampler = {};
  const Trajectory* trajectory = nullptr;      // of sampler.kind = trajectory: where its chains start, one of ours each
  std::int64_t length = 0;                     // of every document, where the visible layer counts
  std::span<const std::uint32_t> labels = {};  // one a chain: its class, clamped; empty: the label is free
  Key key = {};
  Report report = {};  // false stops with Interrupted
};

// How well the chains moved in the second half of the burn-in.
struct SamplingReport {
  Mixing mixing;                     // of the energy; its time in sweeps
  std::optional<double> acceptance;  // of moves over the ladder; not of Gibbs sampling
  std::optional<double> barrier;     // Σ of rejections; of parallel tempering and CAST
  std::int64_t round_trips = 0;
};

struct Samples {
  std::vector<Tensor> mean;                       // a frame: (chains, units), E[pixels | the other layers]
  std::vector<Tensor> sample;                     // a frame: (chains, units), the pixels drawn from it
  std::optional<SamplingReport> report;           // where there is an energy, and a burn-in of at least 16 sweeps
  std::vector<std::vector<std::uint32_t>> label;  // a frame: a chain's class at that time; empty without a label layer
};

// InputError: documents without a length, labels without a label layer, a label out of range, shapes that do not fit;
// clamped labels with another sampler than Gibbs; that of a trajectory without one.
Samples draw_samples(Context& ctx, const EnergyModel& model, const SampleOptions& options);

// What to show of samples: the means, and of a whitened visible layer the draws, because what its pixels have in common
// stands in the root, in what is drawn, and not in the hidden units.
const std::vector<Tensor>& shown_frames(const EnergyModel& model, const Samples& samples);

// A row of `columns` chains for each class: 0 0 0 … 1 1 1 …
std::vector<std::uint32_t> row_a_class(std::int64_t classes, std::int64_t columns);

}  // namespace deepboltz
