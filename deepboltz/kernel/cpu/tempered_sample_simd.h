// The tiles of tempered_sample.h in vectors.
#pragma once

#include "deepboltz/kernel/cpu/integer_products_simd.h"
#include "deepboltz/kernel/field.h"

namespace deepboltz::simd {

struct TemperedDraw {
  static constexpr std::int64_t kLogs = 3 * 16;  // of a case and a pair of blocks: three vectors of up to 16 floats

  Field field;  // without its input
  Key key;
  std::int64_t first_case;
  ConstMatrix clamped;
  View<float> out;
  Field from = {};  // the same at the temperatures before, where logs are asked for
  std::int64_t pairs = 0;
  float* logs = nullptr;  // (cases, pairs, kLogs): for log_change()

  float* logs_of(std::int64_t r, std::int64_t pair) const { return logs + (r * pairs + pair) * kLogs; }
};

void tempered_tile(const ProductWork& work, std::int64_t pair, std::int64_t first_case, std::int64_t cases,
                   const TemperedDraw& draw);

// Σ_j A(f_j) − A(f_j at `from`) of case r, when all its tiles are done.
double log_change(const TemperedDraw& draw, std::int64_t r);

}  // namespace deepboltz::simd
