#include "deepboltz/learn/conjugate_gradients.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {
namespace {

// f(x) = ½ (x−m)'A(x−m) with eigenvalues of A between 1 and about 30.
struct Quadratic {
  std::int64_t size;
  std::vector<double> a, minimum;

  Quadratic(std::int64_t variables, Key key)
      : size(variables), a(std::size_t(size * size)), minimum(std::size_t(size)) {
    std::vector<double> root(a.size());
    for (std::size_t i = 0; i < root.size(); ++i) root[i] = normal(key.fold(1), std::uint32_t(i), 0);
    for (std::int64_t i = 0; i < size; ++i) {
      minimum[std::size_t(i)] = normal(key.fold(2), std::uint32_t(i), 0);
      for (std::int64_t j = 0; j < size; ++j) {
        double& entry = a[std::size_t(i * size + j)];
        entry = i == j ? 1 : 0;
        for (std::int64_t k = 0; k < size; ++k)
          entry += root[std::size_t(i * size + k)] * root[std::size_t(j * size + k)];
      }
    }
  }
  double operator()(const double* x, double* gradient) const {
    double value = 0;
    for (std::int64_t i = 0; i < size; ++i) {
      gradient[i] = 0;
      for (std::int64_t j = 0; j < size; ++j)
        gradient[i] += a[std::size_t(i * size + j)] * (x[j] - minimum[std::size_t(j)]);
      value += 0.5 * gradient[i] * (x[i] - minimum[std::size_t(i)]);
    }
    return value;
  }
};

double rosenbrock(const double* x, double* gradient) {
  const double valley = x[1] - x[0] * x[0];
  gradient[0] = -400 * x[0] * valley - 2 * (1 - x[0]);
  gradient[1] = 200 * valley;
  return 100 * valley * valley + (1 - x[0]) * (1 - x[0]);
}

TEST(ConjugateGradients, ReachTheMinimumOfAQuadraticInAsManyExactSearchesAsVariables) {
  Context ctx;
  for (std::int64_t size = 1; size <= 12; ++size) {
    const Quadratic quadratic(size, Key{1}.fold(std::uint64_t(size)));
    Tensor x(DType::f64, 1, size);
    const std::vector<Matrix> parameters{x};
    const auto result = minimise(
        ctx, {.line_searches = int(size), .evaluations = 50, .curvature = 1e-7, .first_step = 0.1},
        [&](std::span<const Matrix> gradient) { return quadratic(x.as<double>().data, gradient[0].as<double>().data); },
        parameters);
    EXPECT_LE(result.line_searches, size);
    EXPECT_LT(result.last, 1e-12 * result.first);
    for (std::int64_t i = 0; i < size; ++i) EXPECT_NEAR(x.at(0, i), quadratic.minimum[std::size_t(i)], 1e-5);
  }
}

TEST(ConjugateGradients, EndWhereTheGradientIsShortEnough) {
  Context ctx;
  const Quadratic quadratic(20, Key{3});
  int searches = 1;
  for (double tolerance : {1.0, 1e-3, 1e-6}) {
    Tensor x(DType::f64, 1, 20);
    const std::vector<Matrix> parameters{x};
    const auto result = minimise(
        ctx, {.line_searches = 200, .tolerance = tolerance},
        [&](auto g) { return quadratic(x.as<double>().data, g[0].template as<double>().data); }, parameters);
    double gradient[20], squared = 0;
    quadratic(x.as<double>().data, gradient);
    for (double slope : gradient) squared += slope * slope;
    EXPECT_TRUE(result.stationary);
    EXPECT_LE(result.gradient, tolerance);
    EXPECT_NEAR(result.gradient, std::sqrt(squared), 1e-12);
    EXPECT_GT(result.line_searches, searches) << "a smaller tolerance takes more searches";
    searches = result.line_searches;
    Tensor short_of(DType::f64, 1, 20);
    const std::vector<Matrix> same{short_of};
    const auto stopped = minimise(
        ctx, {.line_searches = searches - 1, .tolerance = tolerance},
        [&](auto g) { return quadratic(short_of.as<double>().data, g[0].template as<double>().data); }, same);
    EXPECT_FALSE(stopped.stationary);
    EXPECT_GT(stopped.gradient, tolerance);
  }
}

TEST(ConjugateGradients, ThePartsOfAParameterListAreOneVector) {
  Context ctx;
  const Quadratic quadratic(7, Key{2});
  Tensor whole(DType::f64, 1, 7), first(DType::f64, 1, 3), second(DType::f64, 2, 2);
  const std::vector<Matrix> parts{first, second}, one{whole};
  const ConjugateGradientsOptions options{.line_searches = 5};
  const auto result = minimise(
      ctx, options,
      [&](auto gradient) { return quadratic(whole.as<double>().data, gradient[0].template as<double>().data); }, one);
  const auto result_of_parts = minimise(
      ctx, options,
      [&](auto gradient) {
        double x[7], g[7];
        std::copy_n(first.as<double>().data, 3, x);
        std::copy_n(second.as<double>().data, 4, x + 3);
        const double value = quadratic(x, g);
        std::copy_n(g, 3, gradient[0].template as<double>().data);
        std::copy_n(g + 3, 4, gradient[1].template as<double>().data);
        return value;
      },
      parts);
  EXPECT_NEAR(result.last, result_of_parts.last, 1e-10);
  EXPECT_EQ(result.evaluations, result_of_parts.evaluations);
}

TEST(ConjugateGradients, DescendRosenbrocksValley) {
  Context ctx;
  Tensor x(DType::f64, 1, 2);
  x.set(0, 0, -1.2);
  x.set(0, 1, 1);
  const std::vector<Matrix> parameters{x};
  double before = std::numeric_limits<double>::infinity();
  for (int call = 0; call < 30; ++call) {  // restarts, as from batch to batch
    const auto result = minimise(
        ctx, {.line_searches = 5},
        [&](auto g) { return rosenbrock(x.as<double>().data, g[0].template as<double>().data); }, parameters);
    EXPECT_LE(result.first, before);
    EXPECT_LE(result.last, result.first);
    before = result.last;
  }
  EXPECT_LT(before, 1e-10);
  EXPECT_NEAR(x.at(0, 0), 1, 1e-4);
  EXPECT_NEAR(x.at(0, 1), 1, 1e-4);
}

TEST(ConjugateGradients, AStepFulfilsTheStrongWolfeConditions) {
  Context ctx;
  for (double start : {-1.9, -1.0, -0.3, 0.2, 1.7})
    for (double first_step : {1e-4, 0.1, 1.0, 30.0}) {
      Tensor x(DType::f64, 1, 2);
      x.set(0, 0, start);
      x.set(0, 1, 0.5);
      double origin[2] = {start, 0.5}, at_start[2], at_end[2];
      const double value = rosenbrock(origin, at_start);
      const ConjugateGradientsOptions options{.line_searches = 1, .first_step = first_step};
      const std::vector<Matrix> parameters{x};
      const auto result = minimise(
          ctx, options, [&](auto g) { return rosenbrock(x.as<double>().data, g[0].template as<double>().data); },
          parameters);
      const double value_at_end = rosenbrock(x.as<double>().data, at_end);
      EXPECT_EQ(result.first, value);
      EXPECT_EQ(result.last, value_at_end);
      // The first direction is −gradient.
      const double squared = at_start[0] * at_start[0] + at_start[1] * at_start[1];
      const double step = std::hypot(x.at(0, 0) - origin[0], x.at(0, 1) - origin[1]) / std::sqrt(squared);
      const double slope = -(at_end[0] * at_start[0] + at_end[1] * at_start[1]);
      EXPECT_GT(step, 0);
      EXPECT_LE(value_at_end, value - options.decrease * step * squared + 1e-12);
      EXPECT_LE(std::abs(slope), options.curvature * squared * (1 + 1e-12));
    }
}

TEST(ConjugateGradients, LeaveTheParametersWhereTheLossIsTheOneReturned) {
  Context ctx;
  for (int evaluations = 1; evaluations <= 8; ++evaluations)  // most searches end early, some at an earlier trial
    for (double first_step : {1e-3, 0.1, 0.5, 2.0}) {
      Tensor x(DType::f64, 1, 2);
      x.set(0, 0, -1.2);
      x.set(0, 1, 1);
      double gradient[2];
      const std::vector<Matrix> parameters{x};
      const auto result = minimise(
          ctx, {.line_searches = 3, .evaluations = evaluations, .curvature = 1e-6, .first_step = first_step},
          [&](auto g) { return rosenbrock(x.as<double>().data, g[0].template as<double>().data); }, parameters);
      EXPECT_EQ(result.last, rosenbrock(x.as<double>().data, gradient));
      EXPECT_LE(result.last, result.first);
    }
}

TEST(ConjugateGradients, GoBackFromWhereTheLossIsNotFinite) {
  Context ctx;
  Tensor x(DType::f64, 1, 1);
  const std::vector<Matrix> parameters{x};
  const auto result = minimise(
      ctx, {.line_searches = 10, .first_step = 1000},
      [&](auto gradient) {  // −log(1−x) − 3x, with its minimum at 2/3 and nothing beyond 1
        gradient[0].template as<double>()(0, 0) = 1 / (1 - x.at(0, 0)) - 3;
        return -std::log(1 - x.at(0, 0)) - 3 * x.at(0, 0);
      },
      parameters);
  EXPECT_NEAR(x.at(0, 0), 2.0 / 3, 1e-6);
  EXPECT_NEAR(result.last, std::log(3.0) - 2, 1e-10);
}

TEST(ConjugateGradients, StayAtAMinimumAndRefuseAStartThatIsNotFinite) {
  Context ctx;
  Tensor x(DType::f32, 1, 3);
  const std::vector<Matrix> parameters{x};
  const auto flat = minimise(
      ctx, {}, [&](auto) { return 1.0; }, parameters);
  EXPECT_TRUE(flat.stationary);
  EXPECT_EQ(flat.evaluations, 1);
  // A gradient that promises a descent which the loss does not keep: the parameters come back.
  const auto liar = minimise(
      ctx, {},
      [&](auto gradient) {
        for (std::int64_t i = 0; i < 3; ++i) gradient[0].template as<float>()(0, i) = 1;
        return std::abs(double(x.at(0, 0)));
      },
      parameters);
  EXPECT_TRUE(liar.stationary);
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(x.at(0, i), 0);
  EXPECT_THROW(minimise(
                   ctx, {}, [](auto) { return std::nan(""); }, parameters),
               NumericalError);
  EXPECT_THROW(minimise(
                   ctx, {.line_searches = 0}, [](auto) { return 0.0; }, parameters),
               InputError);
  EXPECT_THROW(minimise(
                   ctx, {.curvature = 1.5}, [](auto) { return 0.0; }, parameters),
               InputError);
}

}  // namespace
}  // namespace deepboltz
