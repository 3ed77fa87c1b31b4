#include "deepboltz/infer/mean_field.h"

#include <algorithm>

#include "deepboltz/infer/propagation_order.h"
#include "deepboltz/kernel/field_row.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/length.h"

namespace deepboltz {
namespace {

// The part of a layer's field that no sweep changes: its bias, and what whole clamped layers send.
struct Standing {
  Matrix bias;   // (1, units)
  Matrix input;  // (cases, units); empty without such neighbours
};

// Calls visit(connection, upwards, sender) for the connections over which a layer receives.
template <class Visit> void each_neighbour(const EnergyModel& model, LayerId layer, Visit&& visit) {
  for (const Connection& c : model.connections())
    if (c.lower == layer || c.upper == layer) visit(c, c.upper == layer, c.upper == layer ? c.lower : c.upper);
}

Standing standing_field(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer,
                        const State& state) {
  const std::int64_t units = model.layer(layer).units;
  Standing standing{scope.matrix(model.precision(), 1, units), {}};
  ordinary_bias(ctx, model, layer, standing.bias);
  each_neighbour(model, layer, [&](const Connection& c, bool upwards, LayerId sender) {
    if (!state.is_clamped(sender)) return;
    const bool first = standing.input.empty();
    if (first) standing.input = scope.matrix(model.precision(), state.cases, units);
    send_message(ctx, c, upwards, 1, state.x(sender), first ? 0 : 1, standing.input);
  });
  return standing;
}

void update_mean(Context& ctx, const EnergyModel& model, LayerId layer, const Standing& standing, State& state) {
  ScratchScope scope(ctx);
  const Matrix input = scope.matrix(model.precision(), state.cases, model.layer(layer).units);
  bool empty = standing.input.empty();
  if (!empty) scale_add(ctx, 1, standing.input, 0, input);
  each_neighbour(model, layer, [&](const Connection& c, bool upwards, LayerId sender) {
    if (state.is_clamped(sender)) return;
    send_message(ctx, c, upwards, 1, state.x(sender), empty ? 0 : 1, input);
    empty = false;
  });
  const Field field = with_bias(ctx, scope, model, layer, state, standing.bias, empty ? Matrix{} : input);
  unit_mean(ctx, model.layer(layer).unit, field, state.mask(layer), state.x(layer));
}

// now ← (1−damping)·now + damping·old on the free units; the clamped ones keep their bits. Known words are in both.
void damp(double damping, ConstMatrix clamped, ConstMatrix old, Matrix now) {
  if (!clamped.empty() && clamped.dtype == now.dtype) clamped = {};
  visit_real(now.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < now.rows; ++r)
      for (std::int64_t u = 0; u < now.cols; ++u)
        if (clamped.empty() || clamped.as<std::uint8_t>()(r, u) == 0)
          now.as<Real>()(r, u) += Real(damping) * (old.as<Real>()(r, u) - now.as<Real>()(r, u));
  });
}

}  // namespace

bool posterior_is_exact(const EnergyModel& model, const State& cases) {
  const auto visible = model.ids(Role::visible);
  return model.hidden_is_one_block() && std::ranges::all_of(visible, [&](LayerId id) { return cases.is_clamped(id); });
}

void bottom_up(Context& ctx, const EnergyModel& model, State& state) {
  std::vector<bool> known;
  for (LayerId id : model.ids()) known.push_back(state.clamped[std::size_t(id.index)].kind != Clamp::Kind::none);
  std::vector<bool> valued = known;
  for (const auto& [id, neighbours, with_values] : propagation_order(model, known)) {
    ScratchScope scope(ctx);
    const Layer& layer = model.layer(id);
    const Matrix input = scope.matrix(model.precision(), state.cases, layer.units);
    bool first = true;
    each_neighbour(model, id, [&](const Connection& c, bool upwards, LayerId sender) {
      if (!valued[std::size_t(sender.index)]) return;
      send_message(ctx, c, upwards, 1, state.x(sender), first ? 0 : 1, input);
      first = false;
    });
    if (with_values > 0 && neighbours > with_values) scale_add(ctx, 0, input, double(neighbours) / with_values, input);
    const Matrix bias = scope.matrix(model.precision(), 1, layer.units);
    ordinary_bias(ctx, model, id, bias);
    const Field field = with_bias(ctx, scope, model, id, state, bias, with_values > 0 ? input : Matrix{});
    unit_mean(ctx, layer.unit, field, {}, state.x(id));
    valued[std::size_t(id.index)] = true;
  }
  // Partly clamped layers: their free units take the mean that their neighbours call for.
  for (LayerId id : model.ids())
    if (!state.mask(id).empty()) mean_layer(ctx, model, id, state, state.mask(id), state.x(id));
}

MeanFieldInfo mean_field(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options, State& state) {
  require(options.sweeps >= 1, "mean field: expected at least one sweep, got {}", options.sweeps);
  require(options.damping >= 0 && options.damping < 1, "mean field: expected 0 ≤ damping < 1, got {}", options.damping);
  ScratchScope all_sweeps(ctx);
  std::vector<Standing> standing;
  for (LayerId id : model.ids())
    standing.push_back(state.is_clamped(id) ? Standing{} : standing_field(ctx, all_sweeps, model, id, state));
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
        update_mean(ctx, model, id, standing[std::size_t(id.index)], state);
        if (options.damping > 0) damp(options.damping, state.mask(id), old, now);
        info.change = std::max(info.change, mean_absolute_difference(ctx, old, now));
      }
    }
    if (info.change < options.tolerance) break;
  }
  return info;
}

std::vector<Tensor> mean_fields(Context& ctx, const EnergyModel& model, const State& state) {
  std::vector<Tensor> fields;
  for (LayerId id : model.ids()) {
    const std::int64_t units = model.layer(id).units;
    if (state.is_clamped(id) || model.block(id) == kConditionBlock) {
      fields.emplace_back(model.precision(), 1, units);
      continue;
    }
    Tensor& out = fields.emplace_back(model.precision(), state.cases, units);
    ScratchScope scope(ctx);
    const Field field = layer_field(ctx, scope, model, id, {}, state);
    visit_real(out.dtype(), [&](auto real) {
      using Real = decltype(real);
      for (std::int64_t r = 0; r < state.cases; ++r) {
        const FieldRow<Real> row(field, r);
        for (std::int64_t u = 0; u < units; ++u) out.view().as<Real>()(r, u) = row(u);
      }
    });
  }
  return fields;
}

}  // namespace deepboltz
