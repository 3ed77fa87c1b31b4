#include "deepboltz/task/visible_sweep.h"

#include <utility>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/model/field.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

void sweep_visible_last(Context& ctx, const EnergyModel& model, Key key, State& state, Matrix visible_mean) {
  const LayerId visible = model.visible();
  const int last = model.block(visible);
  for (int step = 1; step < model.blocks(); ++step) {
    const int block = (last + step) % model.blocks();
    model.sample_block(ctx, block, {}, key.fold(std::uint64_t(block)), state);
  }
  const Key now = key.fold(std::uint64_t(last));
  for (LayerId id : model.block_layers(last)) {
    if (state.is_clamped(id)) {
      if (id == visible && !visible_mean.empty()) scale_add(ctx, 1, state.x(id), 0, visible_mean);
    } else {
      sample_layer(ctx, model, id, {}, now, state, state.mask(id), state.x(id),
                   id == visible ? visible_mean : Matrix{});
    }
  }
}

void start_visible(Context& ctx, const EnergyModel& model, ConstMatrix means, Key key, State& state) {
  const LayerId visible = model.visible();
  const Layer& layer = model.layer(visible);
  require(std::holds_alternative<Bernoulli>(layer.unit), "'{}' is a layer of {} units; chains start from binary ones",
          layer.name, name_of(layer.unit));
  require(means.empty() || (means.rows == 1 && means.cols == layer.units && means.dtype == model.precision()),
          "means to start from: expected 1 × {} {}, got {} × {} {}", layer.units, name_of(model.precision()),
          means.rows, means.cols, name_of(means.dtype));
  if (!state.is_clamped(visible)) {
    const ConstMatrix mask = state.mask(visible);
    visit_real(model.precision(), [&](auto real) {
      using Real = decltype(real);
      const auto x = state.x(visible).as<Real>();
      for_rows(ctx, state.cases, layer.units, [&](std::int64_t r) {
        for (std::int64_t i = 0; i < layer.units; ++i) {
          if (!mask.empty() && mask.as<std::uint8_t>()(r, i) != 0) continue;
          const Real mean = means.empty() ? Real(0.5) : means.as<Real>()(0, i);
          x(r, i) = Bernoulli::draw(mean, Real(uniform(key, std::uint32_t(state.first_case + r), std::uint32_t(i))));
        }
      });
    });
  }
  // For the pass upwards, what was drawn is evidence.
  Clamp as_it_was = std::exchange(state.clamped[std::size_t(visible.index)], {Clamp::Kind::all, {}});
  bottom_up(ctx, model, state);
  state.clamped[std::size_t(visible.index)] = std::move(as_it_was);
}

}  // namespace deepboltz
