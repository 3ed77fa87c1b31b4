#include "deepboltz/system/layered/objective.h"

#include <limits>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/standardisation.h"

namespace deepboltz {

std::vector<double> objective_of(Context& ctx, const EnergyModel& model, State& state) {
  std::vector<double> objective(std::size_t(state.cases), std::numeric_limits<double>::quiet_NaN());
  if (posterior_is_exact(model, state)) {
    if (model.has_energy()) negative_free_energy(ctx, model, state, objective);
    for (LayerId id : model.ids())
      if (!state.is_clamped(id)) mean_layer(ctx, model, id, state, {}, state.x(id));
  } else {
    bottom_up(ctx, model, state);
    mean_field(ctx, model, {.sweeps = 30}, state);
    if (model.has_energy()) bound_at(ctx, model, state, objective);
  }
  const double jacobian = log_jacobian(model.layer(model.visible()));
  for (double& value : objective) value += jacobian;
  return objective;
}

}  // namespace deepboltz
