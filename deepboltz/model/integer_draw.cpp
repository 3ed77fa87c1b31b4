#include "deepboltz/model/integer_draw.h"

#include <deque>

#include "deepboltz/model/field.h"
#include "deepboltz/model/quantised.h"

namespace deepboltz {

bool draw_by_integers(Context& ctx, const EnergyModel& model, LayerId layer, const Tempering& tempering, Key key,
                      const State& from, ConstMatrix clamped, Matrix sample, const Annealing* annealing) {
  if (!std::holds_alternative<Bernoulli>(model.layer(layer).unit)) return false;
  SentMemory of_this_draw;
  SentMemory& sent = tempering.sent != nullptr ? *tempering.sent : of_this_draw;
  std::deque<Bits> states;  // stay where they are
  std::vector<RunningInput> inputs;
  for (const Connection& c : model.connections()) {
    if (c.lower != layer && c.upper != layer) continue;
    const bool upwards = c.upper == layer;
    const LayerId sender = upwards ? c.lower : c.upper;
    if (!c.integers || (upwards ? c.up : c.down) != 1 || std::holds_alternative<Counts>(model.layer(sender).unit))
      return false;
    const ConstMatrix x = from.x(sender);
    Bits& bits = states.emplace_back(x.rows, x.cols);
    if (!pack(ctx, x, bits)) return false;
    inputs.push_back({upwards ? c.integers->up : c.integers->down, bits, sent.of(c, upwards, from.cases)});
  }
  if (inputs.empty()) return false;
  ScratchScope scope(ctx);
  const Matrix bias = scope.matrix(model.precision(), 1, model.layer(layer).units);
  ordinary_bias(ctx, model, layer, bias);
  Field field{.input = {}, .bias = bias, .beta = tempering.beta, .base = {}, .cases = from.cases};
  if (tempering.base != nullptr) field.base = (*tempering.base)[std::size_t(layer.index)];
  tempered_sample(ctx, inputs, field, key.fold(std::uint64_t(layer.index)), from.first_case, clamped, sample,
                  annealing);
  return true;
}

}  // namespace deepboltz
