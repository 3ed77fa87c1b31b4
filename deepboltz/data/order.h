// The order in which training sees its cases: a new random order each epoch, by a key. Batch b of epoch e depends on
// nothing but the key, e and b, so that training can be taken up anywhere.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "deepboltz/rng/key.h"

namespace deepboltz {

enum class LastBatch : std::uint8_t {
  keep,  // the last batch of an epoch may be smaller
  drop   // what does not fill a batch sits this epoch out (other cases each time)
};

struct OrderOptions {
  std::int64_t batch = 100;  // cases a batch
  LastBatch last = LastBatch::keep;
  bool shuffle = true;  // false: in the order of the rows, every epoch
  Key key = {};
};

class MinibatchOrder {
 public:
  // `rows`: what to go through. InputError: batch < 1, no rows, or drop with fewer rows than a batch.
  MinibatchOrder(std::vector<std::uint32_t> rows, const OrderOptions& options);

  std::int64_t cases() const { return std::int64_t(rows_.size()); }
  std::int64_t batches() const;  // an epoch has

  // The rows of a batch; valid until the next call. Cheap within an epoch: its order is kept.
  std::span<const std::uint32_t> batch(std::int64_t epoch, std::int64_t index);

 private:
  void arrange(std::int64_t epoch);

  std::vector<std::uint32_t> rows_, order_;
  OrderOptions options_;
  std::int64_t epoch_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace deepboltz
