// The loss of a network whose outputs are units of any kind, and its slope.
#include "deepboltz/stack/output_loss.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include "tests/stack/toy_network.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

constexpr std::int64_t kCases = 5, kOutputs = 6;

// A unit as the outputs of a network, and how its targets look.
struct Output {
  const char* name;
  Unit unit;
  double (*target)(double u);  // from a uniform number
};

double grey(double u) { return u; }
double bit(double u) { return u < 0.5 ? 0 : 1; }
double sign(double u) { return u < 0.5 ? -1 : 1; }
double real(double u) { return 4 * u - 2; }
double few(double u) { return std::floor(4 * u); }

const Output kEvery[] = {{"bits", Bernoulli{}, bit},  {"grey", Bernoulli{}, grey},    {"spins", Spin{}, sign},
                         {"reals", Gaussian{}, real}, {"trials", Binomial{3}, few},   {"groups", Softmax{3}, nullptr},
                         {"words", Counts{}, few},    {"shares", Softmax{6}, nullptr}};

std::ostream& operator<<(std::ostream& out, const Output& output) { return out << output.name; }

class EveryOutput : public ::testing::TestWithParam<Output> {
 protected:
  // One-hot groups where there is no rule for a number.
  Tensor targets(std::int64_t cases = kCases) const {
    Tensor out(DType::f64, cases, kOutputs);
    const std::int64_t group = group_size(GetParam().unit);
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t c = 0; c < kOutputs; ++c) {
        const double u = uniform(Key{5}, std::uint32_t(r), std::uint32_t(c));
        if (GetParam().target != nullptr)
          out.set(r, c, GetParam().target(u));
        else if (c % group == 0)
          out.set(r, c + std::int64_t(u * double(group)), 1);
      }
    if (std::holds_alternative<Counts>(GetParam().unit))
      for (std::int64_t r = 0; r < cases; ++r) out.set(r, 0, 1 + out.at(r, 0));  // no document is empty
    return out;
  }

  Network network() const {
    Network out = toy::network(DType::f64);
    out.layers.back() = random_layer("out", GetParam().unit, 5, kOutputs, 0.7, Key{7}, DType::f64);
    return out;
  }

  Context ctx;
};
INSTANTIATE_TEST_SUITE_P(Units, EveryOutput, ::testing::ValuesIn(kEvery),
                         [](const auto& test) { return std::string(test.param.name); });

// −log p of one case, from the unit's own formulas, number by number.
double loss_by_hand(const Unit& unit, std::vector<double> t, const std::vector<double>& f) {
  const auto dot = [&](double sum = 0) { return std::inner_product(t.begin(), t.end(), f.begin(), sum); };
  if (std::holds_alternative<Counts>(unit)) {
    const double words = std::accumulate(t.begin(), t.end(), 0.0);
    for (double& x : t) x /= words;
    return log_sum_exp(std::span<const double>(f)) - dot();
  }
  double loss = -dot();
  if (const auto* softmax = std::get_if<Softmax>(&unit)) {
    for (std::size_t i = 0; i < f.size(); i += std::size_t(softmax->classes))
      loss += log_sum_exp(std::span<const double>(f).subspan(i, std::size_t(softmax->classes)));
    return loss;
  }
  for (std::size_t i = 0; i < f.size(); ++i) {
    if (std::holds_alternative<Bernoulli>(unit)) loss += std::log1p(std::exp(f[i]));
    if (std::holds_alternative<Spin>(unit)) loss += std::log(2 * std::cosh(f[i]));
    if (std::holds_alternative<Gaussian>(unit))
      loss += f[i] * f[i] / 2 + t[i] * t[i] / 2 + std::log(2 * std::numbers::pi) / 2;
    if (std::holds_alternative<Binomial>(unit))
      loss += 3 * std::log1p(std::exp(f[i])) - (std::lgamma(4) - std::lgamma(t[i] + 1) - std::lgamma(4 - t[i]));
  }
  return loss;
}

TEST_P(EveryOutput, TheLossIsMinusLogPOfTheTarget) {
  const Tensor target = targets();
  Tensor fields = toy::random_tensor(DType::f64, kCases, kOutputs, 1, Key{6});
  double expected = 0;
  for (std::int64_t r = 0; r < kCases; ++r) {
    std::vector<double> t, f;
    for (std::int64_t c = 0; c < kOutputs; ++c) t.push_back(target.at(r, c)), f.push_back(fields.at(r, c));
    expected += loss_by_hand(GetParam().unit, t, f);
  }
  const std::vector<std::uint32_t> rows{0, 1, 2, 3, 4};
  Examples examples{{target}, {}, target};
  EXPECT_NEAR(score_rows(ctx, GetParam().unit, examples, rows, 0, fields).loss, expected, 1e-11);
}

// With everything that a presentation can do, its draws held.
TEST_P(EveryOutput, TheGradientIsItsSlope) {
  Network net = network();
  const auto data = toy::data(DType::f64, kCases);
  const Tensor target = targets();
  Examples examples{{data.pixels, data.features}, {}, target};
  const std::vector<std::uint32_t> rows{4, 0, 3};
  Presentation busy{Binarise::sample, 0.8, 0.7, 0.5, Key{3}};
  busy.noisy_layer = 1;
  busy.noise = 2;
  busy.noise_key = Key{9};
  for (const Presentation& presentation : {Presentation{}, busy}) {
    toy::Gradient gradient(net), ignored(net);
    log_probability_gradient(ctx, net, examples, rows, presentation, 1, 0, gradient.views);
    const auto value = [&] {
      return -log_probability_gradient(ctx, net, examples, rows, presentation, 1, 0, ignored.views).loss;
    };
    const auto parameters = named_parameters(net);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto entries = parameters[i].second.as<double>();
      for (std::int64_t r = 0; r < entries.rows; ++r)
        for (std::int64_t c = 0; c < entries.cols; ++c)
          ASSERT_NEAR(gradient.tensors[i].at(r, c), testing::slope_of(entries(r, c), value), 1e-7)
              << parameters[i].first << ' ' << r << ' ' << c;
    }
  }
}

