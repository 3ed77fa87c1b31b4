// What an energy model weighs states with: its energy, log f_β with a block summed out, and how log f changes from one
// tempering to the next.
#include <algorithm>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/integer_draw.h"
#include "deepboltz/model/length.h"

namespace deepboltz {
namespace {

double beta_of(const Tempering& t, std::size_t r) { return t.beta.empty() ? 1.0 : t.beta[r]; }

ConstMatrix base_of(const Tempering& t, LayerId id) {
  return t.base == nullptr ? ConstMatrix{} : (*t.base)[std::size_t(id.index)].view();
}

}  // namespace

// The fields of the summed block's layers, at the last tempering.
using Fields = std::vector<std::pair<LayerId, Field>>;

// log f_β, added up over the temperings with the given signs, without the layers of the summed block that are `done`.
// Products are taken at β = 1 and scaled. Returns the fields of the others of that block, in the memory of `scope`.
static Fields add_log_weights(Context& ctx, ScratchScope& scope, const EnergyModel& model, const State& state,
                              std::span<const Tempering> temperings, std::span<const double> signs, int summed,
                              std::span<double> out, std::span<const LayerId> done = {}) {
  const std::size_t cases = std::size_t(state.cases);
  Fields fields;
  auto part_memory = scope.matrix(DType::f64, 1, state.cases).as<double>();
  const std::span<double> part(part_memory.data, cases);

  const auto add_scaled_by_beta = [&] {
    for (std::size_t i = 0; i < temperings.size(); ++i)
      for (std::size_t r = 0; r < cases; ++r) out[r] += signs[i] * beta_of(temperings[i], r) * part[r];
  };

  for (LayerId id : model.ids()) {
    const Layer& layer = model.layer(id);
    if (std::ranges::find(done, id) != done.end()) continue;
    if (model.block(id) == summed) {  // A(β·field + (1−β)·base); clamped units as they are
      Field field = layer_field(ctx, scope, model, id, {.sent = temperings.back().sent}, state);
      for (std::size_t i = 0; i < temperings.size(); ++i) {
        field.beta = temperings[i].beta;
        field.base = base_of(temperings[i], id);
        if (state.is_clamped(id)) {
          const auto all = scope.matrix(DType::u8, state.cases, layer.units);
          std::fill_n(reinterpret_cast<std::uint8_t*>(all.data), state.cases * layer.units, std::uint8_t(1));
          add_log_partition(ctx, layer.unit, field, all, state.x(id), signs[i], out);
        } else {
          add_log_partition(ctx, layer.unit, field, state.mask(id), state.x(id), signs[i], out);
        }
      }
      fields.emplace_back(id, field);
      continue;
    }
    std::ranges::fill(part, 0.0);  // a kept layer: β·b·x, and the base's share
    const Matrix bias = scope.matrix(model.precision(), 1, layer.units);
    ordinary_bias(ctx, model, id, bias);
    add_row_dots(ctx, 1, state.x(id), bias, part);
    if (const auto counted = counts_beside(model, id))
      for (std::size_t r = 0; r < cases; ++r) part[r] *= state.lengths(*counted)[r];
    add_scaled_by_beta();
    const std::vector<Tensor>* summed_up = nullptr;  // the base whose share `part` holds
    for (std::size_t i = 0; i < temperings.size(); ++i) {
      if (temperings[i].base == nullptr || temperings[i].beta.empty() || model.block(id) == kConditionBlock) continue;
      if (summed_up != temperings[i].base) {
        std::ranges::fill(part, 0.0);
        add_row_dots(ctx, 1, state.x(id), base_of(temperings[i], id), part);
        summed_up = temperings[i].base;
      }
      for (std::size_t r = 0; r < cases; ++r) out[r] += signs[i] * (1 - beta_of(temperings[i], r)) * part[r];
    }
  }

  for (const Connection& c : model.connections()) {  // connections between two kept layers
    if (model.block(c.lower) == summed || model.block(c.upper) == summed) continue;
    const Matrix message = scope.matrix(model.precision(), state.cases, c.weight.cols());
    multiply(ctx, 1, state.x(c.lower), Transpose::no, c.weight, Transpose::no, 0, message);
    std::ranges::fill(part, 0.0);
    add_row_dots(ctx, 1, message, state.x(c.upper), part);
    add_scaled_by_beta();
  }
  return fields;
}

void add_log_weight_outside(Context& ctx, const EnergyModel& model, const State& state, int block,
                            std::span<double> sum) {
  const Tempering untempered;
  const double sign = 1;
  ScratchScope scope(ctx);
  add_log_weights(ctx, scope, model, state, {&untempered, 1}, {&sign, 1}, block, sum, model.block_layers(block));
  for (LayerId id : model.ids())
    if (model.block(id) != block && model.block(id) != kConditionBlock)
      add_log_measure(ctx, model.layer(id).unit, state.x(id), {}, sum);
}

// Draws the free units behind the fields, as sample_block does.
static void draw_fields(Context& ctx, const EnergyModel& model, const Fields& fields, Key key, State& state) {
  for (const auto& [id, field] : fields)
    if (!state.is_clamped(id))
      unit_sample(ctx, model.layer(id).unit, field, key.fold(std::uint64_t(id.index)), state.first_case, state.mask(id),
                  state.x(id), {});
}

void EnergyModel::energy(Context& ctx, const State& state, std::span<double> energy) const {
  require_energy("energy");
  std::ranges::fill(energy, 0.0);
  const Tempering model;
  const double sign = -1;
  ScratchScope scope(ctx);
  add_log_weights(ctx, scope, *this, state, {&model, 1}, {&sign, 1}, kNoBlock, energy);
}

void EnergyModel::log_weight(Context& ctx, const State& state, const Tempering& tempering, int summed,
                             std::span<double> out) const {
  require_energy("log_weight");
  std::ranges::fill(out, 0.0);
  const double sign = 1;
  ScratchScope scope(ctx);
  add_log_weights(ctx, scope, *this, state, {&tempering, 1}, {&sign, 1}, summed, out);
  for (LayerId id : ids())
    if (block(id) == summed)
      add_clamped_measure(ctx, *this, id, state, out);
    else if (block(id) != kConditionBlock)
      add_log_measure(ctx, layer(id).unit, state.x(id), {}, out);
}

// out[case] += log f_to − log f_from, as add_log_weights; returns the fields at `to`.
static Fields add_change(Context& ctx, ScratchScope& scope, const EnergyModel& model, const State& state,
                         const Tempering& from, const Tempering& to, int summed, std::span<double> out,
                         std::span<const LayerId> done = {}) {
  const Tempering ends[2] = {from, to};
  const double signs[2] = {-1, 1};
  return add_log_weights(ctx, scope, model, state, ends, signs, summed, out, done);
}

void EnergyModel::log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                                    std::optional<Key> draw, std::span<double> out) const {
  require_energy("log_weight_change");
  std::ranges::fill(out, 0.0);
  std::vector<LayerId> done;  // weighed and drawn in one pass: nothing that follows depends on their states
  const Annealing annealing{from.beta, out};
  if (draw && from.base == to.base)
    for (LayerId id : block_layers(summed))
      if (!state.is_clamped(id) &&
          draw_by_integers(ctx, *this, id, to, *draw, state, state.mask(id), state.x(id), &annealing))
        done.push_back(id);
  ScratchScope scope(ctx);
  const Fields fields = add_change(ctx, scope, *this, state, from, to, summed, out, done);
  if (draw) draw_fields(ctx, *this, fields, *draw, state);
}

