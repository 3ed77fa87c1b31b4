// Grey pixels on integers: fields and updates are exact, the same bits on every instruction set and any threads.
#include "deepboltz/kernel/grey_cases.h"

#include <cmath>
#include <numeric>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/integer_update.h"
#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

using test::for_every_instruction_set;
using test::random_bits;
using test::random_pixels;
using test::random_sevenths;
using test::random_tensor;
using test::same_bits;

struct Shape {
  std::int64_t cases, model_cases, rows, cols;
  double density;
};

const Shape kShapes[] = {{1, 1, 1, 1, 1},      {3, 5, 1, 70, 0.5},       {7, 7, 33, 31, 0.2},
                         {100, 60, 65, 64, 0}, {100, 100, 97, 100, 0.3}, {17, 30, 900, 65, 0.9},
                         {4, 4, 784, 33, 0.2}, {257, 257, 40, 96, 0.1},  {600, 400, 20, 10, 0.5},
                         {90, 90, 6, 130, 1}};

GreyCases taken(Context& ctx, const Tensor& pixels) {
  std::vector<std::uint32_t> rows(std::size_t(pixels.rows()));
  std::iota(rows.begin(), rows.end(), 0u);
  GreyCases grey(pixels.rows(), pixels.cols());
  grey.take(ctx, pixels, rows);
  return grey;
}

TEST(GreyCases, AreThePixelsOfTheRowsAskedFor) {
  Context ctx;
  const Tensor pixels = random_pixels(Key{1}, 9, 70, 0.4);
  GreyCases grey(9, 70);
  const std::uint32_t rows[] = {4, 0, 4, 8};
  grey.take(ctx, pixels, rows);
  ASSERT_EQ(grey.cases(), 4);
  EXPECT_EQ(grey.counts().most, 4 * 255);
  for (std::int64_t i = 0; i < 70; ++i) {
    std::int32_t sum = 0;
    for (std::int64_t r = 0; r < 4; ++r) {
      const std::uint8_t g = pixels.as<std::uint8_t>()(std::int64_t(rows[r]), i);
      EXPECT_EQ(grey.pixels().as<std::uint8_t>()(r, i), g);
      sum += g;
    }
    EXPECT_EQ(grey.counts().on[std::size_t(i)], sum);
  }
}

TEST(GreyCases, AreTakenFromFloatsThatAreMultiplesOfA255th) {
  Context ctx;
  const Tensor pixels = random_pixels(Key{2}, 5, 40, 0.6);
  for (DType dtype : {DType::f32, DType::f64}) {
    Tensor x(dtype, 5, 40);
    const std::uint32_t rows[] = {0, 1, 2, 3, 4};
    binarise(ctx, Binarise::none, pixels, rows, {}, x);
    GreyCases grey(5, 40);
    ASSERT_TRUE(grey.take(ctx, x));
    for (std::int64_t r = 0; r < 5; ++r)
      for (std::int64_t i = 0; i < 40; ++i)
        ASSERT_EQ(grey.pixels().as<std::uint8_t>()(r, i), pixels.as<std::uint8_t>()(r, i));
    for (double wrong : {0.5, -1 / 255.0, 256 / 255.0, double(NAN), double(INFINITY)}) {
      const double before = x.at(3, 7);
      x.set(3, 7, wrong);
      EXPECT_FALSE(grey.take(ctx, x)) << wrong;
      x.set(3, 7, before);
    }
  }
}

