// The integer update against plain loops: the same bits for every shape, every instruction set, any threads; and the
// same learning as the float step, but for roundings.
#include "deepboltz/kernel/integer_update.h"

#include <cmath>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_bits;
using test::random_tensor;
using test::same_bits;

struct Shape {
  std::int64_t data_cases, model_cases, rows, cols;
  double density;
};

const Shape kShapes[] = {{1, 1, 1, 1, 1},           {1, 3, 1, 70, 0.5},       {16, 16, 33, 31, 0.4},
                         {100, 100, 97, 100, 0.2},  {17, 100, 65, 64, 1},     {100, 60, 32, 96, 0},
                         {1000, 1000, 20, 10, 0.5}, {600, 1000, 40, 37, 0.9}, {500, 500, 6, 33, 1}};

struct Problem {
  Bits data_lower, data_upper, model_lower, model_upper;
  Tensor weight, velocity, offset_lower, offset_upper, gradient_lower, gradient_upper;

  Problem(const Shape& s, Key key)
      : data_lower(random_bits(key.fold(1), s.data_cases, s.rows, s.density)),
        data_upper(random_bits(key.fold(2), s.data_cases, s.cols, s.density)),
        model_lower(random_bits(key.fold(3), s.model_cases, s.rows, s.density)),
        model_upper(random_bits(key.fold(4), s.model_cases, s.cols, 0.7 * s.density)),
        weight(random_tensor(key.fold(5), DType::f32, s.rows, s.cols)),
        velocity(random_tensor(key.fold(6), DType::f32, s.rows, s.cols, -0.1, 0.1)),
        offset_lower(random_tensor(key.fold(7), DType::f32, 1, s.rows, 0, 1)),
        offset_upper(random_tensor(key.fold(8), DType::f32, 1, s.cols, 0, 1)),
        gradient_lower(random_tensor(key.fold(9), DType::f32, 1, s.rows, -0.5, 0.5)),
        gradient_upper(random_tensor(key.fold(10), DType::f32, 1, s.cols, -0.5, 0.5)) {
    weight.set(0, 0, 0);  // sign(0) = 0
  }
  Ends<ConstMatrix> offsets(bool centred) const {
    return centred ? Ends<ConstMatrix>{offset_lower, offset_upper} : Ends<ConstMatrix>{};
  }
  Ends<ConstMatrix> gradients() const { return {gradient_lower, gradient_upper}; }
};

CaseBits turned(Context& ctx, const Bits& bits) {
  CaseBits out(bits.cases(), bits.units());
  turn(ctx, bits, out);
  return out;
}

const IntegerStep kSteps[] = {{.rate = 0.1},
                              {.rate = 0.05, .momentum = 0.9, .nesterov = true, .decay = {.l2 = 2e-3}},
                              {.rate = 0.05, .momentum = 0.5, .decay = {.l2 = 1e-3, .l1 = 1e-3}},
                              {.rate = 60, .momentum = 0.5}};  // so far that the exponent changes

TEST(IntegerUpdate, IsThePlainOneOnEveryInstructionSetAndAnyThreads) {
  for (const Shape& shape : kShapes)
    for (const IntegerStep& step : kSteps)
      for (bool centred : {false, true}) {
        const Problem p(shape, Key{1});
        Context plain;
        Tensor exact_weight = p.weight.clone(), exact_velocity = p.velocity.clone();
        IntegerWeights exact(shape.rows, shape.cols);
        integer_update_plain(plain, step, {p.data_lower, p.data_upper}, {p.model_lower, p.model_upper},
                             p.offsets(centred), p.gradients(), exact_velocity, exact_weight, exact);
        for_every_instruction_set([&](const std::string& name) {
          for (int threads : {1, 2, 3}) {
            Context ctx(threads);
            const CaseBits data_lower = turned(ctx, p.data_lower), data_upper = turned(ctx, p.data_upper),
                           model_lower = turned(ctx, p.model_lower), model_upper = turned(ctx, p.model_upper);
            Tensor weight = p.weight.clone(), velocity = p.velocity.clone();
            IntegerWeights integers(shape.rows, shape.cols);
            quantise(ctx, weight, integers);
            integer_update(ctx, step, {data_lower, data_upper}, {model_lower, model_upper}, p.offsets(centred),
                           p.gradients(), velocity, weight, integers);
            ASSERT_TRUE(same_bits(weight, exact_weight)) << name << ' ' << shape.rows << ' ' << shape.cols;
            ASSERT_TRUE(same_bits(velocity, exact_velocity)) << name << ' ' << shape.rows << ' ' << shape.cols;
            ASSERT_EQ(integers.exponent(), exact.exponent()) << name;
            for (std::int64_t i = 0; i < shape.rows; ++i)
              for (std::int64_t j = 0; j < shape.cols; ++j) ASSERT_EQ(integers.at(i, j), exact.at(i, j)) << name;
          }
        });
      }
}

