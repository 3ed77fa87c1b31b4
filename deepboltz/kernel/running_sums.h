// What a layer of binary states last sent through integer weights that stay as they are, kept so that the next message
// adds the rows of the units that have come on since, and takes away those of the units that have gone off. Integers
// make the sums the same, to the bit, as if all had been added anew; a Gibbs chain near its model, of whose pixels
// three in a hundred change in a sweep while twenty are on, sends for a fraction.
//
// integer_message() (integer_products.h) keeps them.
#pragma once

#include "deepboltz/kernel/bits.h"

namespace deepboltz {

class RunningSums {
 public:
  RunningSums() = default;
  // Of nothing yet. capacity: cases; senders, receivers: units
  RunningSums(std::int64_t capacity, std::int64_t senders, std::int64_t receivers)
      : sent_(capacity, senders),
        sums_(allocate_aligned(std::size_t((receivers + 31) / 32 * 32 * capacity) * sizeof(std::int32_t))),
        receivers_(receivers),
        capacity_(capacity) {
    sent_.set_cases(0);
  }

  std::int64_t capacity() const { return capacity_; }
  std::int64_t receivers() const { return receivers_; }

  // ---- for kernels
  const Bits& sent() const { return sent_; }  // states whose sums are kept: as many cases as there are
  void keep(const Bits& sent);                // its sums have been written
  // The sums of 32 receivers from 32·block on, of case r and of those behind it, 32 numbers a case: those of the 16
  // even columns, then those of the 16 odd ones.
  std::int32_t* block(std::int64_t block, std::int64_t r) {
    return reinterpret_cast<std::int32_t*>(sums_.get()) + (block * capacity_ + r) * 32;
  }

 private:
  Bits sent_;
  AlignedBytes sums_;
  std::int64_t receivers_ = 0, capacity_ = 0;
};

}  // namespace deepboltz
