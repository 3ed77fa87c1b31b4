// Binary states turned: for every unit the cases in which it is on, and how many they are. The format is known to
// kernel/ only: blocks of 32 units; in a block, for every group of 16 cases, a word of 16 bits a unit. Missing units
// and cases are zero.
#pragma once

#include <vector>

#include "deepboltz/kernel/bits.h"

namespace deepboltz {

class CaseBits {
 public:
  CaseBits() = default;
  CaseBits(std::int64_t capacity, std::int64_t units);

  std::int64_t cases() const { return cases_; }
  std::int64_t units() const { return units_; }
  const std::vector<std::int32_t>& on() const { return on_; }  // cases in which a unit is on

  // ---- for kernels
  std::int64_t blocks() const { return (units_ + 31) / 32; }
  std::int64_t groups() const { return (cases_ + 15) / 16; }
  std::uint16_t* block(std::int64_t b) { return words() + b * capacity_groups_ * 32; }
  const std::uint16_t* block(std::int64_t b) const { return const_cast<CaseBits*>(this)->block(b); }
  friend void turn(Context& ctx, const Bits& bits, CaseBits& out);

 private:
  std::uint16_t* words() { return reinterpret_cast<std::uint16_t*>(data_.get()); }

  AlignedBytes data_;
  std::int64_t cases_ = 0, units_ = 0, capacity_groups_ = 0;
  std::vector<std::int32_t> on_;
};

// out ← bits
void turn(Context& ctx, const Bits& bits, CaseBits& out);

}  // namespace deepboltz
