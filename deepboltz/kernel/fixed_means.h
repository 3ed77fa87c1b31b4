// Mean field on integers: the means of a layer of Bernoulli units in steps of 2⁻⁸, and the fields that they send
// through integer weights, in steps of 2⁻ᵉ⁻⁸, exact. What a layer sends when its means move is the product of the
// weights with the changes only, and as means come to rest most changes are zero: a sweep costs what has moved in it,
// and the sum is the same, to the bit, as if all had been added anew.
//
// Sums are taken modulo 2³²: they are right where no field is larger than 2²³⁻ᵉ, which IntegerWeights::largest_field()
// lets a caller see to.
//
// cpu/fixed_means_simd.cpp adds two rows of the weights in one dot product of 16-bit lanes; fixed_means_plain.cpp has
// the loops that say the same.
#pragma once

#include <span>

#include "deepboltz/kernel/bits.h"
#include "deepboltz/kernel/fixed_logistic.h"
#include "deepboltz/kernel/integer_products.h"
#include "deepboltz/kernel/sevenths.h"

namespace deepboltz {

class FixedMeans {
 public:
  FixedMeans() = default;
  FixedMeans(std::int64_t capacity, std::int64_t units);

  std::int64_t cases() const { return cases_; }
  std::int64_t units() const { return units_; }
  double at(std::int64_t r, std::int64_t unit) const { return std::ldexp(double(row(r)[unit]), -kMeanBits); }
  // `cases` cases whose means are all zero, and did not change.
  void reset(std::int64_t cases);

  // ---- for kernels: rows of 2⁸·mean, padded with zeros to a multiple of 32; and what changed last of every case, in
  // chunks of units as the weights' rows come in: places (in bytes, a row of weights is 64) with their changes, padded
  // to a multiple of four with the row of zeros.
  static constexpr std::int64_t kListStride = 32 * RowChunks::kMostWords + 40;  // with room for a vector behind it
  std::int16_t* row(std::int64_t r) { return reinterpret_cast<std::int16_t*>(means_.get()) + r * 32 * chunks_.words; }
  const std::int16_t* row(std::int64_t r) const { return const_cast<FixedMeans*>(this)->row(r); }
  const RowChunks& chunks() const { return chunks_; }
  std::uint16_t* places(std::int64_t r, std::int64_t chunk) { return list(places_, r, chunk); }
  const std::uint16_t* places(std::int64_t r, std::int64_t chunk) const {
    return const_cast<FixedMeans*>(this)->places(r, chunk);
  }
  std::int16_t* changes(std::int64_t r, std::int64_t chunk) {
    return reinterpret_cast<std::int16_t*>(list(changes_, r, chunk));
  }
  const std::int16_t* changes(std::int64_t r, std::int64_t chunk) const {
    return const_cast<FixedMeans*>(this)->changes(r, chunk);
  }
  std::int32_t& length(std::int64_t r, std::int64_t chunk) { return lengths_[std::size_t(r * chunks_.count + chunk)]; }
  std::int32_t length(std::int64_t r, std::int64_t chunk) const {
    return lengths_[std::size_t(r * chunks_.count + chunk)];
  }

 private:
  std::uint16_t* list(AlignedBytes& lists, std::int64_t r, std::int64_t chunk) const {
    return reinterpret_cast<std::uint16_t*>(lists.get()) + (r * chunks_.count + chunk) * kListStride;
  }

  AlignedBytes means_, places_, changes_;
  std::vector<std::int32_t> lengths_;
  RowChunks chunks_;
  std::int64_t units_ = 0, cases_ = 0, capacity_ = 0;
};

// The fields of a layer. Format, known to kernel/ only: blocks of 32 units; in a block first units 0–3, 8–11, 16–19 and
// 24–27, then the others: the order in which interleaved rows of 16-bit lanes add up.
class MeanFields {
 public:
  MeanFields() = default;
  MeanFields(std::int64_t capacity, std::int64_t units)
      : data_(allocate_aligned(std::size_t(capacity * ((units + 31) / 32) * 32) * sizeof(std::int32_t))),
        blocks_((units + 31) / 32),
        units_(units) {}

  std::int64_t units() const { return units_; }
  std::int64_t blocks() const { return blocks_; }
  std::int32_t* block(std::int64_t r, std::int64_t b) {
    return reinterpret_cast<std::int32_t*>(data_.get()) + (r * blocks_ + b) * 32;
  }
  const std::int32_t* block(std::int64_t r, std::int64_t b) const { return const_cast<MeanFields*>(this)->block(r, b); }
  static constexpr std::int64_t place(std::int64_t unit) {  // in its block
    return unit % 8 / 4 * 16 + unit % 32 / 8 * 4 + unit % 4;
  }

 private:
  AlignedBytes data_;
  std::int64_t blocks_ = 0, units_ = 0;
};

// fields ← what is there without the means: integer_field(), (cases, units).
void start_fields(Context& ctx, std::span<const std::int32_t> standing, std::int64_t cases, MeanFields& fields);

// fields += what the changes of `from` send.
void add_changes(Context& ctx, const IntegerWeights& weights, Direction direction, const FixedMeans& from,
                 MeanFields& fields);

// means ← logistic of bias + times·(field − bias), `times` ≠ 1 only while some neighbours have no means yet. Returns
// the mean |change|.    bias: (1, units) f32
double update_means(Context& ctx, int exponent, const MeanFields& fields, double times, ConstMatrix bias,
                    FixedMeans& means);

// out ← a draw of every unit by its mean: the mean rounded to 0 or 1, unbiased. Case r draws from row first_case + r.
void draw_means(Context& ctx, const FixedMeans& means, Key key, std::int64_t first_case, Bits& out);

// out ← the means rounded to sevenths, as sevenths.h rounds, u in steps of 2⁻⁸.
void round_means(Context& ctx, const FixedMeans& means, Key key, std::int64_t first_case, Sevenths& out);

}  // namespace deepboltz
