#include "deepboltz/task/part_draws.h"

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {

PartDraws draw_parts(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t count,
                     const GivenParts& given, std::span<const LayerId> wanted, const PartDrawOptions& options) {
  enum Use : std::uint64_t { kStart, kSweep, kShow };
  require(options.frames >= 1 && options.burn_in >= 0 && options.sweeps_between >= 1,
          "draws of a part: expected frames and sweeps between them ≥ 1, and burn-in ≥ 0, got {}, {} and {}",
          options.frames, options.sweeps_between, options.burn_in);
  model.require_energy("draws of a part");
  State state = state_given(ctx, model, cases, 0, count, given);
  bottom_up(ctx, model, state);
  mean_field(ctx, model, {.sweeps = 50}, state);
  for (int block = 0; block < model.blocks(); ++block)  // means are no states
    model.sample_block(ctx, block, {}, options.key.fold(kStart).fold(std::uint64_t(block)), state);
  SentMemory sent;
  PartDraws out;
  const std::int64_t sweeps = options.burn_in + std::int64_t(options.frames - 1) * options.sweeps_between;
  for (std::int64_t done = 0;;) {
    if (done >= options.burn_in && (done - options.burn_in) % options.sweeps_between == 0) {
      out.mean.emplace_back();
      out.sample.emplace_back();
      for (LayerId id : wanted) {
        Tensor mean(model.precision(), count, model.layer(id).units), sample = mean.clone();
        scale_add(ctx, 1, state.x(id), 0, sample);
        scale_add(ctx, 1, state.x(id), 0, mean);
        if (!state.is_clamped(id))
          sample_layer(ctx, model, id, {}, options.key.fold(kShow).fold(std::uint64_t(done)), state, state.mask(id),
                       sample, mean);
        out.mean.back().push_back(std::move(mean));
        out.sample.back().push_back(std::move(sample));
      }
    }
    if (done == sweeps) return out;
    if (!proceed(options.report, {"draw", done, sweeps, ""})) throw Interrupted("draw: stopped");
    advance(ctx, model, Gibbs{.sweeps = 1, .sent = &sent}, options.key.fold(kSweep).fold(std::uint64_t(done)), state);
    ++done;
  }
}

}  // namespace deepboltz
