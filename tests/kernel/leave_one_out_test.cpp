// Groups under hidden units against sums over all hidden states, against finite differences, and against a golden
// vector.
#include "deepboltz/kernel/leave_one_out.h"

#include <cmath>

#include "tests/kernel/fixture.h"
#include "tests/kernel/sparse_fixture.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/sparse_linear.h"

namespace deepboltz::test {
namespace {

struct Machine {
  std::int64_t groups, classes, hidden;
  Tensor weight, bias, hidden_bias;

  Machine(std::int64_t group_count, std::int64_t class_count, std::int64_t hidden_units, DType type, double reach = 1)
      : groups(group_count),
        classes(class_count),
        hidden(hidden_units),
        weight(random_tensor(Key{1}, type, groups * classes, hidden, -reach, reach)),
        bias(random_tensor(Key{2}, type, 1, groups * classes)),
        hidden_bias(random_tensor(Key{3}, type, 1, hidden)) {}

  GroupWeights parameters() const { return {weight, bias, classes}; }
  Tensor field(Context& ctx, const SparseRows& x) const {
    Tensor out(weight.dtype(), x.rows(), hidden);
    multiply_sparse(ctx, x, weight, hidden_bias, out);
    return out;
  }
};

// log Σ_h exp(−E(v, h)) by visiting every h.
double log_weight(const Machine& m, const std::vector<std::uint32_t>& values) {
  StreamingLogSumExp sum;
  for (std::int64_t h = 0; h < std::int64_t(1) << m.hidden; ++h) {
    double minus_energy = 0;
    for (const std::uint32_t c : values) minus_energy += m.bias.at(0, c);
    for (std::int64_t j = 0; j < m.hidden; ++j) {
      if (!(h >> j & 1)) continue;
      minus_energy += m.hidden_bias.at(0, j);
      for (const std::uint32_t c : values) minus_energy += m.weight.at(c, j);
    }
    sum.add(minus_energy);
  }
  return sum.value();
}

// log p(group = k | values), all by enumeration.
double log_p(const Machine& m, std::vector<std::uint32_t> values, std::int64_t group, std::int64_t k) {
  std::erase_if(values, [&](std::uint32_t c) { return std::int64_t(c) / m.classes == group; });
  StreamingLogSumExp all;
  double wanted = 0;
  for (std::int64_t other = 0; other < m.classes; ++other) {
    auto with = values;
    with.push_back(std::uint32_t(group * m.classes + other));
    const double here = log_weight(m, with);
    all.add(here);
    if (other == k) wanted = here;
  }
  return wanted - all.value();
}

// Σ (1 − squares)·log p(v | rest) − squares/2·(v − E[v | rest])²; squares = 0: the pseudo-likelihood.
double objective(const Machine& m, const SparseRows& x, double squares) {
  double sum = 0;
  for (std::int64_t r = 0; r < x.rows(); ++r)
    for (const std::uint32_t c : x.row(r)) {
      const std::int64_t group = c / m.classes, taken = c % m.classes;
      double expected = 0;
      for (std::int64_t k = 0; k < m.classes; ++k)
        expected += double(k) * std::exp(log_p(m, {x.row(r).begin(), x.row(r).end()}, group, k));
      sum += (1 - squares) * log_p(m, {x.row(r).begin(), x.row(r).end()}, group, taken) -
             squares / 2 * (double(taken) - expected) * (double(taken) - expected);
    }
  return sum;
}

TEST(LeaveOneOut, ProbabilitiesAreThoseOfTheEnumeratedMachine) {
  Context ctx;
  const Machine m(5, 3, 4, DType::f64);
  const SparseRows x = random_groups(Key{4}, 8, 5, 3, 0.6);
  SparseRows asked;  // what a case does not have
  asked.cols = m.groups;
  for (std::int64_t r = 0; r < x.rows(); ++r) {
    for (std::uint32_t g = 0; g < m.groups; ++g) {
      bool there = false;
      for (const std::uint32_t c : x.row(r)) there |= c / 3 == g;
      if (!there) asked.column.push_back(g);
    }
    asked.end_row();
  }
  ASSERT_GT(asked.entries(), 5);
  Tensor out(DType::f64, asked.entries(), 3);
  group_log_p(ctx, m.parameters(), asked, m.field(ctx, x), out);
  for (std::int64_t r = 0, e = 0; r < asked.rows(); ++r)
    for (const std::uint32_t g : asked.row(r)) {
      for (std::int64_t k = 0; k < 3; ++k)
        EXPECT_NEAR(out.at(e, k), log_p(m, {x.row(r).begin(), x.row(r).end()}, g, k), 1e-12);
      ++e;
    }
}

struct Slopes {
  Tensor residual, push, gradient;
  std::vector<double> log_p;
};

template <class Run, class Add>
Slopes slopes(Context& ctx, const Machine& m, const SparseRows& x, Run&& run, Add&& add, double squares = 0) {
  const DType type = m.weight.dtype();
  Slopes s{Tensor(type, x.entries(), m.classes), Tensor(type, x.rows(), m.hidden),
           Tensor(type, m.weight.rows(), m.hidden), std::vector<double>(std::size_t(x.rows()))};
  const Tensor field = m.field(ctx, x);
  std::vector<std::int64_t> entry;
  const SparseRows turned = transposed(groups_of(x, m.classes), &entry);
  run(ctx, m.parameters(), x, field, squares, s.residual, s.push, s.log_p);
  add(ctx, m.parameters(), x, turned, entry, field, s.residual, s.push, s.gradient);
  return s;
}

class Objective : public ::testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Squares, Objective, ::testing::Values(0.0, 0.6, 1.0));

TEST_P(Objective, AndItsGradientAreThoseOfTheEnumeratedMachine) {
  const double squares = GetParam();
  Context ctx;
  Machine m(4, 3, 3, DType::f64);
  const SparseRows x = random_groups(Key{5}, 5, 4, 3, 0.7);
  const Slopes s = slopes(ctx, m, x, leave_one_out, add_leave_one_out_gradient, squares);
  double sum = 0;
  for (const double p : s.log_p) sum += p;
  EXPECT_NEAR(sum, objective(m, x, 0), 1e-11);
  const auto slope = [&](Tensor& parameter, std::int64_t r, std::int64_t c) {
    return testing::slope_of(parameter, r, c, [&] { return objective(m, x, squares); });
  };
  for (std::int64_t i = 0; i < m.weight.rows(); ++i)
    for (std::int64_t j = 0; j < m.hidden; ++j) EXPECT_NEAR(s.gradient.at(i, j), slope(m.weight, i, j), 1e-8);
  for (std::int64_t j = 0; j < m.hidden; ++j) {
    double push = 0;
    for (std::int64_t r = 0; r < x.rows(); ++r) push += s.push.at(r, j);
    EXPECT_NEAR(push, slope(m.hidden_bias, 0, j), 1e-8);
  }
  std::vector<double> residual(std::size_t(m.weight.rows()), 0);
  for (std::int64_t e = 0; e < x.entries(); ++e)
    for (std::int64_t k = 0; k < 3; ++k)
      residual[x.column[std::size_t(e)] / 3 * 3 + std::size_t(k)] += s.residual.at(e, k);
  for (std::int64_t i = 0; i < m.bias.cols(); ++i) EXPECT_NEAR(residual[std::size_t(i)], slope(m.bias, 0, i), 1e-8);
}

TEST(LeaveOneOut, VectorsAgreeWithThePlainLoops) {
  Context ctx{2};
  const Machine m(30, 5, 37, DType::f32, 3);
  const SparseRows x = random_groups(Key{6}, 12, 30, 5, 0.5);
  const Slopes plain = slopes(ctx, m, x, leave_one_out_plain, add_leave_one_out_gradient_plain);
  for_every_instruction_set([&](const std::string& name) {
    SCOPED_TRACE(name);
    const Slopes fast = slopes(ctx, m, x, leave_one_out, add_leave_one_out_gradient);
    for (std::size_t r = 0; r < fast.log_p.size(); ++r) EXPECT_NEAR(fast.log_p[r], plain.log_p[r], 2e-4);
    EXPECT_LT(largest_difference(fast.residual, plain.residual), 2e-5);
    EXPECT_LT(largest_difference(fast.push, plain.push), 1e-4);
    EXPECT_LT(largest_difference(fast.gradient, plain.gradient), 2e-4);
  });
}

TEST(LeaveOneOut, IsTheSameBitsForAnyNumberOfThreads) {
  const Machine m(30, 5, 37, DType::f32);
  const SparseRows x = random_groups(Key{7}, 40, 30, 5, 0.5);
  Context one(1), many(5);
  const Slopes a = slopes(one, m, x, leave_one_out, add_leave_one_out_gradient),
               b = slopes(many, m, x, leave_one_out, add_leave_one_out_gradient);
  EXPECT_TRUE(same_bits(a.gradient, b.gradient));
  EXPECT_EQ(a.log_p, b.log_p);
}

}  // namespace
}  // namespace deepboltz::test
