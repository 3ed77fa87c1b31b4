// The threads behind Context::parallel. pool_tbb.cpp is the product's; pool_std.cpp serves the thread sanitizer, which
// does not understand oneTBB's synchronisation.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace deepboltz {

class Pool {
 public:
  virtual ~Pool() = default;
  virtual void run(std::int64_t tiles, const std::function<void(std::int64_t)>& body) = 0;
};

std::unique_ptr<Pool> make_pool(int threads);

}  // namespace deepboltz
