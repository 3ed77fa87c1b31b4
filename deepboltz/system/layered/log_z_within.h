// log Z with more and more work until it can be quoted, or the time is spent.
#pragma once

#include "deepboltz/estimate/log_z.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Measures once; by enumeration too where the smaller side of the model is small. Then again with four times the work,
// as long as nothing can be quoted and the next call ends within `minutes`, by the time of the one before. Interrupted
// where the report says stop.
LogZ log_z_within(Context& ctx, const EnergyModel& model, LogZMeasurement& measurement, double minutes,
                  const Report& report);

}  // namespace deepboltz
