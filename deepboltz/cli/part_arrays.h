// Cases of several parts as the arrays of an NPZ, for other programs to learn from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "deepboltz/data/cases.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct PartArray {
  std::string name;
  std::vector<std::int64_t> shape;
  NpyType type;
  Bytes values;
};

// What the cases are of: `labels`, `groups` and `sources`, (cases,) i4 from 0, where every case has one; `names`,
// (cases,) byte strings, where they have names.
std::vector<PartArray> case_arrays(const Cases& cases);

// A matrix as an array, f32.
PartArray matrix_array(std::string name, ConstMatrix rows);

// A part is an array of its name, (cases, units) f32, without the drawing of bits. `topics`, (cases,
// topics) f32 of 0 and 1: where cases have any number. PART_known, (cases,) u1: where cases lack the part, whose rows
// are then 0. With case_arrays.
std::vector<PartArray> part_arrays(Context& ctx, const Cases& cases);

void write_npz(const std::filesystem::path& path, const std::vector<PartArray>& arrays);

}  // namespace deepboltz
