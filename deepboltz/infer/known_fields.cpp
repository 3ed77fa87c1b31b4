#include "deepboltz/infer/known_fields.h"

namespace deepboltz {

void known_fields(Context& ctx, const EnergyModel& model, LayerId hidden, std::span<const IntegerWeights> weights,
                  ConstMatrix bias, const BinaryData& data, RowSums& work, std::span<std::int32_t> fields) {
  std::vector<IntegerInput> inputs;
  std::vector<std::pair<const IntegerWeights*, Direction>> from_grey;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const Connection& link = model.connections()[c];
    if (link.lower != hidden && link.upper != hidden) continue;
    const Direction direction = link.upper == hidden ? Direction::up : Direction::down;
    const LayerId sender = direction == Direction::up ? link.lower : link.upper;
    if (data.grey && sender == model.visible())
      from_grey.emplace_back(&weights[c], direction);
    else if (model.layer(sender).role != Role::hidden)
      inputs.push_back({weights[c], direction, data.x[std::size_t(sender.index)]});
  }
  if (inputs.empty())
    bias_field(bias, weights[0].exponent(), fields);
  else
    integer_field(ctx, inputs, bias, fields);
  for (const auto& [w, direction] : from_grey) add_grey_field(ctx, *w, direction, *data.grey, work, fields);
}

}  // namespace deepboltz
