// How probable cases are under a machine, in one call.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/estimate/ais.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Mean log p of the cases, nats a case, labels summed out where the machine has them. Of binary pixels that are grey,
// bits are drawn once by the key of their column.
//
//   log Z      by enumeration where one side of the machine has few states (infer/enumerate.h), else by forward AIS,
//              whose mean overstates log p a little; base rates are those of the cases
//   the cases  exactly where the hidden layers are one block, else by the variational bound: then it is a lower bound
//
// The standard error is that of the choice of cases and of AIS. InputError: fewer than two cases, cases that do not
// fit.
Estimate mean_log_p(Context& ctx, const EnergyModel& model, const Cases& cases, AisOptions options = {});

}  // namespace deepboltz
