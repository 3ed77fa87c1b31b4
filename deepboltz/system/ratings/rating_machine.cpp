#include "deepboltz/system/ratings/rating_machine.h"

#include "deepboltz/model/build.h"

namespace deepboltz {

EnergyModel rating_machine(std::int64_t groups, std::int64_t levels, std::int64_t hidden,
                           const RatingMachineOptions& options) {
  EnergyModel model = rbm(groups * levels, hidden, {.precision = options.precision, .visible = Softmax{levels}});
  if (options.conditional)
    model.connect(model.add("seen", Bernoulli{}, groups, Role::visible), *model.find(Role::hidden));
  return model;
}

void require_rating_machine(const EnergyModel& model) {
  const auto visible = model.ids(Role::visible), hidden = model.ids(Role::hidden);
  const auto is = [&]<class U>(LayerId id, const U&) { return std::holds_alternative<U>(model.layer(id).unit); };
  const bool two = hidden.size() == 1 && !visible.empty() && model.layers().size() == visible.size() + 1 &&
                   model.connections().size() == visible.size() && is(visible[0], Softmax{}) &&
                   is(hidden[0], Bernoulli{});
  const bool told =
      two && visible.size() == 2 && is(visible[1], Bernoulli{}) &&
      model.layer(visible[1]).units * group_size(model.layer(visible[0]).unit) == model.layer(visible[0]).units;
  require(two && (visible.size() == 1 || told),
          "ratings: expected a machine of softmax units below one layer of Bernoulli units, and perhaps a bit a group "
          "for what was seen");
}

RatingLayers rating_layers(const EnergyModel& model) {
  return {model.visible(), *model.find(Role::hidden), group_size(model.layer(model.visible()).unit),
          model.connections().size() > kSeenWeights};
}

}  // namespace deepboltz