TEST(IntegerUpdate, TurnedBitsCountTheCasesOfAUnit) {
  for (const Shape& shape : kShapes) {
    const Problem p(shape, Key{2});
    for_every_instruction_set([&](const std::string& name) {
      Context ctx;
      const CaseBits data = turned(ctx, p.data_upper);
      for (std::int64_t j = 0; j < shape.cols; ++j) {
        std::int32_t on = 0;
        for (std::int64_t r = 0; r < shape.data_cases; ++r) on += p.data_upper.at(r, j);
        ASSERT_EQ(data.on()[std::size_t(j)], on) << name;
      }
    });
  }
}

// Against the float kernels, which add the same numbers in another order: to a few roundings of numbers below 2.
TEST(IntegerUpdate, LearnsWhatTheFloatStepLearns) {
  constexpr double kTolerance = 8 * 0x1p-24 * 2;
  const Shape shape{100, 60, 33, 40, 0.4};
  for (const IntegerStep& step : {kSteps[0], kSteps[1], kSteps[2]}) {
    const Problem p(shape, Key{3});
    Context ctx;
    Tensor weight = p.weight.clone(), velocity = p.velocity.clone(), gradient(DType::f32, shape.rows, shape.cols);
    const auto dense = [&](const Bits& bits) {
      Tensor x(DType::f32, bits.cases(), bits.units());
      unpack(ctx, bits, x);
      return x;
    };
    multiply(ctx, 1.0 / 100, dense(p.data_lower), Transpose::yes, dense(p.data_upper), Transpose::no, 0, gradient);
    multiply(ctx, -1.0 / 60, dense(p.model_lower), Transpose::yes, dense(p.model_upper), Transpose::no, 1, gradient);
    add_outer(ctx, -1, p.offset_lower, p.gradient_upper, gradient);
    add_outer(ctx, -1, p.gradient_lower, p.offset_upper, gradient);
    momentum_step(ctx, step.rate, step.momentum, step.nesterov, step.decay, gradient, velocity, weight);

    Tensor integer_weight = p.weight.clone(), integer_velocity = p.velocity.clone();
    IntegerWeights integers(shape.rows, shape.cols);
    integer_update_plain(ctx, step, {p.data_lower, p.data_upper}, {p.model_lower, p.model_upper}, p.offsets(true),
                         p.gradients(), integer_velocity, integer_weight, integers);
    EXPECT_LT(test::largest_difference(weight, integer_weight), kTolerance);
    EXPECT_LT(test::largest_difference(velocity, integer_velocity), kTolerance);
  }
}

TEST(IntegerUpdate, BiasesFollowTheDifferenceOfShares) {
  Context ctx;
  const Problem p({100, 60, 1, 40, 0.4}, Key{4});
  const CaseBits data = turned(ctx, p.data_upper), model = turned(ctx, p.model_upper);
  Tensor g(DType::f32, 1, 40), delta(DType::f32, 1, 40), bias(DType::f32, 1, 40);
  bias_gradient(data, model, g);
  bias_step({.rate = 0.5, .momentum = 0.5, .nesterov = true}, g, delta, bias);
  for (std::int64_t j = 0; j < 40; ++j) {
    const double exact = data.on()[std::size_t(j)] / 100.0 - model.on()[std::size_t(j)] / 60.0;
    EXPECT_NEAR(g.at(0, j), exact, 0x1p-23);
    EXPECT_NEAR(delta.at(0, j), 0.5 * exact, 0x1p-23);
    EXPECT_NEAR(bias.at(0, j), 0.75 * exact, 0x1p-23);
  }
}

}  // namespace
}  // namespace deepboltz
