// The float products that work over one connection cannot do without, to be timed beside it: those of this build, cut
// into tiles as the work cuts them (with oneDNN: one call a tile).
#pragma once

#include <functional>
#include <vector>

#include "deepboltz/tensor/context.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

class ConnectionProducts {
 public:
  struct Count {
    int up, down, gradient;  // v·W, h·Wᵀ, vᵀ·h
  };
  ConnectionProducts(std::int64_t cases, std::int64_t lower, std::int64_t upper, Count count);

  void multiply_all(Context& ctx);

 private:
  Count count_;
  Tensor x_, y_, w_, to_x_, to_y_, to_w_;
};

struct TimedBesideProducts {
  double seconds = 0, products_seconds = 0;  // medians of the turns
  double ratio = 0;                          // median, lowest and highest of the turns' ratios
  double least_ratio = 0, most_ratio = 0;
};

// Times `work` in `turns` turns, each between two measurements of the products: all of them once, the best of a fifth
// of a second. The products' time counts `repetitions` times.
TimedBesideProducts time_beside(Context& ctx, std::vector<ConnectionProducts> products, double repetitions, int turns,
                                const std::function<void()>& work);

}  // namespace deepboltz