// Σ g·q / 255 to the nearest integer, by whole numbers.
TEST(GreyCases, SendTheNearestIntegerToTheExactField) {
  for (const Shape& s : kShapes)
    for (Direction direction : {Direction::up, Direction::down}) {
      const std::int64_t from = direction == Direction::up ? s.rows : s.cols, to = s.rows + s.cols - from;
      Context plain;
      IntegerWeights weights(s.rows, s.cols);
      weights.limit(12);
      quantise(plain, random_tensor(Key{3}, DType::f32, s.rows, s.cols, -2, 2), weights);
      const Tensor pixels = random_pixels(Key{4}, s.cases, from, s.density);
      std::vector<std::int32_t> exact;
      for (std::int64_t r = 0; r < s.cases; ++r)
        for (std::int64_t j = 0; j < to; ++j) {
          std::int64_t sum = 0;
          for (std::int64_t i = 0; i < from; ++i)
            sum += std::int64_t(pixels.as<std::uint8_t>()(r, i)) *
                   (direction == Direction::up ? weights.at(i, j) : weights.at(j, i));
          ASSERT_LT(std::abs(sum), std::int64_t(1) << 31);
          const std::int64_t twice = 2 * sum + 255;  // ⌊sum/255 + ½⌋
          exact.push_back(std::int32_t(1'000 + (twice >= 0 ? twice / 510 : -((-twice + 509) / 510))));
        }
      for_every_instruction_set([&](const std::string& name) {
        for (int threads : {1, 3}) {
          Context ctx(threads);
          const GreyCases grey = taken(ctx, pixels);
          RowSums work(s.cases, to);
          std::vector<std::int32_t> fields(exact.size(), 1'000);
          add_grey_field(ctx, weights, direction, grey, work, fields);
          EXPECT_EQ(fields, exact) << name << ' ' << threads << ' ' << s.rows << ' ' << s.cols;
        }
      });
    }
}

// Five standard deviations of 40,000 draws a grey.
TEST(GreyCases, ArePixelsOfThatProbability) {
  constexpr std::int64_t kCases = 2'000, kRepeats = 20;
  Context ctx;
  Tensor pixels(DType::u8, kCases, 33);
  for (std::int64_t r = 0; r < kCases; ++r)
    for (std::int64_t i = 0; i < 33; ++i) pixels.as<std::uint8_t>()(r, i) = std::uint8_t(i < 32 ? 8 * i : 255);
  const GreyCases grey = taken(ctx, pixels);
  Bits drawn(kCases, 33);
  std::vector<double> on(33);
  for (std::uint64_t k = 0; k < kRepeats; ++k) {
    draw_grey(ctx, grey, Key{10}.fold(k), drawn);
    for (std::int64_t r = 0; r < kCases; ++r)
      for (std::int64_t i = 0; i < 33; ++i) on[std::size_t(i)] += drawn.at(r, i);
  }
  for (std::int64_t i = 0; i < 33; ++i) {
    const double p = (i < 32 ? 8 * i : 255) / 255.0, draws = kCases * kRepeats;
    EXPECT_LE(std::abs(on[std::size_t(i)] / draws - p), 5 * std::sqrt(p * (1 - p) / draws)) << i;
  }
}

// ---- Updates

struct Problem {
  Tensor pixels, weight, velocity, offset_lower, offset_upper, gradient_lower, gradient_upper;
  Sevenths data_upper, model_upper;
  Bits data_states, model_lower, model_states;

  Problem(const Shape& s, Key key)
      : pixels(random_pixels(key.fold(1), s.cases, s.rows, s.density)),
        weight(random_tensor(key.fold(5), DType::f32, s.rows, s.cols)),
        velocity(random_tensor(key.fold(6), DType::f32, s.rows, s.cols, -0.1, 0.1)),
        offset_lower(random_tensor(key.fold(7), DType::f32, 1, s.rows, 0, 1)),
        offset_upper(random_tensor(key.fold(8), DType::f32, 1, s.cols, 0, 1)),
        gradient_lower(random_tensor(key.fold(9), DType::f32, 1, s.rows, -0.5, 0.5)),
        gradient_upper(random_tensor(key.fold(10), DType::f32, 1, s.cols, -0.5, 0.5)),
        data_upper(random_sevenths(key.fold(2), s.cases, s.cols, 0.5)),
        model_upper(random_sevenths(key.fold(4), s.model_cases, s.cols, 0.4)),
        data_states(random_bits(key.fold(11), s.cases, s.cols, 0.5)),
        model_lower(random_bits(key.fold(3), s.model_cases, s.rows, s.density)),
        model_states(random_bits(key.fold(12), s.model_cases, s.cols, 0.6)) {}

  // Calls use(data, model) with the upper units' draws, or means.
  template <class Use> void counted(Context& ctx, bool by_means, Use&& use) const {
    const int planes = by_means ? Sevenths::kPlanes : 1;
    const GreyCases grey = taken(ctx, pixels);
    CaseBits data(data_states.cases(), data_states.units(), planes), lower(model_lower.cases(), model_lower.units()),
        model(model_states.cases(), model_states.units(), planes);
    by_means ? turn(ctx, data_upper, data) : turn(ctx, data_states, data);
    by_means ? turn(ctx, model_upper, model) : turn(ctx, model_states, model);
    turn(ctx, model_lower, lower);
    use(GreyEnds{grey, data}, Ends<const CaseBits&>{lower, model});
  }
  Ends<ConstMatrix> offsets(bool centred) const {
    return centred ? Ends<ConstMatrix>{offset_lower, offset_upper} : Ends<ConstMatrix>{};
  }
  Ends<ConstMatrix> gradients() const { return {gradient_lower, gradient_upper}; }
};

const IntegerStep kSteps[] = {{.rate = 0.1},
                              {.rate = 0.05, .momentum = 0.9, .nesterov = true, .decay = {.l2 = 2e-3, .l1 = 1e-3}},
                              {.rate = 60, .momentum = 0.5}};  // so far that the exponent changes

TEST(GreyUpdate, IsThePlainOneOnEveryInstructionSetAndAnyThreads) {
  for (const Shape& shape : kShapes)
    for (const IntegerStep& step : kSteps)
      for (const auto& [by_means, centred] : {std::pair(true, false), std::pair(false, true)}) {
        const Problem p(shape, Key{11});
        Context plain;
        Tensor exact_weight = p.weight.clone(), exact_velocity = p.velocity.clone();
        IntegerWeights exact(shape.rows, shape.cols);
        p.counted(plain, by_means, [&, centred = centred](const GreyEnds& data, const Ends<const CaseBits&>& model) {
          integer_update_plain(plain, step, data, model, p.offsets(centred), p.gradients(), exact_velocity,
                               exact_weight, exact);
        });
        for_every_instruction_set([&, by_means = by_means, centred = centred](const std::string& name) {
          for (int threads : {1, 3}) {
            Context ctx(threads);
            Tensor weight = p.weight.clone(), velocity = p.velocity.clone();
            IntegerWeights integers(shape.rows, shape.cols);
            quantise(ctx, weight, integers);
            p.counted(ctx, by_means, [&](const GreyEnds& data, const Ends<const CaseBits&>& model) {
              integer_update(ctx, step, data, model, p.offsets(centred), p.gradients(), velocity, weight, integers);
            });
            ASSERT_TRUE(same_bits(weight, exact_weight)) << name << ' ' << shape.rows << ' ' << shape.cols;
            ASSERT_TRUE(same_bits(velocity, exact_velocity)) << name << ' ' << shape.rows << ' ' << shape.cols;
            ASSERT_EQ(integers.exponent(), exact.exponent()) << name;
            for (std::int64_t i = 0; i < shape.rows; ++i)
              for (std::int64_t j = 0; j < shape.cols; ++j) ASSERT_EQ(integers.at(i, j), exact.at(i, j)) << name;
          }
        });
      }
}

// Against the float kernels, which add the same numbers in another order: to a few roundings of numbers below 2.
TEST(GreyUpdate, LearnsWhatTheFloatStepLearns) {
  constexpr double kTolerance = 8 * 0x1p-24 * 2;
  const Shape shape{100, 60, 33, 40, 0.4};
  const Problem p(shape, Key{12});
  Context ctx;
  const auto dense = [](auto&& value, std::int64_t cases, std::int64_t units, double whole) {
    Tensor x(DType::f32, cases, units);
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t j = 0; j < units; ++j) x.set(r, j, double(value(r, j)) / whole);
    return x;
  };
  const auto of = [](const auto& states) { return [&](std::int64_t r, std::int64_t j) { return states.at(r, j); }; };
  for (const IntegerStep& step : {kSteps[0], kSteps[1]}) {
    Tensor weight = p.weight.clone(), velocity = p.velocity.clone(), gradient(DType::f32, shape.rows, shape.cols);
    multiply(ctx, 1.0 / 100,
             dense([&](auto r, auto j) { return int(p.pixels.as<std::uint8_t>()(r, j)); }, 100, shape.rows, 255),
             Transpose::yes, dense(of(p.data_upper), 100, shape.cols, 7), Transpose::no, 0, gradient);
    multiply(ctx, -1.0 / 60, dense(of(p.model_lower), 60, shape.rows, 1), Transpose::yes,
             dense(of(p.model_upper), 60, shape.cols, 7), Transpose::no, 1, gradient);
    momentum_step(ctx, step.rate, step.momentum, step.nesterov, step.decay, gradient, velocity, weight);

    Tensor integer_weight = p.weight.clone(), integer_velocity = p.velocity.clone();
    IntegerWeights integers(shape.rows, shape.cols);
    p.counted(ctx, true, [&](const GreyEnds& data, const Ends<const CaseBits&>& model) {
      integer_update_plain(ctx, step, data, model, {}, p.gradients(), integer_velocity, integer_weight, integers);
    });
    EXPECT_LT(test::largest_difference(weight, integer_weight), kTolerance);
    EXPECT_LT(test::largest_difference(velocity, integer_velocity), kTolerance);
  }
}

}  // namespace
}  // namespace deepboltz
