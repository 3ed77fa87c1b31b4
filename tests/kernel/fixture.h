// Matrices to test kernels on, and every instruction set that this machine can run.
#pragma once

#include <cstring>
#include <functional>
#include <string>

#include "deepboltz/rng/draw.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz::test {

// Entries uniform on [low, high).
Tensor random_tensor(Key key, DType dtype, std::int64_t rows, std::int64_t cols, double low = -1, double high = 1);

// u8; about one entry in three is set.
Tensor random_mask(Key key, std::int64_t rows, std::int64_t cols);

inline bool same_bits(const Tensor& a, const Tensor& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() && a.dtype() == b.dtype() &&
         (a.bytes() == 0 || std::memcmp(a.data(), b.data(), a.bytes()) == 0);
}

double largest_difference(const Tensor& a, const Tensor& b);

// Runs `body(name)` once for every instruction set that is compiled in and that this processor has.
void for_every_instruction_set(const std::function<void(const std::string&)>& body);

// Runs `body(name)` with all integer products in tiles (kernel/cpu/tiles.h): on AMX where it is at hand, and on loops
// that do what AMX does.
void with_tiles(const std::function<void(const std::string&)>& body);

// Both: without tiles and with them beside every instruction set.
void for_every_way_to_multiply(const std::function<void(const std::string&)>& body);

}  // namespace deepboltz::test
