#include "deepboltz/model/rating_machine.h"

#include "deepboltz/model/build.h"

namespace deepboltz {

EnergyModel rating_machine(std::int64_t groups, std::int64_t levels, std::int64_t hidden,
                           const RatingMachineOptions& options) {
  EnergyModel model = rbm(groups * levels, hidden, {.precision = options.precision, .visible = Softmax{levels}});
  if (options.conditional)
    model.connect(model.add("seen", Bernoulli{}, groups, Role::condition), *model.find(Role::hidden));
  return model;
}

void require_rating_machine(const EnergyModel& model) {
  const auto visible = model.ids(Role::visible), hidden = model.ids(Role::hidden), seen = model.ids(Role::condition);
  const auto is = [&]<class U>(LayerId id, const U&) { return std::holds_alternative<U>(model.layer(id).unit); };
  const bool two = hidden.size() == 1 && visible.size() == 1 && model.layers().size() == seen.size() + 2 &&
                   model.connections().size() == seen.size() + 1 && is(visible[0], Softmax{}) &&
                   is(hidden[0], Bernoulli{});
  const bool third =
      two && seen.size() == 1 && is(seen[0], Bernoulli{}) &&
      model.layer(seen[0]).units * group_size(model.layer(visible[0]).unit) == model.layer(visible[0]).units;
  require(two && (seen.empty() || third),
          "ratings: expected a machine of softmax units below one layer of Bernoulli units, and perhaps a bit a group "
          "for what was seen");
}

RatingLayers rating_layers(const EnergyModel& model) {
  return {model.visible(), *model.find(Role::hidden), group_size(model.layer(model.visible()).unit),
          model.connections().size() > kSeenWeights};
}

}  // namespace deepboltz
