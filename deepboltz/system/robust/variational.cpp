#include "deepboltz/system/robust/variational.h"

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

std::vector<LayerId> hidden_layers(const RobustMachine& machine) {
  std::vector<LayerId> hidden;
  for (LayerId id : machine.ids())
    if (id != machine.clean() && id != machine.mask() && id != machine.observed()) hidden.push_back(id);
  return hidden;
}

}  // namespace

void robust_bound(Context& ctx, const RobustMachine& machine, State& state, std::span<double> bound,
                  const Exposure& exposure) {
  // Pixels at 0 send nothing: what is left of the energy is of the hidden layers.
  for (LayerId id : {machine.clean(), machine.mask()}) scale_add(ctx, 0, state.x(id), 0, state.x(id));
  State hidden = state.clone();
  scale_add(ctx, 0, hidden.x(machine.observed()), 0, hidden.x(machine.observed()));
  std::vector<double> pixels(bound.size());
  machine.mean_pixels(ctx, state, pixels, exposure);
  machine.halves().energy(ctx, hidden, bound);
  for (std::size_t r = 0; r < bound.size(); ++r) bound[r] = pixels[r] - bound[r];
  for (LayerId id : hidden_layers(machine)) add_entropy(ctx, machine.variable(id).unit, state.x(id), {}, bound);
}

void update_hidden_means(Context& ctx, const RobustMachine& machine, State& state) {
  for (LayerId id : hidden_layers(machine)) mean_layer(ctx, machine.halves(), id, state, {}, state.x(id));
}

}  // namespace deepboltz
