#include "deepboltz/task/belief_net_samples.h"

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/stack/belief_net_passes.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kTop, kRecognise, kDown };

// What recognition draws for the top's visible layer.    cases: (chains, bottom units)
Tensor recognised(Context& ctx, const BeliefNet& net, ConstMatrix cases, Key key) {
  require(cases.cols == net.bottom_units() && cases.dtype == net.dtype(),
          "sample: expected {} units of {} to start from, got {} of {}", net.bottom_units(), name_of(net.dtype()),
          cases.cols, name_of(cases.dtype));
  ScratchScope scope(ctx);
  const auto x = layer_scratch(scope, net, cases.rows);
  scale_add(ctx, 1, cases, 0, x.front());
  pass_up_draws(ctx, net, key, 0, x);
  Tensor start(net.dtype(), cases.rows, net.units(net.depth()));
  scale_add(ctx, 1, x.back(), 0, start);
  return start;
}

}  // namespace

Samples draw_samples(Context& ctx, const BeliefNet& net, const SampleOptions& options) {
  require_consistent(net);
  const bool documents = std::holds_alternative<Counts>(net.bottom_unit());
  require(!documents || options.length >= 1, "sample: documents need a length of at least one word, got {}",
          options.length);
  SampleOptions of_top = options;
  of_top.key = options.key.fold(kTop);
  Tensor start;
  if (!options.start_cases.empty()) {
    start = recognised(ctx, net, options.start_cases, options.key.fold(kRecognise));
    of_top.start_cases = start;
  }
  Samples samples = draw_samples(ctx, net.top, of_top);
  const std::vector<double> lengths(documents ? std::size_t(options.chains) : 0, double(options.length));
  for (std::size_t frame = 0; frame < samples.sample.size(); ++frame) {
    Tensor mean(net.dtype(), options.chains, net.bottom_units()),
        drawn(net.dtype(), options.chains, net.bottom_units());
    ScratchScope scope(ctx);
    auto x = layer_scratch(scope, net, options.chains);
    x.front() = mean;
    x.back() = samples.sample[frame];
    pass_down(ctx, net, lengths, options.key.fold(kDown).fold(frame), 0, x, drawn);
    samples.mean[frame] = std::move(mean);
    samples.sample[frame] = std::move(drawn);
  }
  return samples;
}

}  // namespace deepboltz