void EnergyModel::log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to, int summed,
                                    const std::function<void()>& move_levels, Key draw, std::span<double> out) const {
  require_energy("log_weight_change");
  std::ranges::fill(out, 0.0);
  ScratchScope scope(ctx);
  const Fields fields = add_change(ctx, scope, *this, state, from, to, summed, out);
  move_levels();  // the fields look at the temperatures behind `to`, wherever they are now
  draw_fields(ctx, *this, fields, draw, state);
}

void EnergyModel::log_z_base(Context& ctx, const State& state, const std::vector<Tensor>* base,
                             std::span<double> out) const {
  require_energy("log_z_base");
  std::ranges::fill(out, 0.0);
  const std::vector<double> all_base(std::size_t(state.cases), 0.0);
  ScratchScope scope(ctx);
  for (LayerId id : ids()) {
    if (block(id) == kConditionBlock) continue;
    const Layer& l = layer(id);
    const Matrix no_bias = scope.matrix(precision_, 1, l.units);
    std::fill_n(no_bias.data, std::size_t(l.units) * size_of(precision_), std::byte(0));
    const Field field{.input = {},
                      .bias = no_bias,
                      .beta = all_base,
                      .base = base != nullptr ? (*base)[std::size_t(id.index)].view() : ConstMatrix{},
                      .cases = state.cases,
                      .length = state.lengths(id)};
    if (!state.is_clamped(id))
      add_log_partition(ctx, l.unit, field, state.mask(id), state.x(id), 1, out);
    else if (base != nullptr)
      add_row_dots(ctx, 1, state.x(id), field.base, out);
    add_clamped_measure(ctx, *this, id, state, out);
  }
}

}  // namespace deepboltz
