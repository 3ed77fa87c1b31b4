#include "deepboltz/infer/mean_field.h"

#include <algorithm>
#include <array>

#include "deepboltz/infer/free_cases.h"
#include "deepboltz/infer/propagation_order.h"
#include "deepboltz/kernel/field_row.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/length.h"

namespace deepboltz {
namespace {

// What no sweep changes: which cases have free units in the layers, and what layers send in the others.
struct Standing {
  CaseRange free;
  Matrix bias;   // (1, units)
  Matrix input;  // (cases, units): what neighbours send in the cases in which they are known; empty: none is
};

// Calls visit(connection, upwards, sender) for the connections over which a layer receives.
template <class Visit> void each_neighbour(const EnergyModel& model, LayerId layer, Visit&& visit) {
  for (const Connection& c : model.connections())
    if (c.lower == layer || c.upper == layer) visit(c, c.upper == layer, c.upper == layer ? c.lower : c.upper);
}

// The ranges of the cases that are outside of `free`.
std::array<CaseRange, 2> known_cases(const CaseRange& free, std::int64_t cases) {
  const std::int64_t end = free.first + free.count;
  return {{{0, free.first}, {end, cases - end}}};
}

void clear(Matrix out) {
  visit_real(out.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < out.rows; ++r) std::fill_n(out.as<Real>().row(r), out.cols, Real(0));
  });
}

void take_standing(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer, const State& state,
                   std::span<Standing> standing) {
  const std::int64_t units = model.layer(layer).units;
  Standing& mine = standing[std::size_t(layer.index)];
  mine.bias = scope.matrix(model.precision(), 1, units);
  ordinary_bias(ctx, model, layer, mine.bias);
  each_neighbour(model, layer, [&](const Connection& c, bool upwards, LayerId sender) {
    const CaseRange& free = standing[std::size_t(sender.index)].free;
    if (free.count == state.cases) return;
    const bool first = mine.input.empty();
    if (first) mine.input = scope.matrix(model.precision(), state.cases, units);
    if (first && free.count > 0) clear(free.of(mine.input));
    for (const CaseRange& known : known_cases(free, state.cases))
      if (known.count > 0)
        send_message(ctx, c, upwards, 1, known.of(state.x(sender)), first ? 0 : 1, known.of(mine.input));
  });
}

// Of the cases in which the layer is not wholly known.
void update_mean(Context& ctx, const EnergyModel& model, LayerId layer, std::span<const Standing> standing,
                 State& state) {
  const Standing& mine = standing[std::size_t(layer.index)];
  ScratchScope scope(ctx);
  const Matrix input = scope.matrix(model.precision(), state.cases, model.layer(layer).units);
  bool empty = mine.input.empty();
  if (!empty) scale_add(ctx, 1, mine.free.of(mine.input), 0, mine.free.of(input));
  each_neighbour(model, layer, [&](const Connection& c, bool upwards, LayerId sender) {
    const CaseRange both = common_cases(mine.free, standing[std::size_t(sender.index)].free);
    if (both.count == 0) return;
    send_message(ctx, c, upwards, 1, both.of(state.x(sender)), empty ? 0 : 1, both.of(input));
    empty = false;
  });
  const Field field = with_bias(ctx, scope, model, layer, state, mine.bias, empty ? Matrix{} : input);
  const ConstMatrix mask = state.mask(layer);
  unit_mean(ctx, model.layer(layer).unit, field.slice(mine.free.first, mine.free.count),
            mask.empty() ? mask : mine.free.of(mask), mine.free.of(state.x(layer)));
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
  for (LayerId id : model.ids()) standing.push_back({free_cases(model, id, state), {}, {}});
  for (LayerId id : model.ids())
    if (standing[std::size_t(id.index)].free.count > 0) take_standing(ctx, all_sweeps, model, id, state, standing);
  MeanFieldInfo info;
  while (info.sweeps < options.sweeps) {
    ++info.sweeps;
    info.change = 0;
    for (int step = 1; step <= model.blocks(); ++step) {  // the block of the first hidden layer first
      for (LayerId id : model.block_layers(step % model.blocks())) {
        const CaseRange& free = standing[std::size_t(id.index)].free;
        if (free.count == 0) continue;
        ScratchScope scope(ctx);
        const Matrix old = scope.matrix(model.precision(), free.count, model.layer(id).units),
                     now = free.of(state.x(id));
        const ConstMatrix mask = state.mask(id);
        scale_add(ctx, 1, now, 0, old);
        update_mean(ctx, model, id, standing, state);
        if (options.damping > 0) damp(options.damping, mask.empty() ? mask : free.of(mask), old, now);
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
