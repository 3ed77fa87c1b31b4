// Binary states, or means in sevenths, turned: for every unit the cases in which it is on, and how many they are. The
// format is known to kernel/ only: blocks of 32 units; in a block, plane after plane, for every group of 16 cases, a
// word of 16 bits a unit. Missing units and cases are zero. What was turned is kept beside it.
#pragma once

#include <vector>

#include "deepboltz/kernel/sevenths.h"
#include "deepboltz/kernel/unit_counts.h"

namespace deepboltz {

class CaseBits {
 public:
  CaseBits() = default;
  // planes: 1, states; Sevenths::kPlanes, means.
  CaseBits(std::int64_t capacity, std::int64_t units, int planes = 1);

  std::int64_t cases() const { return cases_; }
  std::int64_t units() const { return units_; }
  int planes() const { return planes_; }
  std::int32_t whole() const { return (1 << planes_) - 1; }  // what a unit counts that is on: 1, or 7 sevenths
  UnitCounts counts() const { return {cases_ * whole(), on_}; }
  std::int64_t set() const;  // bits, of all planes

  std::int32_t at(std::int64_t r, std::int64_t unit) const;

  // ---- for kernels
  std::int64_t blocks() const { return (units_ + 31) / 32; }
  std::int64_t groups() const { return (cases_ + 15) / 16; }
  std::uint16_t* block(std::int64_t b, int plane = 0) {
    return words() + (b * planes_ + plane) * capacity_groups_ * 32;
  }
  const std::uint16_t* block(std::int64_t b, int plane = 0) const {
    return const_cast<CaseBits*>(this)->block(b, plane);
  }
  const Bits& by_case(int plane) const { return by_case_[std::size_t(plane)]; }
  friend void turn(Context& ctx, const Bits& bits, CaseBits& out);
  friend void turn(Context& ctx, const Sevenths& means, CaseBits& out);

 private:
  void take(Context& ctx, const Bits* const* planes);
  std::uint16_t* words() { return reinterpret_cast<std::uint16_t*>(data_.get()); }

  AlignedBytes data_;
  std::int64_t cases_ = 0, units_ = 0, capacity_groups_ = 0;
  int planes_ = 1;
  std::vector<std::int32_t> on_;
  std::vector<std::int64_t> block_set_;  // of every block
  std::vector<Bits> by_case_;            // a plane each
};

// out ← states
void turn(Context& ctx, const Bits& bits, CaseBits& out);
// out ← means
void turn(Context& ctx, const Sevenths& means, CaseBits& out);

}  // namespace deepboltz
