#include "deepboltz/tensor/context.h"

#include "deepboltz/tensor/pool.h"

namespace deepboltz {

Context::Context(int threads) : threads_(threads) {
  require(threads >= 1 && threads <= 1024, "threads: expected 1 to 1024, got {}", threads);
  if (threads > 1) pool_ = make_pool(threads);
}

Context::~Context() = default;

void Context::parallel(std::int64_t tiles, const std::function<void(std::int64_t)>& body) {
  if (pool_ && tiles > 1) return pool_->run(tiles, body);
  for (std::int64_t tile = 0; tile < tiles; ++tile) body(tile);
}

std::byte* Scratch::take(std::size_t bytes) {
  constexpr std::size_t kSmallestBlock = std::size_t(1) << 20;
  bytes = (bytes + 63) / 64 * 64;
  while (current_ < blocks_.size() && blocks_[current_].size - blocks_[current_].used < bytes) ++current_;
  if (current_ == blocks_.size()) {
    const std::size_t size = std::max(bytes, kSmallestBlock);
    blocks_.push_back({allocate_aligned(size), size, 0});
  }
  std::byte* start = blocks_[current_].bytes.get() + blocks_[current_].used;
  blocks_[current_].used += bytes;
  return start;
}

ScratchScope::ScratchScope(Context& ctx)
    : scratch_(ctx.scratch()),
      block_(scratch_.current_),
      used_(block_ < scratch_.blocks_.size() ? scratch_.blocks_[block_].used : 0) {}

ScratchScope::~ScratchScope() {
  for (std::size_t i = block_; i < scratch_.blocks_.size(); ++i) scratch_.blocks_[i].used = i == block_ ? used_ : 0;
  scratch_.current_ = block_;
}

Matrix ScratchScope::matrix(DType dtype, std::int64_t rows, std::int64_t cols) {
  return {scratch_.take(std::size_t(rows * cols) * size_of(dtype)), dtype, rows, cols, cols};
}

}  // namespace deepboltz
