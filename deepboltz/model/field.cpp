#include "deepboltz/model/field.h"

#include <algorithm>

#include "deepboltz/kernel/bits.h"
#include "deepboltz/kernel/integer_products.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/integer_draw.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/quantised.h"

namespace deepboltz {
namespace {

// send_message of states: by exact sums where the connection has integers and the states are binary.
void send_states(Context& ctx, const Connection& connection, bool upwards, const State& state, SentMemory* sent,
                 double keep, Matrix out) {
  const ConstMatrix x = state.x(upwards ? connection.lower : connection.upper);
  if (const ConnectionIntegers* integers = connection.integers.get()) {
    Bits bits(x.rows, x.cols);
    if (pack(ctx, x, bits)) {
      const IntegerInput input{upwards ? integers->up : integers->down, Direction::up, bits};
      integer_message(ctx, input, upwards ? connection.up : connection.down, keep, out,
                      sent ? &sent->of(connection, upwards, state.cases) : nullptr);
      return;
    }
  }
  send_message(ctx, connection, upwards, 1, x, keep, out);
}

}  // namespace

void send_message(Context& ctx, const Connection& connection, bool upwards, double scale, ConstMatrix x, double keep,
                  Matrix out) {
  multiply(ctx, scale * (upwards ? connection.up : connection.down), x, Transpose::no, connection.weight,
           upwards ? Transpose::no : Transpose::yes, keep, out);
}

void ordinary_bias(Context& ctx, const EnergyModel& model, LayerId layer, Matrix out) {
  scale_add(ctx, model.layer(layer).bias_factor, model.layer(layer).bias, 0, out);
  for (const Connection& c : model.connections()) {
    if (c.lower != layer && c.upper != layer) continue;
    const bool upwards = c.upper == layer;
    const Tensor& offset = model.layer(upwards ? c.lower : c.upper).offset;
    if (!offset.empty()) send_message(ctx, c, upwards, -1, offset, 1, out);
  }
}

Field layer_field(Context& ctx, ScratchScope& scope, const EnergyModel& model, LayerId layer,
                  const Tempering& tempering, const State& state, std::span<const LayerId> without) {
  const std::int64_t units = model.layer(layer).units;
  const Matrix bias = scope.matrix(model.precision(), 1, units);
  ordinary_bias(ctx, model, layer, bias);
  Matrix input;
  for (const Connection& c : model.connections()) {
    if (c.lower != layer && c.upper != layer) continue;
    const bool first = input.empty(), upwards = c.upper == layer;
    if (std::ranges::find(without, upwards ? c.lower : c.upper) != without.end()) continue;
    if (first) input = scope.matrix(model.precision(), state.cases, units);
    send_states(ctx, c, upwards, state, tempering.sent, first ? 0 : 1, input);
  }
  Field field = with_bias(ctx, scope, model, layer, state, bias, input);
  field.beta = tempering.beta;
  if (tempering.base != nullptr) field.base = (*tempering.base)[std::size_t(layer.index)];
  return field;
}

void add_clamped_measure(Context& ctx, const Target& model, LayerId layer, const State& state, std::span<double> sum) {
  if (model.block(layer) == kConditionBlock) return;
  const Unit& unit = model.variable(layer).unit;
  if (state.is_clamped(layer))
    add_log_measure(ctx, unit, state.x(layer), {}, sum);
  else if (const ConstMatrix mask = state.mask(layer); !mask.empty())
    add_log_measure(ctx, unit, state.x(layer), mask, sum);
}

void sample_layer(Context& ctx, const EnergyModel& model, LayerId layer, const Tempering& tempering, Key key,
                  const State& from, ConstMatrix clamped, Matrix sample, Matrix mean) {
  if (mean.empty() && draw_by_integers(ctx, model, layer, tempering, key, from, clamped, sample)) return;
  ScratchScope scope(ctx);
  const Field field = layer_field(ctx, scope, model, layer, tempering, from);
  unit_sample(ctx, model.layer(layer).unit, field, key.fold(std::uint64_t(layer.index)), from.first_case, clamped,
              sample, mean);
}

void mean_layer(Context& ctx, const EnergyModel& model, LayerId layer, const State& from, ConstMatrix clamped,
                Matrix mean) {
  ScratchScope scope(ctx);
  unit_mean(ctx, model.layer(layer).unit, layer_field(ctx, scope, model, layer, {}, from), clamped, mean);
}

}  // namespace deepboltz
