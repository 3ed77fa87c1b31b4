// Draws straight from sums of integers against message, field and draw one after the other: the same bits on every
// instruction set, any threads; and the logs against double.
#include "deepboltz/kernel/tempered_sample.h"

#include <cmath>

#include "tests/kernel/fixture.h"
#include "tests/kernel/random_bits.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/field_row.h"
#include "deepboltz/kernel/unit_ops.h"

namespace deepboltz {
namespace {

using test::for_every_way_to_multiply;
using test::random_bits;
using test::random_mask;
using test::random_tensor;
using test::same_bits;

struct Shape {
  std::int64_t cases, units;
  std::vector<std::int64_t> senders;  // one layer each
  int bits;
  bool tempered, based, clamped;
};

const Shape kShapes[] = {{1, 1, {1}, 24, true, true, true},         {3, 70, {33}, 16, true, false, false},
                         {100, 64, {40, 90}, 24, true, true, true}, {300, 33, {97}, 24, true, true, false},
                         {40, 784, {100}, 24, true, true, false},   {20, 500, {784, 10}, 16, false, false, true}};

// What is sent to a layer, and what tempers it.
struct Problem {
  Shape shape;
  std::vector<IntegerWeights> weights;
  std::vector<Bits> states;
  Tensor bias, base, mask;
  std::vector<double> from, to;

  Problem(const Shape& s, Key key) : shape(s) {
    Context ctx;
    for (std::size_t i = 0; i < s.senders.size(); ++i) {
      weights.emplace_back(s.senders[i], s.units, s.bits);
      const double reach = i == 0 ? 0.3 : 3;  // an exponent of its own
      quantise(ctx, random_tensor(key.fold(i), DType::f32, s.senders[i], s.units, -reach, reach), weights.back());
      states.push_back(random_bits(key.fold(10 + i), s.cases, s.senders[i], 0.3));
    }
    bias = random_tensor(key.fold(20), DType::f32, 1, s.units, -2, 2);
    base = random_tensor(key.fold(21), DType::f32, 1, s.units, -3, 3);
    mask = random_mask(key.fold(22), s.cases, s.units);
    for (std::int64_t r = 0; r < s.cases; ++r) {
      from.push_back(uniform(key.fold(23), std::uint32_t(r), 0));
      to.push_back(r == 0 ? 1.0 : uniform(key.fold(23), std::uint32_t(r), 1));
    }
  }

  Field field(std::span<const double> beta) const {
    return {.input = {},
            .bias = bias,
            .beta = shape.tempered ? beta : std::span<const double>(),
            .base = shape.based ? base.view() : ConstMatrix{},
            .cases = shape.cases};
  }
  ConstMatrix clamped() const { return shape.clamped ? mask.view() : ConstMatrix{}; }
  void flip(Key key) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Bits changed = random_bits(key.fold(i), shape.cases, shape.senders[i], 0.05);
      for (std::int64_t r = 0; r < shape.cases; ++r)
        for (std::int64_t w = 0; w < changed.words(); ++w) states[i].row(r)[w] ^= changed.row(r)[w];
    }
  }
};

// One after the other.
void draw_in_steps(const Problem& p, Key key, Tensor& messages, Tensor& out) {
  Context ctx;
  for (std::size_t i = 0; i < p.states.size(); ++i)
    integer_message(ctx, {p.weights[i], Direction::up, p.states[i]}, 1, i == 0 ? 0 : 1, messages);
  Field field = p.field(p.to);
  field.input = messages;
  unit_sample(ctx, Bernoulli{}, field, key, 5, p.clamped(), out, {});
}

double log_of(double f) { return std::log1p(std::exp(-std::abs(f))); }

TEST(TemperedSample, DrawsAreThoseInStepsToTheBit) {
  for (const Shape& shape : kShapes)
    for_every_way_to_multiply([&](const std::string& name) {
      for (int threads : {1, 3}) {
        Context ctx(threads);
        Problem p(shape, Key{1});
        std::vector<RunningSums> sums;
        for (std::int64_t senders : shape.senders) sums.emplace_back(shape.cases, senders, shape.units);
        Tensor messages(DType::f32, shape.cases, shape.units),
            expected = random_tensor(Key{2}, DType::f32, shape.cases, shape.units), out = expected.clone();
        for (std::uint64_t sweep = 0; sweep < 4; ++sweep) {
          std::vector<RunningInput> inputs;
          for (std::size_t i = 0; i < sums.size(); ++i) inputs.push_back({p.weights[i], p.states[i], sums[i]});
          draw_in_steps(p, Key{3}.fold(sweep), messages, expected);
          tempered_sample(ctx, inputs, p.field(p.to), Key{3}.fold(sweep), 5, p.clamped(), out);
          ASSERT_TRUE(same_bits(out, expected)) << name << ' ' << threads << ' ' << shape.units << ' ' << sweep;
          p.flip(Key{4}.fold(sweep));
        }
      }
    });
}

// Σ A(f) − A(g) from the float fields in double. A product of up to 96 factors 1 + e is off by 2·96·6e-8 of its log
// (bernoulli_math-inl.h); the linear parts are summed in floats over the 64 units of a pair of blocks at most.
TEST(TemperedSample, LogsAreThoseOfTheFields) {
  for (const Shape& shape : kShapes)
    for_every_way_to_multiply([&](const std::string& name) {
      Context ctx(2);
      const Problem p(shape, Key{6});
      std::vector<RunningSums> sums;
      std::vector<RunningInput> inputs;
      for (std::int64_t senders : shape.senders) sums.emplace_back(shape.cases, senders, shape.units);
      for (std::size_t i = 0; i < sums.size(); ++i) inputs.push_back({p.weights[i], p.states[i], sums[i]});
      Tensor messages(DType::f32, shape.cases, shape.units), expected(DType::f32, shape.cases, shape.units),
          out = expected.clone();
      draw_in_steps(p, Key{7}, messages, expected);
      std::vector<double> change(std::size_t(shape.cases), 1.5);
      const Annealing annealing{shape.tempered ? p.from : std::span<const double>(), change};
      tempered_sample(ctx, inputs, p.field(p.to), Key{7}, 5, p.clamped(), out, &annealing);
      ASSERT_TRUE(same_bits(out, expected)) << name;
      Field to = p.field(p.to), from = p.field(p.from);
      to.input = from.input = messages;
      for (std::int64_t r = 0; r < shape.cases; ++r) {
        const FieldRow<float> f(to, r), g(from, r);
        double exact = 1.5, tolerance = 1e-12;
        for (std::int64_t j = 0; j < shape.units; ++j) {
          const bool kept = shape.clamped && p.mask.at(r, j) != 0;
          const double linear =
              kept ? out.at(r, j) * (double(f(j)) - g(j)) : std::max(f(j), 0.0f) - std::max(g(j), 0.0f);
          exact += linear + (kept ? 0 : log_of(f(j)) - log_of(g(j)));
          tolerance += 64 * 6e-8 * std::abs(linear) + (kept ? 0 : 2 * 96 * 6e-8 * (log_of(f(j)) + log_of(g(j)))) +
                       3 * 6e-8 * (std::abs(f(j)) + std::abs(g(j)));  // f and g themselves, fused or not
        }
        ASSERT_NEAR(change[std::size_t(r)], exact, tolerance) << name << ' ' << shape.units << ' ' << r;
      }
    });
}

}  // namespace
}  // namespace deepboltz
