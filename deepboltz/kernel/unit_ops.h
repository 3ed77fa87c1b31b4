// What a layer does with its fields, a whole matrix at a time. All matrices of a call share one number type (f32 or
// f64) but `clamped`, which is u8 (cases, units): a nonzero entry keeps its unit as it is. An empty `clamped` frees
// every unit. A softmax unit and a row of counts are clamped as a group. Of counts `clamped` may also be of the number
// type: then it has the counts of the words that are known, and the others of the row's length are free beside them.
//
// unit_ops.cpp holds the plain loops, the reference in both number types; cpu/unit_ops_simd.cpp the float loops that
// the product runs, compared with the plain ones by tests.
#pragma once

#include "deepboltz/kernel/field.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

// out ← E[x | field]    (cases, units)
void unit_mean(Context& ctx, const Unit& unit, const Field& field, ConstMatrix clamped, Matrix out);

// out ← x drawn from its field; mean, if not empty, ← E[x | field]. Case r uses row first_case + r of the key's
// numbers: uniform(key, row, unit), for a softmax unit at its first class, of counts
// uniform(key, row, i) for the i-th word of the document; normal for Gaussian and rectified linear units. The mean of a
// clamped unit is its state.
void unit_sample(Context& ctx, const Unit& unit, const Field& field, Key key, std::int64_t first_case,
                 ConstMatrix clamped, Matrix out, Matrix mean);

// sum[case] += Σ over units of scale·A(f), or of scale·x·f where the unit is clamped at its `state`. Of normalised
// units only, as add_entropy.
void add_log_partition(Context& ctx, const Unit& unit, const Field& field, ConstMatrix clamped, ConstMatrix state,
                       double scale, std::span<double> sum);

// sum[case] += Σ over free units of the entropy, relative to its measure, of a unit with that mean.    mean: (cases,
// units)
void add_entropy(Context& ctx, const Unit& unit, ConstMatrix mean, ConstMatrix clamped, std::span<double> sum);

// sum[case] += Σ of log ν(x), the units' own measure, over the units where `counted` (cases, units) u8 is nonzero;
// empty: over all. Of counts, where `counted` has the words that are known: log ν of those. Nothing for units whose
// measure is 1.
void add_log_measure(Context& ctx, const Unit& unit, ConstMatrix x, ConstMatrix counted, std::span<double> sum);

}  // namespace deepboltz
