#include "deepboltz/data/order.h"

#include <algorithm>
#include <utility>

#include "deepboltz/base/error.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {

MinibatchOrder::MinibatchOrder(std::vector<std::uint32_t> rows, const OrderOptions& options)
    : rows_(std::move(rows)), options_(options) {
  require(options.batch >= 1, "batch: expected at least 1 case, got {}", options.batch);
  require(!rows_.empty(), "there are no cases to train on");
  require(options.last == LastBatch::keep || options.batch <= cases(),
          "batch: {} cases do not fill one batch of {}, and smaller ones are dropped", cases(), options.batch);
}

std::int64_t MinibatchOrder::batches() const {
  return options_.last == LastBatch::drop ? cases() / options_.batch : (cases() + options_.batch - 1) / options_.batch;
}

std::span<const std::uint32_t> MinibatchOrder::batch(std::int64_t epoch, std::int64_t index) {
  DEEPBOLTZ_ASSERT(index >= 0 && index < batches());
  if (epoch != epoch_) arrange(epoch);
  const std::int64_t first = index * options_.batch;
  return std::span(order_).subspan(std::size_t(first), std::size_t(std::min(options_.batch, cases() - first)));
}

// Fisher & Yates, in the memory of the last epoch's order.
void MinibatchOrder::arrange(std::int64_t epoch) {
  order_ = rows_;
  epoch_ = epoch;
  if (!options_.shuffle) return;
  const Key key = options_.key.fold(std::uint64_t(epoch));
  for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[below(key, i, i)]);
}

}  // namespace deepboltz
