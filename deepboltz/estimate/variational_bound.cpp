#include "deepboltz/estimate/variational_bound.h"

#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/field.h"

namespace deepboltz {

void bound_at(Context& ctx, const Target& model, const State& state, std::span<double> out) {
  model.energy(ctx, state, out);
  for (double& x : out) x = -x;
  for (LayerId id : model.ids()) {
    add_clamped_measure(ctx, model, id, state, out);
    if (!state.is_clamped(id)) add_entropy(ctx, model.variable(id).unit, state.x(id), state.mask(id), out);
  }
}

MeanFieldInfo variational_bound(Context& ctx, const EnergyModel& model, const MeanFieldOptions& options, State& state,
                                std::span<double> out) {
  bottom_up(ctx, model, state);
  const MeanFieldInfo info = mean_field(ctx, model, options, state);
  bound_at(ctx, model, state, out);
  return info;
}

}  // namespace deepboltz
