// Mean field on integers: the means of a layer of Bernoulli units in steps of 2⁻⁸, and the fields that they send
// through integer weights, in steps of 2⁻ᵉ⁻⁸, exact. What a layer sends when its means move is the product of the
// weights with the changes only, and as means come to rest most changes are zero: a sweep costs what has moved in it,
// and the sum is the same, to the bit, as if all had been added anew.
//
// Sums are taken modulo 2³²: they are right where no field is larger than 2²³⁻ᵉ, which IntegerWeights::largest_field()
// lets a caller see to.
//
// add_rows() of what changed (weighted_rows.h) is the product; cpu/fixed_means_simd.cpp does the rest in vectors,
// fixed_means_plain.cpp has the loops that say the same.
#pragma once

#include <span>

#include "deepboltz/kernel/bits.h"
#include "deepboltz/kernel/fixed_logistic.h"
#include "deepboltz/kernel/sevenths.h"
#include "deepboltz/kernel/weighted_rows.h"

namespace deepboltz {

class FixedMeans {
 public:
  FixedMeans() = default;
  FixedMeans(std::int64_t capacity, std::int64_t units);

  std::int64_t cases() const { return changes_.cases(); }
  std::int64_t units() const { return changes_.units(); }
  double at(std::int64_t r, std::int64_t unit) const { return std::ldexp(double(row(r)[unit]), -kMeanBits); }
  // `cases` cases whose means are all zero, and did not change.
  void reset(std::int64_t cases);

  // What changed last: factors in steps of 2⁻⁸.
  WeightedRows& changes() { return changes_; }
  const WeightedRows& changes() const { return changes_; }

  // ---- for kernels: rows of 2⁸·mean, padded with zeros to a multiple of 32
  std::int16_t* row(std::int64_t r) { return reinterpret_cast<std::int16_t*>(means_.get()) + r * stride(); }
  const std::int16_t* row(std::int64_t r) const { return const_cast<FixedMeans*>(this)->row(r); }

 private:
  std::int64_t stride() const { return (units() + 31) / 32 * 32; }

  AlignedBytes means_;
  WeightedRows changes_;
};

// means ← x rounded to steps of 2⁻⁸; nothing counts as changed.    x: (cases, units) f32, from 0 to 1
void set_means(Context& ctx, ConstMatrix x, FixedMeans& means);

// fields ← what is there without the means: integer_field(), (cases, units).
void start_fields(Context& ctx, std::span<const std::int32_t> standing, std::int64_t cases, RowSums& fields);

// means ← logistic of bias + times·(field − bias), `times` ≠ 1 only while some neighbours have no means yet. Returns
// the mean |change|.    bias: (1, units) f32
double update_means(Context& ctx, int exponent, const RowSums& fields, double times, ConstMatrix bias,
                    FixedMeans& means);

// out ← a draw of every unit by its mean: the mean rounded to 0 or 1, unbiased. Case r draws from row first_case + r.
void draw_means(Context& ctx, const FixedMeans& means, Key key, std::int64_t first_case, Bits& out);

// out ← the means rounded to sevenths, as sevenths.h rounds, u in steps of 2⁻⁸.
void round_means(Context& ctx, const FixedMeans& means, Key key, std::int64_t first_case, Sevenths& out);

}  // namespace deepboltz
