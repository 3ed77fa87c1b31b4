// Grey pixels of data, exact: a byte g a unit, whose state is g/255.
//
//   field   s_j = nearest(Σ_i g_i q_ij / 255)      in steps of 2⁻ᵉ, the sum an exact integer
//
// right where no field is larger than 2²³⁻ᵉ, as in fixed_means.h. What a field costs is the pixels that are not black.
#pragma once

#include <bit>
#include <cstring>
#include <span>

#include "deepboltz/kernel/bits.h"
#include "deepboltz/kernel/unit_counts.h"
#include "deepboltz/kernel/weighted_rows.h"

namespace deepboltz {

class GreyCases {
 public:
  static constexpr std::int32_t kWhole = 255;

  GreyCases() = default;
  GreyCases(std::int64_t capacity, std::int64_t units);

  std::int64_t cases() const { return lit_.cases(); }
  std::int64_t units() const { return lit_.units(); }
  // (cases, units) u8, rows padded with black to a multiple of 32
  ConstMatrix pixels() const { return {pixels_.view().data, DType::u8, cases(), units(), pixels_.cols()}; }
  UnitCounts counts() const { return {cases() * kWhole, on_}; }

  // Takes grey(rows[r], ·).    grey: (any, units) u8
  void take(Context& ctx, ConstMatrix grey, std::span<const std::uint32_t> rows);
  // Takes x where every entry is a multiple of 1/255, to a float's rounding; false, and not to be used, where one is
  // not.    x: (cases, units) f32 or f64
  [[nodiscard]] bool take(Context& ctx, ConstMatrix x);

  // ---- for kernels: the pixels that are not black, with factors g
  const WeightedRows& lit() const { return lit_; }

 private:
  void find_lit(Context& ctx);

  Tensor pixels_;
  std::vector<std::int32_t> on_;
  WeightedRows lit_;
};

// For kernels: calls lit(i, g) for every byte of a row that is not zero.    size: a multiple of eight
template <class Lit> void for_lit(const std::uint8_t* row, std::int64_t size, Lit&& lit) {
  static_assert(std::endian::native == std::endian::little);
  for (std::int64_t first = 0; first < size; first += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, row + first, 8);
    while (eight != 0) {
      const int byte = std::countr_zero(eight) / 8;
      lit(first + byte, row[first + byte]);
      eight &= ~(std::uint64_t(0xFF) << (8 * byte));
    }
  }
}

// fields[r·units + j] += s_j of case r. work: sums of as many cases and units.
void add_grey_field(Context& ctx, const IntegerWeights& weights, Direction direction, const GreyCases& grey,
                    RowSums& work, std::span<std::int32_t> fields);

// out ← every pixel drawn: 1 with probability g/255. Case r draws from row r of the key's numbers.
void draw_grey(Context& ctx, const GreyCases& grey, Key key, Bits& out);

}  // namespace deepboltz
