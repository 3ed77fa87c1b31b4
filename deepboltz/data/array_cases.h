// Cases and labels in an array of numbers (io/npy.h), on one of the scales of grey_range.h. InputError
// "FILE: byte N: …" throughout.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/npy.h"

namespace deepboltz {

// The units of a case of an array (cases, units) or (cases, height, width).
std::int64_t check_array_shape(const NpyArray& array, const std::string& file);

// The given rows, not finished. Uses options.height, width, numbers and invert.
Dataset array_cases(const NpyArray& array, const std::string& file, const ReadOptions& options,
                    std::span<const std::uint32_t> rows);

// The numbers as they are, f64: a case along each row. InputError: not finite.
Tensor real_numbers(const NpyArray& array, const std::string& file);

// One whole number a case.
std::vector<std::int64_t> whole_numbers(const NpyArray& array, std::int64_t cases, const std::string& file);

// The labels of the given rows, from 0 to 65,535.
void set_array_labels(const NpyArray& array, std::int64_t cases, const std::string& file,
                      std::span<const std::uint32_t> rows, const ReadOptions& options, Dataset& data);

// 0 … cases − 1. `position`: of the array in the file
std::vector<std::uint32_t> all_rows(std::int64_t cases, const std::string& file, std::uint64_t position);

}  // namespace deepboltz
