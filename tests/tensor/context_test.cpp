#include "deepboltz/tensor/context.h"

#include <atomic>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(Context, RunsEveryTileOnce) {
  for (int threads : {1, 2, 3, 8}) {
    Context ctx(threads);
    for (std::int64_t tiles : {0, 1, 7, 1'000}) {
      std::vector<std::atomic<int>> runs(std::size_t(tiles) + 1);
      ctx.parallel(tiles, [&](std::int64_t tile) { ++runs[std::size_t(tile)]; });
      for (std::int64_t tile = 0; tile < tiles; ++tile) EXPECT_EQ(runs[std::size_t(tile)], 1) << threads << " threads";
    }
  }
}

TEST(Context, PassesOnWhatATileThrows) {
  for (int threads : {1, 3}) {
    Context ctx(threads);
    const auto fail = [](std::int64_t tile) {
      if (tile == 5) throw std::runtime_error("tile 5");
    };
    EXPECT_THROW(ctx.parallel(10, fail), std::runtime_error);
    int runs = 0;
    ctx.parallel(1, [&](std::int64_t) { ++runs; });  // the pool outlives a failure
    EXPECT_EQ(runs, 1);
  }
}

TEST(Scratch, GivesTheSameMemoryAgainAfterTheScopeAndNeverSharesIt) {
  Context ctx;
  const std::byte* first = nullptr;
  for (int step = 0; step < 3; ++step) {
    ScratchScope outer(ctx);
    Matrix a = outer.matrix(DType::f32, 100, 100);
    if (step == 0) first = a.data;
    EXPECT_EQ(a.data, first);
    {
      ScratchScope inner(ctx);
      Matrix b = inner.matrix(DType::f64, 300, 300);
      std::memset(a.data, 1, 100 * 100 * 4);
      std::memset(b.data, 2, 300 * 300 * 8);
      EXPECT_EQ(a.data[100 * 100 * 4 - 1], std::byte{1});
      EXPECT_EQ(b.data[0], std::byte{2});
    }
  }
}

}  // namespace
}  // namespace deepboltz
