#include "deepboltz/task/visible_sweep.h"

#include <algorithm>
#include <utility>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"

namespace deepboltz {

void sweep_visible_last(Context& ctx, const EnergyModel& model, Key key, SentMemory& sent, State& state,
                        Matrix visible_mean) {
  const LayerId visible = model.visible();
  const int last = model.block(visible);
  for (int step = 1; step < model.blocks(); ++step) {
    const int block = (last + step) % model.blocks();
    model.sample_block(ctx, block, {.sent = &sent}, key.fold(std::uint64_t(block)), state);
  }
  const Key now = key.fold(std::uint64_t(last));
  for (LayerId id : model.block_layers(last)) {
    if (state.is_clamped(id)) {
      if (id == visible && !visible_mean.empty()) scale_add(ctx, 1, state.x(id), 0, visible_mean);
    } else {
      sample_layer(ctx, model, id, {.sent = &sent}, now, state, state.mask(id), state.x(id),
                   id == visible ? visible_mean : Matrix{});
    }
  }
}

void start_visible(Context& ctx, const EnergyModel& model, ConstMatrix means, Key key, State& state) {
  const LayerId visible = model.visible();
  const Layer& layer = model.layer(visible);
  require(means.empty() || (means.rows == 1 && means.cols == layer.units && means.dtype == model.precision()),
          "means to start from: expected 1 × {} {}, got {} × {} {}", layer.units, name_of(model.precision()),
          means.rows, means.cols, name_of(means.dtype));
  if (!state.is_clamped(visible)) {
    constexpr double kPrior = 1e-6;  // of a case: means of 0 and 1 have finite fields
    ScratchScope scope(ctx);
    const Matrix bias = scope.matrix(model.precision(), 1, layer.units);
    if (means.empty())
      std::fill_n(bias.data, std::size_t(layer.units) * size_of(model.precision()), std::byte(0));
    else
      base_rate_fields(layer.unit, means, 1, kPrior, bias);
    const Field field{
        .input = {}, .bias = bias, .beta = {}, .base = {}, .cases = state.cases, .length = state.lengths(visible)};
    unit_sample(ctx, layer.unit, field, key, state.first_case, state.mask(visible), state.x(visible), {});
  }
  // For the pass upwards, what was drawn is evidence.
  Clamp as_it_was = std::exchange(state.clamped[std::size_t(visible.index)], {Clamp::Kind::all, {}});
  bottom_up(ctx, model, state);
  state.clamped[std::size_t(visible.index)] = std::move(as_it_was);
}

}  // namespace deepboltz
