#include "deepboltz/system/stack/stack_cases.h"

#include "deepboltz/learn/source.h"

namespace deepboltz {

EnergyModel visible_only(const EnergyModel& model) {
  EnergyModel alone(model.precision());
  const Layer& layer = model.layer(model.visible());
  const LayerId id = alone.add(layer.name, layer.unit, layer.units, Role::visible);
  alone.layer(id).shift = layer.shift.clone();
  alone.layer(id).scale = layer.scale.clone();
  return alone;
}

StackCases::StackCases(Context& ctx, const EnergyModel& visible, const Cases& cases) {
  if (cases.count() == 0) return;
  labels_ = labels_of(cases);
  if (!std::holds_alternative<Counts>(visible.layer(visible.visible()).unit)) {
    rows_ = shown_cases(ctx, visible, cases);
    return;
  }
  words_ = nonzero_entries(cases.at(kVisibleColumn));
  lengths_ = Tensor(visible.precision(), words_->rows(), 1);
  for (std::int64_t r = 0; r < words_->rows(); ++r) {
    double length = 0;
    for (std::int64_t e = words_->first[std::size_t(r)]; e < words_->first[std::size_t(r) + 1]; ++e)
      length += words_->at(e);
    lengths_.set(r, 0, length);
  }
}

Examples StackCases::inputs() const {
  Examples examples;
  if (words_)
    examples.inputs = {*words_, lengths_};
  else if (!rows_.x.empty())
    examples.inputs = {rows_.x};
  return examples;
}

Examples StackCases::to_itself() const {
  Examples examples = inputs();
  if (!examples.inputs.empty()) examples.targets = examples.inputs.front();
  return examples;
}

Examples StackCases::to_classes() const {
  Examples examples = inputs();
  examples.labels = labels_;
  return examples;
}

}  // namespace deepboltz
