#include "deepboltz/task/classify.h"

#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

#include "deepboltz/model/field.h"
#include "deepboltz/stack/posterior_classifier.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {
namespace {

using Method = ClassifyOptions::Method;

std::vector<double> exact_classes(const EnergyModel& model, const Tensor& cases, std::int64_t row) {
  return toy::exact_means(model, *model.find(Role::label), [&](const toy::Joint& x) {
    for (std::int64_t i = 0; i < cases.cols(); ++i)
      if (x[0][std::size_t(i)] != cases.at(row, i)) return false;
    return true;
  });
}

const Tensor& four_cases() {
  static const Tensor cases = toy::matrix({{1, 0, 1, 1}, {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 1, 0, 1}});
  return cases;
}

// models-a, appendix G6: three pixels, two hidden units, three classes.
EnergyModel golden(DType precision) {
  EnergyModel model = rbm(3, 2, {.precision = precision, .classes = 3});
  model.connections()[0].weight = toy::matrix({{.4, -.2}, {-.3, .5}, {.2, .1}}, precision);
  model.connections()[1].weight = toy::matrix({{.3, -.1}, {-.2, .4}, {.1, .2}}, precision);
  model.layer(*model.find("hidden1")).bias = toy::matrix({{.1, -.2}}, precision);
  model.layer(*model.find("label")).bias = toy::matrix({{0, .1, -.1}}, precision);
  return model;
}

TEST(Classify, GoldenVector) {
  Context ctx(1);
  const double printed[] = {0.346336769731, 0.343644718613, 0.310018511655};
  for (DType precision : {DType::f64, DType::f32}) {
    const Classification found = classify(ctx, golden(precision), toy::matrix({{1, 0, 1}}, precision), {});
    EXPECT_EQ(found.label[0], 0u);
    for (std::int64_t y = 0; y < 3; ++y)
      EXPECT_NEAR(found.probability.at(0, y), printed[y], precision == DType::f64 ? 1e-12 : 1e-4);
  }
}

TEST(Classify, ExactIsTheConditionalByEnumeration) {
  Context ctx(2);
  const EnergyModel machine = toy::random_dbm({4}, 4, 3, 1.5, Key{3});
  const Classification found = classify(ctx, machine, four_cases(), {.batch = 3});
  for (std::int64_t r = 0; r < 4; ++r) {
    const auto exact = exact_classes(machine, four_cases(), r);
    for (std::int64_t y = 0; y < 3; ++y) EXPECT_NEAR(found.probability.at(r, y), exact[std::size_t(y)], 1e-12);
    for (double p : exact) EXPECT_LE(p, exact[found.label[std::size_t(r)]]);
  }
}

// The hidden units of an RBM are independent given pixels and label: the bound with the label clamped is the
// log-probability.
TEST(Classify, TheBoundIsExactInAnRbm) {
  Context ctx(1);
  const EnergyModel machine = toy::random_dbm({4}, 4, 3, 1.5, Key{3});
  const Classification exact = classify(ctx, machine, four_cases(), {.method = Method::exact});
  const Classification bound = classify(ctx, machine, four_cases(), {.method = Method::bound});
  for (std::int64_t r = 0; r < 4; ++r)
    for (std::int64_t y = 0; y < 3; ++y) EXPECT_NEAR(bound.probability.at(r, y), exact.probability.at(r, y), 1e-12);
}

// In weak machines both approximations agree with enumeration, to second order in the weights.
TEST(Classify, MeanFieldAndBoundMeetWeakDeepMachines) {
  Context ctx(1);
  const EnergyModel machine = toy::random_dbm({3, 3}, 4, 3, 0.1, Key{4});
  for (Method method : {Method::mean_field, Method::bound}) {
    const Classification found = classify(ctx, machine, four_cases(), {.method = method});
    for (std::int64_t r = 0; r < 4; ++r) {
      const auto exact = exact_classes(machine, four_cases(), r);
      for (std::int64_t y = 0; y < 3; ++y) EXPECT_NEAR(found.probability.at(r, y), exact[std::size_t(y)], 2e-3);
    }
  }
}

// In strong ones mean field settles on a class early. The bound has looked at each.
TEST(Classify, TheBoundIsNearerThanMeanFieldInStrongDeepMachines) {
  Context ctx(1);
  double distance[2] = {};
  for (std::uint64_t number = 0; number < 30; ++number) {
    const EnergyModel machine = toy::random_dbm({4, 4}, 4, 3, 2.5, Key{41}.fold(number));
    for (Method method : {Method::mean_field, Method::bound}) {
      const Classification found = classify(ctx, machine, four_cases(), {.method = method});
      for (std::int64_t r = 0; r < 4; ++r) {
        const auto exact = exact_classes(machine, four_cases(), r);
        for (std::int64_t y = 0; y < 3; ++y)
          distance[method == Method::bound] += std::abs(found.probability.at(r, y) - exact[std::size_t(y)]);
      }
    }
  }
  EXPECT_LT(distance[1], 0.8 * distance[0]) << distance[1] << " and " << distance[0];
}

TEST(Classify, BytesStandForFractions) {
  Context ctx(1);
  const EnergyModel machine = toy::random_dbm({4}, 4, 3, 1.5, Key{3});
  const Tensor bytes = toy::matrix({{255, 0, 51, 102}}, DType::u8), fractions = toy::matrix({{1, 0, 0.2, 0.4}});
  const Classification a = classify(ctx, machine, bytes, {}), b = classify(ctx, machine, fractions, {});
  for (std::int64_t y = 0; y < 3; ++y) EXPECT_NEAR(a.probability.at(0, y), b.probability.at(0, y), 1e-14);
}

// At its start the classifier's second hidden layer is the posterior mean itself.
TEST(Classify, ByNetworkStartsFromThePosterior) {
  Context ctx(1);
  EnergyModel machine = toy::random_dbm({3, 2}, 4, 3, 1.0, Key{5});
  machine.layer(*machine.find("label")).offset = toy::matrix({{.3, .3, .4}});
  machine.layer(*machine.find("hidden1")).offset = toy::matrix({{.5, .2, .1}});
  const EnergyModel plain = without_labels(machine);
  const Network network = posterior_classifier(ctx, machine, {.classes = 3, .deviation = 1, .key = {6}});
  const MeanFieldOptions converged{.sweeps = 2'000, .tolerance = 1e-14};
  const Classification found = classify(ctx, network, machine, four_cases(), {.mean_field = converged});

  const auto top = posterior_means(ctx, plain, four_cases(), upper_hidden_layers(plain), {.mean_field = converged});
  const NetworkLayer& classes = network.layers.back();
  for (std::int64_t r = 0; r < 4; ++r) {
    double value[3], total = 0;
    for (std::int64_t y = 0; y < 3; ++y) {
      value[y] = std::exp(top[0].at(r, 0) * classes.weight.at(0, y) + top[0].at(r, 1) * classes.weight.at(1, y));
      total += value[y];
    }
    for (std::int64_t y = 0; y < 3; ++y) EXPECT_NEAR(found.probability.at(r, y), value[y] / total, 1e-9);
  }
}

TEST(Classify, ErrorRateByHand) {
  const std::vector<std::uint32_t> said{1, 2, 3, 4}, truth{1, 2, 3, 0};
  const Estimate error = error_rate(said, truth);
  EXPECT_DOUBLE_EQ(error.value, 0.25);
  EXPECT_DOUBLE_EQ(error.standard_error, 0.25);  // √(0.75/3/4)
  EXPECT_THROW(error_rate(said, std::span(truth).first(3)), InputError);
}

TEST(Classify, RefusesWhatDoesNotFit) {
  Context ctx(1);
  EXPECT_THROW(classify(ctx, toy::random_dbm({2}, 4, 0, 1, Key{1}), four_cases(), {}), InputError);
  EXPECT_THROW(classify(ctx, toy::random_dbm({2}, 5, 3, 1, Key{1}), four_cases(), {}), InputError);
  EXPECT_THROW(classify(ctx, toy::random_dbm({2, 2}, 4, 3, 1, Key{1}), four_cases(), {.method = Method::exact}),
               InputError);
  EXPECT_THROW(classify(ctx, toy::random_dbm({2}, 4, 3, 1, Key{1}, DType::f32), four_cases(), {}), InputError);
}

}  // namespace
}  // namespace deepboltz
