// The published golden vectors: float64 to the printed digits, float32 to 1e-4 (1e-3 for sums of many of them).
#include "tests/model/golden.h"

#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/model/field.h"

namespace deepboltz::testing {
namespace {

class Golden : public ::testing::TestWithParam<DType> {
 protected:
  DType precision = GetParam();
  double near = precision == DType::f64 ? 6e-13 : 1e-4;      // twelve digits are printed
  double near_ten = precision == DType::f64 ? 6e-11 : 1e-4;  // ten digits
  double near_all = precision == DType::f64 ? 5e-15 : 1e-4;  // all digits of a double, of numbers below 5
  Context ctx;

  double log_p(const EnergyModel& model, const State& evidence) {
    std::vector<double> given(std::size_t(evidence.cases));
    exact_log_z_given(ctx, model, evidence, {}, given);
    double sum = 0;
    for (double x : given) sum += x;
    return sum / double(given.size()) - exact_log_z(ctx, model);
  }
};

INSTANTIATE_TEST_SUITE_P(Precision, Golden, ::testing::Values(DType::f64, DType::f32),
                         [](const auto& param) { return std::string(name_of(param.param)); });

TEST_P(Golden, RbmLogZAndLogP) {
  const EnergyModel model = golden_rbm(precision);
  State state = model.make_state(ctx, 1);
  set_cases<4>(state, {0}, {{1, 0, 1, 1}});
  EXPECT_NEAR(exact_log_z(ctx, model), 4.745771221153, near);
  std::vector<double> out(1);
  negative_free_energy(ctx, model, state, out);
  EXPECT_NEAR(-out[0], -2.066490330586, near);
  EXPECT_NEAR(log_p(model, state), -2.679280890568, near);
  EXPECT_NEAR(mean_log_p(std::vector<double>(2, out[0]), {.value = exact_log_z(ctx, model)}).value, -2.679280890568,
              near);
  pseudo_log_likelihood(ctx, model, state, out);
  EXPECT_NEAR(out[0], -2.648557039959, near);
}

// S7: the code layer of an autoencoder before it is unrolled, a Gaussian hidden layer.
TEST_P(Golden, GaussianHiddenLayer) {
  EnergyModel model = rbm(3, 2, {.precision = precision, .hidden = Gaussian{}});
  const LayerId hidden = *model.find(Role::hidden);
  for (int i = 0; i < 3; ++i) {
    model.layer(model.visible()).bias.set(0, i, 0.1 * (i - 1));
    for (int j = 0; j < 2; ++j) model.connections()[0].weight.set(i, j, 0.5 * std::sin(1 + 3 * i + 5 * j));
  }
  model.layer(hidden).bias.set(0, 0, 0.2);
  model.layer(hidden).bias.set(0, 1, -0.3);
  State state = model.make_state(ctx, 1);
  set_cases<3>(state, model.visible(), {{1, 0, 1}});
  EXPECT_NEAR(exact_log_z(ctx, model), 4.169215116025, near);
  EXPECT_NEAR(log_p(model, state), -1.630192500708, near);
  mean_layer(ctx, model, hidden, state, {}, state.x(hidden));
  const Tensor& mean = state.layers[std::size_t(hidden.index)];
  EXPECT_NEAR(mean.at(0, 0), .949228791763, near);
  EXPECT_NEAR(mean.at(0, 1), -.707994208100, near);
}

TEST_P(Golden, RbmConditionalsMomentsAndGradient) {
  const EnergyModel model = golden_rbm(precision);
  State state = model.make_state(ctx, 1);
  set_cases<4>(state, {0}, {{1, 0, 1, 1}});
  mean_layer(ctx, model, {1}, state, {}, state.x({1}));
  const Parameters moments = exact_moments(ctx, model);
  const double h[3] = {0.389360766051, 0.668187772168, 0.342989537327},
               visible[4] = {0.415730020344, 0.451598596226, 0.507715933145, 0.574728984525},
               hidden[3] = {0.428636158178, 0.528012317158, 0.464651087815},
               row0[3] = {0.240440341262, 0.433251519082, 0.164547694289},
               row2[3] = {0.141541355036, 0.400211560199, 0.137783023796},
               a[3] = {-0.039275392128, 0.140175455010, -0.121661550489};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(moments.bias[0].at(0, i), visible[i], near);
  for (int j = 0; j < 3; ++j) {
    const double p = state.layers[1].at(0, j);
    EXPECT_NEAR(p, h[j], near);
    EXPECT_NEAR(moments.bias[1].at(0, j), hidden[j], near);
    EXPECT_NEAR(p - moments.weight[0].at(0, j), row0[j], near);  // v₀ = v₂ = 1
    EXPECT_NEAR(p - moments.weight[0].at(2, j), row2[j], near);
    EXPECT_NEAR(p - moments.bias[1].at(0, j), a[j], near);
  }
}

// The two slopes of log p(y|v), by differences of exact quantities.
TEST_P(Golden, LabelRbmPosteriorAndItsSlopes) {
  EnergyModel model = golden_label_rbm(precision);
  const LayerId y = *model.find("label");
  const auto log_posterior = [&] {  // of each class at v = (1, 0, 1)
    State state = model.make_state(ctx, 3);
    set_cases<3>(state, {0}, {{1, 0, 1}, {1, 0, 1}, {1, 0, 1}});
    set_cases<3>(state, y, {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    std::vector<double> out(3);
    negative_free_energy(ctx, model, state, out);
    const double all = log_sum_exp(std::span<const double>(out));
    for (double& x : out) x -= all;
    return out;
  };
  const double p[3] = {0.346336769731, 0.343644718613, 0.310018511655};
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(std::exp(log_posterior()[std::size_t(k)]), p[k], near);

  const auto slope = [&](Tensor& weight, int row, int col) {  // of log p(y = 1 | v)
    return slope_of(
        weight, row, col, [&] { return log_posterior()[1]; }, precision == DType::f64 ? 1e-5 : 1e-2);
  };
  const double near_slope = precision == DType::f64 ? 1e-10 : 1e-4;
  EXPECT_NEAR(slope(model.connections()[0].weight, 0, 0), -0.058542858844, near_slope);
  EXPECT_NEAR(slope(model.connections()[1].weight, 2, 1), -0.147265245303, near_slope);
}

TEST_P(Golden, DbmLogZLogPAndBound) {
  const EnergyModel model = golden_dbm(precision);
  EXPECT_NEAR(exact_log_z(ctx, model), 4.643106518035978, near_all);
  State state = model.make_state(ctx, 1);
  set_cases<3>(state, {0}, {{1, 0, 1}});
  EXPECT_NEAR(log_p(model, state), -1.951809447737047, near_all);
  std::vector<double> bound(1);
  variational_bound(ctx, model, {.sweeps = 1'000, .tolerance = 1e-16}, state, bound);
  EXPECT_NEAR(bound[0] - exact_log_z(ctx, model), -1.9754123732349549, near_all);
}

TEST_P(Golden, DbmGradientsOfLogPAndOfTheBound) {
  EnergyModel model = golden_dbm(precision);
  State state = model.make_state(ctx, 2);
  set_cases<3>(state, {0}, {{1, 0, 1}, {0, 1, 1}});
  EXPECT_NEAR(log_p(model, state), -2.012127314396487, near_all);

  const Parameters moments = exact_moments(ctx, model);
  State means = state.clone();
  std::vector<double> bound(2);
  variational_bound(ctx, model, {.sweeps = 1'000, .tolerance = 1e-16}, means, bound);
  double positive = 0;
  for (int r = 0; r < 2; ++r) positive += means.layers[0].at(r, 0) * means.layers[1].at(r, 0) / 2;
  EXPECT_NEAR(positive - moments.weight[0].at(0, 0), 0.04003011166170, near_ten);

  if (precision == DType::f32) return;  // differences of log p need the digits
  const auto slope = [&](Tensor& parameter, int row, int col) {
    constexpr double kStep = 1e-4;  // two steps, extrapolated: off by about 10⁻¹⁶/10⁻⁴ + 10⁻¹⁶·f⁽⁵⁾
    const auto objective = [&] { return log_p(model, state); };
    return (4 * slope_of(parameter, row, col, objective, kStep) - slope_of(parameter, row, col, objective, 2 * kStep)) /
           3;
  };
  EXPECT_NEAR(slope(model.connections()[0].weight, 0, 0), 0.03943729742751, near_ten);
  EXPECT_NEAR(slope(model.connections()[1].weight, 1, 1), -0.01571745684289, near_ten);
  EXPECT_NEAR(slope(model.layers()[0].bias, 0, 0), -0.00367983797295, near_ten);
  EXPECT_NEAR(slope(model.layers()[2].bias, 0, 0), 0.00246048361575, near_ten);
}

}  // namespace
}  // namespace deepboltz::testing
