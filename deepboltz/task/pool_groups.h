// Groups of cases as one row each: the windows of an utterance become the means of equal slices of its time, in a row.
//
// The rows of a group are in the order of the cases. Slice s of S has rows ⌊s·n/S⌋ … ⌈(s+1)·n/S⌉ of n, so that a row on
// a border is in two slices, and each slice has one row at least (Ngiam et al. 2011 average over 1 and 3 slices).
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/data/cases.h"

namespace deepboltz {

// The rows of each group that has cases, groups in the order of their first case. Without a column kGroupColumn each
// case is a group of its own.    InputError: a case of no group or of several
using Groups = std::vector<std::vector<std::uint32_t>>;
Groups groups_of(const Cases& cases);

// The label, or the topics, of each group.    InputError: cases of one group that differ in them
std::vector<std::vector<int>> topics_of(const Cases& cases, const Groups& groups);

// (groups, slices · units) of the number type of `rows`.    rows: (cases, units) f32 or f64; slices: 1 or more
Tensor pool_groups(Context& ctx, ConstMatrix rows, const Groups& groups, std::int64_t slices);

}  // namespace deepboltz
