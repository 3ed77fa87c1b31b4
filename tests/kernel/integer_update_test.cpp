// The integer update against plain loops: the same bits for every shape, every instruction set, any threads; and the
// same learning as the float step, but for roundings.
#include "deepboltz/kernel/integer_update.h"

#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/cpu/integer_update_simd.h"
#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_bits;
using test::random_sevenths;
using test::random_tensor;
using test::same_bits;

struct Shape {
  std::int64_t data_cases, model_cases, rows, cols;
  double density;
};

const Shape kShapes[] = {{1, 1, 1, 1, 1},           {1, 3, 1, 70, 0.5},       {16, 16, 33, 31, 0.4},
                         {100, 100, 97, 100, 0.2},  {17, 100, 65, 64, 1},     {100, 60, 32, 96, 0},
                         {1000, 1000, 20, 10, 0.5}, {600, 1000, 40, 37, 0.9}, {500, 500, 6, 33, 1}};

// One layer's states or means.
struct Units {
  Bits states;
  Sevenths means;

  Units(Key key, std::int64_t cases, std::int64_t units, double density)
      : states(random_bits(key, cases, units, density)), means(random_sevenths(key, cases, units, density)) {}
  CaseBits turned(Context& ctx, bool by_means = false) const {
    CaseBits out(states.cases(), states.units(), by_means ? Sevenths::kPlanes : 1);
    by_means ? turn(ctx, means, out) : turn(ctx, states, out);
    return out;
  }
};

struct Problem {
  Units data_lower, data_upper, model_lower, model_upper;
  Tensor weight, velocity, offset_lower, offset_upper, gradient_lower, gradient_upper;

  Problem(const Shape& s, Key key)
      : data_lower(key.fold(1), s.data_cases, s.rows, s.density),
        data_upper(key.fold(2), s.data_cases, s.cols, s.density),
        model_lower(key.fold(3), s.model_cases, s.rows, s.density),
        model_upper(key.fold(4), s.model_cases, s.cols, 0.7 * s.density),
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

// The turned states of one call: ends that are `by_means` count in sevenths.
struct Turned {
  CaseBits data_lower, data_upper, model_lower, model_upper;

