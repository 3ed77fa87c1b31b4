#include "deepboltz/task/samples.h"

#include <algorithm>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/task/visible_sweep.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStart, kSweep };

void clamp_labels(const EnergyModel& model, std::span<const std::uint32_t> labels, State& state) {
  const auto id = model.find(Role::label);
  require(id.has_value(), "sample: this model has no label layer to clamp");
  require(std::int64_t(labels.size()) == state.cases, "sample: expected one label a chain, {}, got {}", state.cases,
          labels.size());
  const std::int64_t classes = model.layer(*id).units;
  for (std::size_t r = 0; r < labels.size(); ++r) {
    require(labels[r] < classes, "sample: expected a label from 0 to {}, got {}", classes - 1, labels[r]);
    state.layers[std::size_t(id->index)].set(std::int64_t(r), labels[r], 1);
  }
  state.clamp(*id);
}

void start_chains(Context& ctx, const EnergyModel& model, const SampleOptions& options, State& state) {
  if (!options.labels.empty()) clamp_labels(model, options.labels, state);
  if (options.start_cases.empty())
    return start_visible(ctx, model, options.start_means, options.key.fold(kStart), state);
  const LayerId visible = model.visible();
  const ConstMatrix start = options.start_cases;
  require(start.rows == state.cases && start.cols == model.layer(visible).units && start.dtype == model.precision(),
          "sample: expected {} × {} {} to start from, got {} × {} {}", state.cases, model.layer(visible).units,
          name_of(model.precision()), start.rows, start.cols, name_of(start.dtype));
  scale_add(ctx, 1, start, 0, state.x(visible));
  state.clamp(visible);
  bottom_up(ctx, model, state);
  state.release(visible);
}

std::vector<std::uint32_t> classes_now(const EnergyModel& model, const State& state) {
  std::vector<std::uint32_t> classes;
  const auto id = model.find(Role::label);
  if (!id) return classes;
  visit_real(model.precision(), [&](auto real) {
    const auto x = state.x(*id).as<decltype(real)>();
    for (std::int64_t r = 0; r < x.rows; ++r)
      classes.push_back(std::uint32_t(std::max_element(x.row(r), x.row(r) + x.cols) - x.row(r)));
  });
  return classes;
}

}  // namespace

Samples draw_samples(Context& ctx, const EnergyModel& model, const SampleOptions& options) {
  require(options.chains >= 1 && options.burn_in >= 1 && options.frames >= 1 && options.sweeps_between >= 1,
          "sample: expected chains, burn-in, frames and sweeps between them ≥ 1, got {}, {}, {} and {}", options.chains,
          options.burn_in, options.frames, options.sweeps_between);
  const LayerId visible = model.visible();
  State state = model.make_state(ctx, options.chains);
  require(state.length.empty() || options.length >= 1, "sample: documents need a length of at least one word, got {}",
          options.length);
  std::ranges::fill(state.length, double(options.length));
  start_chains(ctx, model, options, state);

  Samples samples;
  Tensor mean(model.precision(), options.chains, model.layer(visible).units);
  const std::int64_t sweeps = options.burn_in + std::int64_t(options.frames - 1) * options.sweeps_between;
  const std::int64_t climb = options.start_cases.empty() ? options.burn_in / 2 : 0;
  for (std::int64_t sweep = 0; sweep < sweeps; ++sweep) {
    const Key key = options.key.fold(kSweep).fold(std::uint64_t(sweep));
    if (!proceed(options.report, {"sample", sweep, sweeps, ""})) throw Interrupted("sample: stopped");
    if (sweep < climb) {
      const std::vector<double> beta(std::size_t(state.cases), double(sweep + 1) / double(climb + 1));
      tempered_sweep(ctx, model, {beta, nullptr}, 0, Order::forward, key, state);
      continue;
    }
    const std::int64_t past = sweep + 1 - options.burn_in;
    const bool look = past >= 0 && past % options.sweeps_between == 0;
    sweep_visible_last(ctx, model, key, state, look ? mean.view() : Matrix{});
    if (look) {
      samples.mean.push_back(mean.clone());
      samples.sample.push_back(state.layers[std::size_t(visible.index)].clone());
      samples.label.push_back(classes_now(model, state));
    }
  }
  return samples;
}

std::vector<std::uint32_t> row_a_class(std::int64_t classes, std::int64_t columns) {
  std::vector<std::uint32_t> labels;
  for (std::int64_t r = 0; r < classes * columns; ++r) labels.push_back(std::uint32_t(r / columns));
  return labels;
}

}  // namespace deepboltz
