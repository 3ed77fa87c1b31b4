#include "deepboltz/task/part_draws.h"

#include <algorithm>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {

namespace {

enum Use : std::uint64_t { kStart, kSweep, kShow };

// Runs chains; look(state, key) at sweep `burn_in`, and `frames` times in all. They begin at noise and climb to the
// model in the first half of the burn-in, by rising inverse temperatures: from mean field's answer, chains of pictures
// stay where it is, whatever little is given.
template <class Look>
void run_chains(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t count, const GivenParts& given,
                const PartDrawOptions& options, Look&& look) {
  model.require_energy("draws of a part");
  State state = state_given(ctx, model, cases, 0, count, given);
  draw_base(ctx, model, nullptr, options.key.fold(kStart), state);
  const int climb = options.burn_in / 2;
  SentMemory sent;
  const std::int64_t sweeps = options.burn_in + std::int64_t(options.frames - 1) * options.sweeps_between;
  for (std::int64_t done = 0;; ++done) {
    if (done >= options.burn_in && (done - options.burn_in) % options.sweeps_between == 0)
      look(state, options.key.fold(kShow).fold(std::uint64_t(done)));
    if (done == sweeps) return;
    if (!proceed(options.report, {"draw", done, sweeps, ""})) throw Interrupted("draw: stopped");
    const Key key = options.key.fold(kSweep).fold(std::uint64_t(done));
    if (done < climb) {
      const std::vector<double> beta(std::size_t(state.cases), double(done + 1) / double(climb + 1));
      tempered_sweep(ctx, model, {beta, nullptr, &sent}, 0, Order::forward, key, state);
    } else {
      advance(ctx, model, Gibbs{.sweeps = 1, .sent = &sent}, key, state);
    }
  }
}

}  // namespace

PartDraws draw_parts(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t count,
                     const GivenParts& given, std::span<const LayerId> wanted, const PartDrawOptions& options) {
  require(options.frames >= 1 && options.burn_in >= 0 && options.sweeps_between >= 1,
          "draws of a part: expected frames and sweeps between them ≥ 1, and burn-in ≥ 0, got {}, {} and {}",
          options.frames, options.sweeps_between, options.burn_in);
  PartDraws out;
  run_chains(ctx, model, cases, count, given, options, [&](const State& state, Key key) {
    out.mean.emplace_back();
    out.sample.emplace_back();
    for (LayerId id : wanted) {
      Tensor mean(model.precision(), count, model.layer(id).units), sample = mean.clone();
      scale_add(ctx, 1, state.x(id), 0, sample);
      scale_add(ctx, 1, state.x(id), 0, mean);
      if (!state.is_clamped(id)) sample_layer(ctx, model, id, {}, key, state, state.mask(id), sample, mean);
      out.mean.back().push_back(std::move(mean));
      out.sample.back().push_back(std::move(sample));
    }
  });
  return out;
}

Tensor part_means(Context& ctx, const EnergyModel& model, const Cases& cases, const GivenParts& given, LayerId wanted,
                  const PartMeanOptions& options) {
  constexpr int kApart = 5;                // sweeps from one look to the next
  constexpr std::int64_t kAtOnce = 1'000;  // chains
  require(options.chains >= 1 && options.sweeps >= 1 && options.burn_in >= 0,
          "means of a part: expected chains and sweeps ≥ 1, and burn-in ≥ 0, got {}, {} and {}", options.chains,
          options.sweeps, options.burn_in);
  const std::int64_t at_once = std::max<std::int64_t>(1, kAtOnce / options.chains);
  const int looks = std::max(1, options.sweeps / kApart);
  Tensor means(model.precision(), cases.count(), model.layer(wanted).units);
  for (std::int64_t first = 0; first < cases.count(); first += at_once) {
    const std::int64_t count = std::min(at_once, cases.count() - first);
    std::vector<std::uint32_t> rows;
    for (std::int64_t r = 0; r < count; ++r)
      rows.insert(rows.end(), std::size_t(options.chains), std::uint32_t(first + r));
    Tensor mean(model.precision(), std::int64_t(rows.size()), means.cols());
    run_chains(ctx, model, select_rows(cases, rows), std::int64_t(rows.size()), given,
               {.burn_in = options.burn_in,
                .frames = looks,
                .sweeps_between = kApart,
                .key = options.key.fold(std::uint64_t(first)),
                .report = options.report},
               [&](const State& state, Key) {
                 scale_add(ctx, 1, state.x(wanted), 0, mean);
                 mean_layer(ctx, model, wanted, state, state.mask(wanted), mean);
                 for (std::int64_t r = 0; r < mean.rows(); ++r)
                   for (std::int64_t i = 0; i < mean.cols(); ++i) {
                     const std::int64_t to = first + r / options.chains;
                     means.set(to, i, means.at(to, i) + mean.at(r, i) / (double(options.chains) * looks));
                   }
               });
  }
  return means;
}

}  // namespace deepboltz