  Turned(Context& ctx, const Problem& p, Ends<bool> by_means)
      : data_lower(p.data_lower.turned(ctx, by_means.lower)),
        data_upper(p.data_upper.turned(ctx, by_means.upper)),
        model_lower(p.model_lower.turned(ctx, by_means.lower)),
        model_upper(p.model_upper.turned(ctx, by_means.upper)) {}
  Ends<const CaseBits&> data() const { return {data_lower, data_upper}; }
  Ends<const CaseBits&> model() const { return {model_lower, model_upper}; }
};

const Ends<bool> kByMeans[] = {{false, false}, {false, true}, {true, false}, {true, true}};

const IntegerStep kSteps[] = {{.rate = 0.1},
                              {.rate = 0.05, .momentum = 0.9, .nesterov = true, .decay = {.l2 = 2e-3}},
                              {.rate = 0.05, .momentum = 0.5, .decay = {.l2 = 1e-3, .l1 = 1e-3}},
                              {.rate = 60, .momentum = 0.5}};  // so far that the exponent changes

TEST(IntegerUpdate, IsThePlainOneOnEveryInstructionSetAndAnyThreads) {
  std::map<std::string, std::set<bool>> ways;  // of counting, that each instruction set has gone
  for (const Shape& shape : kShapes)
    for (const IntegerStep& step : kSteps)
      for (const auto& [by_means, centred, bits] :
           {std::tuple(kByMeans[0], false, 16), std::tuple(kByMeans[0], true, 16), std::tuple(kByMeans[0], true, 24),
            std::tuple(kByMeans[1], true, 16), std::tuple(kByMeans[2], false, 24), std::tuple(kByMeans[3], true, 16)}) {
        const Problem p(shape, Key{1});
        Context plain;
        const Turned exact_states(plain, p, by_means);
        if (std::max(most_counted(exact_states.data()), most_counted(exact_states.model())) > kMostCounted) continue;
        Tensor exact_weight = p.weight.clone(), exact_velocity = p.velocity.clone();
        IntegerWeights exact(shape.rows, shape.cols, bits);
        integer_update_plain(plain, step, exact_states.data(), exact_states.model(), p.offsets(centred), p.gradients(),
                             exact_velocity, exact_weight, exact);
        for_every_instruction_set([&, bits = bits, centred = centred, by_means = by_means](const std::string& name) {
          for (int threads : {1, 2, 3}) {
            Context ctx(threads);
            const Turned states(ctx, p, by_means);
            ways[name].insert(simd::rows_are_cheaper(states.data(), states.model()));
            Tensor weight = p.weight.clone(), velocity = p.velocity.clone();
            IntegerWeights integers(shape.rows, shape.cols, bits);
            quantise(ctx, weight, integers);
            integer_update(ctx, step, states.data(), states.model(), p.offsets(centred), p.gradients(), velocity,
                           weight, integers);
            ASSERT_TRUE(same_bits(weight, exact_weight)) << name << ' ' << shape.rows << ' ' << shape.cols;
            ASSERT_TRUE(same_bits(velocity, exact_velocity)) << name << ' ' << shape.rows << ' ' << shape.cols;
            ASSERT_EQ(integers.exponent(), exact.exponent()) << name;
            for (std::int64_t i = 0; i < shape.rows; ++i)
              for (std::int64_t j = 0; j < shape.cols; ++j) ASSERT_EQ(integers.at(i, j), exact.at(i, j)) << name;
          }
        });
      }
  ways.erase("SCALAR");  // counts bits
  for (const auto& [name, gone] : ways) EXPECT_EQ(gone.size(), 2u) << name << " counts bits, or adds rows, at no shape";
}

TEST(IntegerUpdate, TurnedUnitsAreWhatTheyWere) {
  for (const Shape& shape : kShapes) {
    const Problem p(shape, Key{2});
    for_every_instruction_set([&](const std::string& name) {
      Context ctx;
      const CaseBits states = p.data_upper.turned(ctx), means = p.data_upper.turned(ctx, true);
      EXPECT_EQ(states.whole(), 1);
      EXPECT_EQ(means.whole(), 7);
      for (std::int64_t j = 0; j < shape.cols; ++j) {
        std::int32_t on = 0, sevenths = 0;
        for (std::int64_t r = 0; r < shape.data_cases; ++r) {
          on += p.data_upper.states.at(r, j);
          sevenths += p.data_upper.means.at(r, j);
          ASSERT_EQ(states.at(r, j), p.data_upper.states.at(r, j)) << name;
          ASSERT_EQ(means.at(r, j), p.data_upper.means.at(r, j)) << name;
        }
        ASSERT_EQ(states.counts().on[std::size_t(j)], on) << name;
        ASSERT_EQ(means.counts().on[std::size_t(j)], sevenths) << name;
      }
    });
  }
}

// Against the float kernels, which add the same numbers in another order: to a few roundings of numbers below 2.
TEST(IntegerUpdate, LearnsWhatTheFloatStepLearns) {
  constexpr double kTolerance = 8 * 0x1p-24 * 2;
  const Shape shape{100, 60, 33, 40, 0.4};
  for (const auto& [step, by_means] :
       {std::pair(kSteps[0], kByMeans[1]), std::pair(kSteps[1], kByMeans[0]), std::pair(kSteps[2], kByMeans[2])}) {
    const Problem p(shape, Key{3});
    Context ctx;
    Tensor weight = p.weight.clone(), velocity = p.velocity.clone(), gradient(DType::f32, shape.rows, shape.cols);
    const auto dense = [&](const CaseBits& units) {
      Tensor x(DType::f32, units.cases(), units.units());
      for (std::int64_t r = 0; r < units.cases(); ++r)
        for (std::int64_t j = 0; j < units.units(); ++j) x.set(r, j, double(units.at(r, j)) / units.whole());
      return x;
    };
    const Turned states(ctx, p, by_means);
    multiply(ctx, 1.0 / 100, dense(states.data_lower), Transpose::yes, dense(states.data_upper), Transpose::no, 0,
             gradient);
    multiply(ctx, -1.0 / 60, dense(states.model_lower), Transpose::yes, dense(states.model_upper), Transpose::no, 1,
             gradient);
    add_outer(ctx, -1, p.offset_lower, p.gradient_upper, gradient);
    add_outer(ctx, -1, p.gradient_lower, p.offset_upper, gradient);
    momentum_step(ctx, step.rate, step.momentum, step.nesterov, step.decay, gradient, velocity, weight);

    Tensor integer_weight = p.weight.clone(), integer_velocity = p.velocity.clone();
    IntegerWeights integers(shape.rows, shape.cols);
    integer_update_plain(ctx, step, states.data(), states.model(), p.offsets(true), p.gradients(), integer_velocity,
                         integer_weight, integers);
    EXPECT_LT(test::largest_difference(weight, integer_weight), kTolerance);
    EXPECT_LT(test::largest_difference(velocity, integer_velocity), kTolerance);
  }
}

TEST(IntegerUpdate, BiasesFollowTheDifferenceOfMeans) {
  Context ctx;
  const Problem p({100, 60, 1, 40, 0.4}, Key{4});
  const CaseBits data = p.data_upper.turned(ctx, true), model = p.model_upper.turned(ctx);
  Tensor g(DType::f32, 1, 40), delta(DType::f32, 1, 40), bias(DType::f32, 1, 40);
  bias_gradient(data.counts(), model.counts(), g);
  bias_step({.rate = 0.5, .momentum = 0.5, .nesterov = true}, g, delta, bias);
  for (std::int64_t j = 0; j < 40; ++j) {
    const double exact = data.counts().on[std::size_t(j)] / 700.0 - model.counts().on[std::size_t(j)] / 60.0;
    EXPECT_NEAR(g.at(0, j), exact, 0x1p-23);
    EXPECT_NEAR(delta.at(0, j), 0.5 * exact, 0x1p-23);
    EXPECT_NEAR(bias.at(0, j), 0.75 * exact, 0x1p-23);
  }
}

}  // namespace
}  // namespace deepboltz
