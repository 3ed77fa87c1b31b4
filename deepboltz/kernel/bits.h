// Binary states, one bit a unit. The format is known to kernel/ only:
//
//   a row is a case: 32 units a word, unit u in bit u % 32 of word u / 32; bits behind the last unit are zero.
#pragma once

#include "deepboltz/kernel/binarise.h"

namespace deepboltz {

class Bits {
 public:
  Bits() = default;
  Bits(std::int64_t capacity, std::int64_t units)
      : words_((units + 31) / 32), units_(units), cases_(capacity), capacity_(capacity) {
    data_ = allocate_aligned(std::size_t(capacity * words_) * sizeof(std::uint32_t));
  }

  std::int64_t cases() const { return cases_; }  // rows that count
  std::int64_t units() const { return units_; }
  std::int64_t words() const { return words_; }  // of a row
  void set_cases(std::int64_t cases) {
    DEEPBOLTZ_ASSERT(cases >= 0 && cases <= capacity_);
    cases_ = cases;
  }

  std::uint32_t* row(std::int64_t r) { return reinterpret_cast<std::uint32_t*>(data_.get()) + r * words_; }
  const std::uint32_t* row(std::int64_t r) const {
    return reinterpret_cast<const std::uint32_t*>(data_.get()) + r * words_;
  }
  bool at(std::int64_t r, std::int64_t unit) const { return row(r)[unit / 32] >> (unit % 32) & 1; }

 private:
  AlignedBytes data_;
  std::int64_t words_ = 0, units_ = 0, cases_ = 0, capacity_ = 0;
};

// out ← x, and whether every entry of x is 0 or 1; where one is not, out is not to be used.
// x: (cases, units) f32 or f64; out takes as many cases.
[[nodiscard]] bool pack(Context& ctx, ConstMatrix x, Bits& out);

// out ← bits as 0 and 1.    (cases, units) f32 or f64
void unpack(Context& ctx, const Bits& bits, Matrix out);

// binarise() into bits: the same draws. `how` is threshold or sample.
void binarise(Context& ctx, Binarise how, ConstMatrix grey, std::span<const std::uint32_t> rows, Key key, Bits& out);

}  // namespace deepboltz
