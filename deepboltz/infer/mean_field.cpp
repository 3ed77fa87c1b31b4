#include "deepboltz/infer/mean_field.h"

#include <algorithm>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"

namespace deepboltz {

void bottom_up(Context& ctx, const EnergyModel& model, State& state) {
  std::vector<bool> known;
  for (LayerId id : model.ids()) known.push_back(state.clamped[std::size_t(id.index)].kind != Clamp::Kind::none);
  const auto knows = [&](LayerId id) { return known[std::size_t(id.index)]; };

  // The nearest layer without a value: one with a valued neighbour, or any when there is none.
  const auto next = [&]() -> LayerId {
    LayerId any;
    for (LayerId id : model.ids()) {
      if (knows(id)) continue;
      for (const Connection& c : model.connections())
        if ((c.lower == id && knows(c.upper)) || (c.upper == id && knows(c.lower))) return id;
      if (any.index < 0) any = id;
    }
    return any;
  };

  for (LayerId id = next(); id.index >= 0; id = next()) {
    ScratchScope scope(ctx);
    const Layer& layer = model.layer(id);
    const Matrix input = scope.matrix(model.precision(), state.cases, layer.units);
    int all = 0, valued = 0;
    for (const Connection& c : model.connections()) {
      if (c.lower != id && c.upper != id) continue;
      ++all;
      const bool upwards = c.upper == id;
      const LayerId from = upwards ? c.lower : c.upper;
      if (!knows(from)) continue;
      multiply(ctx, upwards ? c.up : c.down, state.x(from), Transpose::no, c.weight,
               upwards ? Transpose::no : Transpose::yes, valued++ == 0 ? 0 : 1, input);
    }
    if (valued > 0 && all > valued) scale_add(ctx, 0, input, double(all) / valued, input);
    const Matrix bias = scope.matrix(model.precision(), 1, layer.units);
    ordinary_bias(ctx, model, id, bias);
    const Field field{.input = valued > 0 ? ConstMatrix(input) : ConstMatrix{},
                      .bias = bias,
                      .beta = {},
                      .base = {},
                      .cases = state.cases};
    unit_mean(ctx, layer.unit, field, {}, state.x(id));
    known[std::size_t(id.index)] = true;
  }
  // Partly clamped layers: their free units take the mean that their neighbours call for.
  for (LayerId id : model.ids())
    if (!state.mask(id).empty()) mean_layer(ctx, model, id, state, state.mask(id), state.x(id));
}

MeanFieldInfo mean_field(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options, State& state) {
  require(options.sweeps >= 1, "mean field: expected at least one sweep, got {}", options.sweeps);
  require(options.damping >= 0 && options.damping < 1, "mean field: expected 0 ≤ damping < 1, got {}", options.damping);
  MeanFieldInfo info;
  while (info.sweeps < options.sweeps) {
    ++info.sweeps;
    info.change = 0;
    for (int step = 1; step <= model.blocks(); ++step) {  // the block of the first hidden layer first
      for (LayerId id : model.block_layers(step % model.blocks())) {
        if (state.is_clamped(id)) continue;
        ScratchScope scope(ctx);
        const Matrix old = scope.matrix(model.precision(), state.cases, model.layer(id).units), now = state.x(id);
        scale_add(ctx, 1, now, 0, old);
        mean_layer(ctx, model, id, state, state.mask(id), now);
        if (options.damping > 0) scale_add(ctx, options.damping, old, 1 - options.damping, now);
        info.change = std::max(info.change, mean_absolute_difference(ctx, old, now));
      }
    }
    if (info.change < options.tolerance) break;
  }
  return info;
}

}  // namespace deepboltz
