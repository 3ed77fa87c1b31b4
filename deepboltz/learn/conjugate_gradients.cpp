#include "deepboltz/learn/conjugate_gradients.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include "deepboltz/kernel/reduce.h"

namespace deepboltz {
namespace {

using Vector = std::vector<Matrix>;  // all parameters, or as many numbers

Vector scratch_like(std::span<const Matrix> shape, ScratchScope& scope) {
  Vector out;
  for (const Matrix& m : shape) out.push_back(scope.matrix(m.dtype, m.rows, m.cols));
  return out;
}

void copy(std::span<const Matrix> from, std::span<const Matrix> to) {
  for (std::size_t i = 0; i < from.size(); ++i)
    std::memcpy(to[i].data, from[i].data, std::size_t(from[i].rows * from[i].cols) * size_of(from[i].dtype));
}

// out ← a·x + b·out
void scale_add(Context& ctx, double a, const Vector& x, double b, std::span<const Matrix> out) {
  for (std::size_t i = 0; i < x.size(); ++i) scale_add(ctx, a, x[i], b, out[i]);
}

double dot(Context& ctx, const Vector& x, const Vector& y) {
  double total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    ScratchScope scope(ctx);
    const auto sums = scope.matrix(DType::f64, 1, x[i].rows).as<double>();
    std::fill_n(sums.data, sums.cols, 0.0);
    add_row_dots(ctx, 1, x[i], y[i], {sums.data, std::size_t(sums.cols)});
    for (std::int64_t r = 0; r < sums.cols; ++r) total += sums(0, r);
  }
  return total;
}

// A point on the line.
struct Trial {
  double step = 0, value = 0, slope = 0;
  bool finite() const { return std::isfinite(value) && std::isfinite(slope); }
};

// Where the cubic through both values and slopes has its minimum (formula 3.59); NaN where it has none.
double cubic_minimum(const Trial& a, const Trial& b) {
  const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
  const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), b.step - a.step);
  return b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
}

// Between the ends, a tenth of the way from either at least.
double interpolate(const Trial& low, const Trial& high) {
  constexpr double kMargin = 0.1;
  const double width = high.step - low.step;
  if (!high.finite()) return low.step + kMargin * width;
  const double part = (cubic_minimum(low, high) - low.step) / width;
  return low.step + width * (std::isfinite(part) ? std::clamp(part, kMargin, 1 - kMargin) : 0.5);
}

// Beyond `last`, from it and the trial before it.
double extrapolate(const Trial& before, const Trial& last, double growth) {
  const double least = last.step + 0.1 * (last.step - before.step), most = growth * last.step;
  const double step = cubic_minimum(before, last);
  return std::isfinite(step) && step > last.step ? std::clamp(step, least, most) : most;
}

// Algorithms 3.5 and 3.6 in one loop: `low` is the best trial that decreases enough; once there is a `high`, a step
// that fulfils both conditions lies between them. Returns nothing where no trial decreased enough.
template <class Evaluate>
std::optional<Trial> search_line(const ConjugateGradientsOptions& options, const Trial& start, double first_step,
                                 Evaluate evaluate) {
  Trial before = start, low = start, last = start;
  std::optional<Trial> high;
  double step = first_step;
  for (int count = 0; count < options.evaluations; ++count) {
    const Trial trial = last = evaluate(step);
    if (!trial.finite() || trial.value > start.value + options.decrease * step * start.slope ||
        (low.step > 0 && trial.value >= low.value)) {
      high = trial;
    } else {
      if (std::abs(trial.slope) <= -options.curvature * start.slope) return trial;
      const double ahead = high ? high->step - low.step : 1.0;
      if (trial.slope * ahead >= 0) high = low;
      before = low;
      low = trial;
    }
    const double next = high ? interpolate(low, *high) : extrapolate(before, low, options.extrapolation);
    if (next == low.step || (high && next == high->step) || !std::isfinite(next)) break;  // nothing lies between
    step = next;
  }
  if (low.step == 0) return std::nullopt;
  return last.step == low.step ? last : evaluate(low.step);  // leaves parameters and gradient at the step returned
}

}  // namespace

Minimised minimise(Context& ctx, const ConjugateGradientsOptions& options, const Loss& loss,
                   std::span<const Matrix> parameters) {
  require(options.line_searches >= 1 && options.evaluations >= 1,
          "conjugate gradients: expected at least one line search and evaluation, got {} and {}", options.line_searches,
          options.evaluations);
  require(options.decrease > 0 && options.decrease < 1 && options.curvature > 0 && options.curvature < 1 &&
              options.extrapolation > 1 && options.first_step > 0 && options.tolerance >= 0,
          "conjugate gradients: decrease {} and curvature {} lie in (0, 1), extrapolation {} above 1, first step {} "
          "above 0, tolerance {} from 0",
          options.decrease, options.curvature, options.extrapolation, options.first_step, options.tolerance);
  ScratchScope scope(ctx);
  Vector gradient = scratch_like(parameters, scope), next_gradient = scratch_like(parameters, scope);
  const Vector direction = scratch_like(parameters, scope), origin = scratch_like(parameters, scope);

  Minimised result;
  result.first = result.last = loss(gradient);
  result.evaluations = 1;
  double squared = dot(ctx, gradient, gradient);
  if (!std::isfinite(result.first) || !std::isfinite(squared))
    throw NumericalError("conjugate gradients: the loss or its gradient is not finite at the start");

  scale_add(ctx, -1, gradient, 0, direction);
  double slope = -squared, step = options.first_step / (1 + std::sqrt(squared));
  bool steepest = true;
  const double least = options.tolerance * options.tolerance;
  while (result.line_searches < options.line_searches && squared > least) {
    ++result.line_searches;
    copy(parameters, origin);
    const auto found = search_line(options, {0, result.last, slope}, step, [&](double at) {
      ++result.evaluations;
      copy(origin, parameters);
      scale_add(ctx, at, direction, 1, parameters);
      const double value = loss(next_gradient);
      return Trial{at, value, dot(ctx, next_gradient, direction)};
    });
    if (!found) {
      copy(origin, parameters);
      if (steepest) {
        result.gradient = std::sqrt(squared);
        result.stationary = true;
        return result;
      }
      scale_add(ctx, -1, gradient, 0, direction);
      slope = -squared;
      step = options.first_step / (1 + std::sqrt(squared));
      steepest = true;
      continue;
    }
    result.last = found->value;
    const double next_squared = dot(ctx, next_gradient, next_gradient);
    const double beta = std::max(0.0, (next_squared - dot(ctx, next_gradient, gradient)) / squared);
    std::swap(gradient, next_gradient);
    squared = next_squared;
    scale_add(ctx, -1, gradient, beta, direction);
    steepest = beta == 0;
    double next_slope = dot(ctx, gradient, direction);
    if (!(next_slope < 0)) {  // not a descent: rounding, or a line search that ended early
      scale_add(ctx, -1, gradient, 0, direction);
      next_slope = -squared;
      steepest = true;
    }
    // First-order change assumed to be the same as in the last search (Nocedal & Wright, p. 59).
    if (next_slope < 0) step = found->step * std::min(options.extrapolation, slope / next_slope);
    slope = next_slope;
  }
  result.gradient = std::sqrt(squared);
  result.stationary = squared <= least;
  return result;
}

}  // namespace deepboltz
