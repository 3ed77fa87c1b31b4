#include "deepboltz/timing/connection_products.h"

#include <algorithm>

#include "deepboltz/kernel/linear.h"
#include "deepboltz/timing/stopwatch.h"

namespace deepboltz {

ConnectionProducts::ConnectionProducts(std::int64_t cases, std::int64_t lower, std::int64_t upper, Count count)
    : count_(count),
      x_(DType::f32, cases, lower),
      y_(DType::f32, cases, upper),
      w_(DType::f32, lower, upper),
      to_x_(DType::f32, cases, lower),
      to_y_(DType::f32, cases, upper),
      to_w_(DType::f32, lower, upper) {}

void ConnectionProducts::multiply_all(Context& ctx) {
  for (int k = 0; k < count_.up; ++k) multiply(ctx, 1, x_, Transpose::no, w_, Transpose::no, 0, to_y_);
  for (int k = 0; k < count_.down; ++k) multiply(ctx, 1, y_, Transpose::no, w_, Transpose::yes, 0, to_x_);
  for (int k = 0; k < count_.gradient; ++k)
    multiply(ctx, k == 0 ? 1 : -1, x_, Transpose::yes, y_, Transpose::no, k == 0 ? 0 : 1, to_w_);
}

static double products_seconds(Context& ctx, std::vector<ConnectionProducts>& connections) {
  constexpr double kEnough = 0.2;
  const auto once = [&] {
    return seconds_of([&] {
      for (ConnectionProducts& products : connections) products.multiply_all(ctx);
    });
  };
  double best = once(), spent = 0;
  while (spent < kEnough) {
    const double now = once();
    best = std::min(best, now);
    spent += now;
  }
  return best;
}

TimedBesideProducts time_beside(Context& ctx, std::vector<ConnectionProducts> products, double repetitions, int turns,
                                const std::function<void()>& work) {
  require(turns >= 1, "bench: expected at least one turn, got {}", turns);
  std::vector<double> seconds, bounds, ratios;
  double before = repetitions * products_seconds(ctx, products);
  for (int turn = 0; turn < turns; ++turn) {
    seconds.push_back(seconds_of(work));
    const double after = repetitions * products_seconds(ctx, products);
    bounds.push_back(0.5 * (before + after));
    ratios.push_back(seconds.back() / bounds.back());
    before = after;
  }
  return {.seconds = median(seconds),
          .products_seconds = median(bounds),
          .ratio = median(ratios),
          .least_ratio = std::ranges::min(ratios),
          .most_ratio = std::ranges::max(ratios)};
}

}  // namespace deepboltz
