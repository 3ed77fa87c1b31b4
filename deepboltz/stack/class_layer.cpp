#include "deepboltz/stack/class_layer.h"

#include "deepboltz/stack/machine_parts.h"

namespace deepboltz {

NetworkLayer class_layer(Context& ctx, const EnergyModel& machine, LayerId below, const ClassifierStart& start) {
  require(start.classes >= 2, "classifier: expected at least 2 classes, got {}", start.classes);
  if (!start.from_labels)
    return random_layer("classes", Softmax{start.classes}, machine.layer(below).units, start.classes, start.deviation,
                        start.key, machine.precision());
  const auto label = machine.find(Role::label);
  require(label.has_value(), "classifier: there is no label layer to start from");
  require(machine.layer(*label).units == start.classes, "classifier: the label layer has {} classes, the cases have {}",
          machine.layer(*label).units, start.classes);
  return {{Softmax{start.classes}, transposed(weight_between(machine, *label, below)),
           ordinary_bias_of(ctx, machine, *label)},
          "classes"};
}

}  // namespace deepboltz
