// A field on its way to a unit: the product that came in from the neighbours, and what it still lacks.
//
//   f = β·(input + bias) + (1−β)·base        a β a case
//
// Kernels form it in registers, so that no matrix of fields is written.
#pragma once

#include <span>

#include "deepboltz/tensor/view.h"

namespace deepboltz {

struct Field {
  ConstMatrix input;                    // (cases, units): Σ over neighbours of x·W; empty: zero
  ConstMatrix bias;                     // (1, units)
  std::span<const double> beta;         // one a case; empty: 1 for all
  ConstMatrix base;                     // (1 or cases, units): base rates; empty: zero
  std::int64_t cases = 0;               // rows, also where input is empty
  std::span<const double> length = {};  // of counts: Σ of a case's counts

  // The field of `count` of its cases from `first` on.
  Field slice(std::int64_t first, std::int64_t count) const {
    const auto some = [&](std::span<const double> all) {
      return all.empty() ? all : all.subspan(std::size_t(first), std::size_t(count));
    };
    return {.input = input.empty() ? input : input.slice(first, count),
            .bias = bias,
            .beta = some(beta),
            .base = base.rows > 1 ? base.slice(first, count) : base,
            .cases = count,
            .length = some(length)};
  }
};

}  // namespace deepboltz
