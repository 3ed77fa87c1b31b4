// The fields of the hidden units of a machine over ratings, at a cost in proportion to what the cases have:
//
//   x = a + Σ_{i∈R} W_i^{v_i} + Σ_i r_i D_i                                                    rating_machine.h
#pragma once

#include "deepboltz/data/rating_cases.h"
#include "deepboltz/system/ratings/rating_machine.h"

namespace deepboltz {

// InputError, naming `who`, unless the cases have the widths of the machine, and tell what was seen where it has D.
void require_rating_cases(const EnergyModel& model, const RatingCases& cases, const char* who);

// out ← x.    out: (cases, hidden)
void rating_fields(Context& ctx, const EnergyModel& model, const RatingCases& cases, Matrix out);

// The means of the hidden units, logistic(x).    (cases, hidden)
Tensor rating_means(Context& ctx, const EnergyModel& model, const RatingCases& cases);

// out ← out + Σ_i r_i D_i; nothing where the machine has no D.    seen: (cases, groups), out: (cases, hidden)
void add_seen_fields(Context& ctx, const EnergyModel& model, const SparseRows& seen, Matrix out);

}  // namespace deepboltz
