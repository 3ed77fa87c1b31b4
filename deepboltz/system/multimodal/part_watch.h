// Figures of a machine of several parts while it learns, columns of metrics.csv, of held-out cases where there are any,
// else of training cases.
//
//   reconstruction_PART     how far the part is from its mean given the posterior means of all parts
//   inferred_PART           the same where the part is not shown: what the other parts say of it
//   floor_PART              the same of the training means, which know of no case
//   dead_units              share of the joint layer's bits that are on in less than 1 % or more than 99 % of the cases
//   chain_activity          mean activity of the chains' joint layer
//
// Means over the cases, as task/part_distance.h says them.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

std::vector<std::string> watched_columns(const EnergyModel& model);

// Looks at the first `most` cases.
void watch_parts(Context& ctx, const CaseSets& sets, std::int64_t most, const EnergyModel& model, const State& chains,
                 Figures& figures);

}  // namespace deepboltz
