#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "deepboltz/tensor/pool.h"

namespace deepboltz {
namespace {

class TbbPool final : public Pool {
 public:
  explicit TbbPool(int threads) : arena_(threads) {}
  void run(std::int64_t tiles, const std::function<void(std::int64_t)>& body) override {
    arena_.execute([&] {
      tbb::parallel_for(
          tbb::blocked_range<std::int64_t>(0, tiles, 1),
          [&](const auto& range) {
            for (std::int64_t tile = range.begin(); tile < range.end(); ++tile) body(tile);
          },
          tbb::simple_partitioner());
    });
  }

 private:
  tbb::task_arena arena_;
};

}  // namespace

std::unique_ptr<Pool> make_pool(int threads) {
  // More threads than processors are allowed, as everywhere else; oneTBB would print a warning and use fewer.
  constexpr std::size_t kMostThreads = 1024;
  if (threads > tbb::info::default_concurrency())
    static tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, kMostThreads);
  return std::make_unique<TbbPool>(threads);
}

}  // namespace deepboltz
