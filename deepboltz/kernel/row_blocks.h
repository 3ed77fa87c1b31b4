// The fixed grid of the entrywise kernels: blocks of rows, by shape alone. Small work is one block, because handing it
// out would take longer than doing it.
#pragma once

#include <algorithm>
#include <functional>

#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct RowBlocks {
  std::int64_t rows, rows_per_block;

  RowBlocks(std::int64_t row_count, std::int64_t cols)
      : rows(row_count), rows_per_block(std::max<std::int64_t>(row_count, 1)) {
    constexpr std::int64_t kSmallWork = 32'768, kLeastRows = 16, kLeastEntries = 8'192;
    if (rows * cols >= kSmallWork)
      rows_per_block = std::max(kLeastRows, kLeastEntries / std::max<std::int64_t>(cols, 1));
  }
  std::int64_t count() const { return (rows + rows_per_block - 1) / rows_per_block; }
};

// Calls body(block, first row, one past the last row) for every block.
template <class Body> void for_row_blocks(Context& ctx, RowBlocks blocks, Body&& body) {
  auto tile = [&](std::int64_t block) {
    const std::int64_t first = block * blocks.rows_per_block;
    body(block, first, std::min(first + blocks.rows_per_block, blocks.rows));
  };
  ctx.parallel(blocks.count(), std::ref(tile));
}

// The same, calling body(row).
template <class Body> void for_rows(Context& ctx, std::int64_t rows, std::int64_t cols, Body&& body) {
  for_row_blocks(ctx, {rows, cols}, [&](std::int64_t, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) body(row);
  });
}

}  // namespace deepboltz