TEST_P(EveryOutput, BitsDoNotDependOnTheThreads) {
  Network net = network();
  const auto data = toy::data(DType::f64, 700);
  const Tensor target = targets(700);
  Examples examples{{data.pixels, data.features}, {}, target};
  std::vector<std::uint32_t> rows(700);
  std::iota(rows.begin(), rows.end(), 0u);
  toy::Gradient one(net);
  const double loss = log_probability_gradient(ctx, net, examples, rows, {}, 1, 0, one.views).loss;
  for (const int threads : {2, 3}) {
    Context several(threads);
    toy::Gradient other(net);
    EXPECT_EQ(loss, log_probability_gradient(several, net, examples, rows, {}, 1, 0, other.views).loss);
    for (std::size_t i = 0; i < one.tensors.size(); ++i) EXPECT_TRUE(toy::same_bits(one.tensors[i], other.tensors[i]));
  }
}

// Sparse rows are the same cases as a matrix.
TEST(SparseInput, GivesTheLossAndTheGradientOfTheMatrix) {
  Context ctx;
  SparseRows words;
  words.cols = 9;
  Tensor dense(DType::f64, 40, 9), lengths(DType::f64, 40, 1);
  for (std::uint32_t r = 0; r < 40; ++r) {
    for (std::uint32_t k = 0; k < 9; ++k) {
      const auto count = below(Key{11}.fold(k), r, 4);
      if (count < 2) continue;
      words.column.push_back(k);
      words.value.push_back(float(count));
      dense.set(r, k, double(count));
      lengths.set(r, 0, lengths.at(r, 0) + double(count));
    }
    words.end_row();
  }
  Network net;
  net.layers.push_back(random_layer("up", Bernoulli{}, 10, 6, 0.5, Key{1}, DType::f64));
  net.layers.back().extra = 1;
  net.layers.push_back(random_layer("down", Counts{}, 6, 9, 0.5, Key{2}, DType::f64));
  std::vector<std::uint32_t> rows(40);
  std::iota(rows.begin(), rows.end(), 0u);
  for (const double keep : {1.0, 0.999999}) {  // nothing is dropped by the second, but the way of dropping is gone
    toy::Gradient sparse(net), full(net);
    Presentation presentation;
    presentation.keep_input = keep;
    const double from_words =
        log_probability_gradient(ctx, net, {{words, lengths}, {}, words}, rows, presentation, 1, 0, sparse.views).loss;
    const double from_matrix =
        log_probability_gradient(ctx, net, {{dense, lengths}, {}, dense}, rows, presentation, 1, 0, full.views).loss;
    EXPECT_NEAR(from_words, from_matrix, 1e-4);
    for (std::size_t i = 0; i < full.tensors.size(); ++i)
      EXPECT_LT(toy::largest_difference(sparse.tensors[i], full.tensors[i]), keep == 1 ? 1e-12 : 1e-4);
  }
}

TEST(SparseInput, ADroppedWordIsGone) {
  Context ctx;
  SparseRows words;
  words.cols = 3;
  for (std::uint32_t r = 0; r < 4'000; ++r) {
    words.column.push_back(r % 3);
    words.end_row();
  }
  Network net;
  net.layers.push_back(random_layer("out", Gaussian{}, 3, 1, 0, Key{1}, DType::f64));
  for (std::int64_t k = 0; k < 3; ++k) net.layers[0].weight.set(k, 0, 1);
  std::vector<std::uint32_t> rows(4'000);
  std::iota(rows.begin(), rows.end(), 0u);
  ScratchScope scope(ctx);
  Presentation presentation;
  presentation.keep_input = 0.8;
  presentation.key = Key{4};
  const Matrix shown = forward(ctx, net, 1, {{words}, {}}, rows, presentation, scope).output;
  double kept = 0;
  for (std::int64_t r = 0; r < shown.rows; ++r) {
    const double x = shown.as<double>()(r, 0);
    EXPECT_TRUE(x == 0 || std::abs(x - 1.25) < 1e-6) << x;
    kept += x > 0;
  }
  EXPECT_NEAR(kept / 4'000, 0.8, 4 * std::sqrt(0.8 * 0.2 / 4'000));
}

TEST(Targets, OfAnotherSizeOrUnitAreRefused) {
  Context ctx;
  const auto data = toy::data(DType::f64, 5);
  Network net = toy::network(DType::f64);
  const Tensor narrow(DType::f64, 5, 3), short_one(DType::f64, 4, toy::kClasses), right(DType::f64, 5, toy::kClasses);
  const auto refused = [&](const Examples& examples) { EXPECT_THROW(score(ctx, net, examples), InputError); };
  refused({{data.pixels, data.features}, {}, narrow});
  refused({{data.pixels, data.features}, {}, short_one});
  refused({{data.pixels, data.features}, data.labels, right});
  net.layers.back().unit = Gaussian{};
  refused({{data.pixels, data.features}, data.labels});
  net.layers.back().unit = Relu{};
  refused({{data.pixels, data.features}, {}, right});
  net.layers[1].unit = Counts{};
  net.layers.back().unit = Gaussian{};
  refused({{data.pixels, data.features}, {}, right});
}

}  // namespace
}  // namespace deepboltz
