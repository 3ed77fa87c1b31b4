// Whitening: the root of a covariance, its inverse and determinant, and what a whitened layer makes of a density.
#include "deepboltz/model/whitening.h"

#include <cmath>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/model/build.h"
#include "deepboltz/model/save.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

constexpr int kUnits = 3;

// A random covariance of full rank: Σ of outer products of normals.
Tensor covariance(Key key, int cases = 20) {
  Tensor rows(DType::f64, cases, kUnits), sum(DType::f64, kUnits, kUnits);
  for (int r = 0; r < cases; ++r)
    for (int i = 0; i < kUnits; ++i) rows.set(r, i, normal(key, std::uint32_t(r), std::uint32_t(i)) / (1 + i));
  add_outer_products(rows, sum);
  for (int i = 0; i < kUnits; ++i)
    for (int j = 0; j < kUnits; ++j) {
      double plain = 0;
      for (int r = 0; r < cases; ++r) plain += rows.at(r, i) * rows.at(r, j);
      EXPECT_NEAR(sum.at(i, j), plain, 1e-12);
    }
  return sum;
}

double product(const Tensor& a, const Tensor& b, int i, int j) {
  double sum = 0;
  for (int k = 0; k < kUnits; ++k) sum += a.at(i, k) * b.at(k, j);
  return sum;
}

double determinant(const Tensor& m) {
  const auto minor = [&](int i, int j) { return m.at(1, i) * m.at(2, j) - m.at(1, j) * m.at(2, i); };
  return m.at(0, 0) * minor(1, 2) - m.at(0, 1) * minor(0, 2) + m.at(0, 2) * minor(0, 1);
}

TEST(Whitening, IsTheRootOfTheCovarianceWithItsFloor) {
  for (std::uint64_t number = 0; number < 20; ++number) {
    const Tensor c = covariance(Key{1}.fold(number));
    const double trace = c.at(0, 0) + c.at(1, 1) + c.at(2, 2);
    for (const double floor : {1e-9, 0.1, 2.0}) {
      const Root root = root_of(c, floor);
      const Whitening whitening = whitening_by(root.matrix.clone());
      EXPECT_NEAR(root.mean, trace / 3, 1e-12 * trace);
      EXPECT_NEAR(whitening.log_det, std::log(determinant(root.matrix)), 1e-6);  // the determinant loses digits
      for (int i = 0; i < kUnits; ++i)
        for (int j = 0; j < kUnits; ++j) {
          EXPECT_NEAR(product(root.matrix, root.matrix, i, j), c.at(i, j) + (i == j) * floor * trace / 3,
                      1e-12 * trace);
          EXPECT_NEAR(product(root.matrix, whitening.inverse, i, j), double(i == j), 1e-9);
        }
    }
  }
}

// Few cases: their products give the root of their covariance.
TEST(Whitening, OfFewCasesIsTheSameRoot) {
  for (const int cases : {1, 2, 5, 7}) {
    constexpr int kMany = 8;
    Tensor rows(DType::f64, cases, kMany), sum(DType::f64, kMany, kMany);
    for (int r = 0; r < cases; ++r)
      for (int i = 0; i < kMany; ++i) rows.set(r, i, normal(Key{9}, std::uint32_t(r), std::uint32_t(i)) / (1 + i));
    add_outer_products(rows, sum);
    for (int i = 0; i < kMany * kMany; ++i) sum.as<double>().data[i] /= cases;
    const Root by_rows = root_of_rows(rows, 0.1), by_covariance = root_of(sum, 0.1);
    EXPECT_NEAR(by_rows.mean, by_covariance.mean, 1e-12);
    EXPECT_NEAR(by_rows.greatest, by_covariance.greatest, 1e-12);
    for (int i = 0; i < kMany; ++i)
      for (int j = 0; j < kMany; ++j)
        EXPECT_NEAR(by_rows.matrix.at(i, j), by_covariance.matrix.at(i, j), 1e-10) << cases;
  }
}

TEST(Whitening, RefusesWhatIsNoRoot) {
  Tensor m(DType::f32, 2, 2);
  EXPECT_THAT(refusal([&] { whitening_by(m.clone()); }), HasSubstr("not positive definite"));
  m.set(0, 0, 1), m.set(1, 1, 1), m.set(0, 1, 0.5);
  EXPECT_THAT(refusal([&] { whitening_by(m.clone()); }), HasSubstr("not symmetric"));
  m.set(1, 0, 0.5);
  EXPECT_NO_THROW(whitening_by(m.clone()));
  m.set(0, 1, 2), m.set(1, 0, 2);
  EXPECT_THAT(refusal([&] { whitening_by(m.clone()); }), HasSubstr("not positive definite"));
  EXPECT_THAT(refusal([&] { whitening_by(Tensor(DType::f64, 2, 3)); }), HasSubstr("2 × 3"));
  EXPECT_THAT(refusal([&] { root_of(covariance({2}), 0); }), HasSubstr("floor above 0"));
}

EnergyModel whitened(DType precision) {
  EnergyModel model = rbm(kUnits, 2, {.precision = precision, .visible = Gaussian{}});
  Layer& visible = model.layer(model.visible());
  standardise_by(0.5, 1, visible);
  for (int i = 0; i < kUnits; ++i) visible.scale.set(0, i, 0.5 + i);
  visible.whitening = whitening_by(root_of(covariance({3}), 0.05).matrix.to(precision));
  return model;
}

class Whitened : public ::testing::TestWithParam<DType> {
 protected:
  DType precision = GetParam();
  Context ctx;
  EnergyModel model = whitened(precision);
  Layer& visible = model.layer(model.visible());
  double near = precision == DType::f64 ? 1e-12 : 2e-5;
};

INSTANTIATE_TEST_SUITE_P(Precision, Whitened, ::testing::Values(DType::f64, DType::f32),
                         [](const auto& param) { return std::string(name_of(param.param)); });

TEST_P(Whitened, StatesAndDataAreEachOthersInverse) {
  Tensor x(precision, 50, kUnits);
  for (int r = 0; r < 50; ++r)
    for (int i = 0; i < kUnits; ++i) x.set(r, i, normal({4}, std::uint32_t(r), std::uint32_t(i)));
  Tensor v = x.clone(), differences = x.clone();
  to_data(ctx, visible, v);
  differences_to_data(ctx, visible, differences);
  for (int r = 0; r < 50; ++r)
    for (int i = 0; i < kUnits; ++i) {
      double mixed = 0;
      for (int j = 0; j < kUnits; ++j) mixed += visible.whitening.root.at(i, j) * visible.scale.at(0, j) * x.at(r, j);
      EXPECT_NEAR(v.at(r, i), 0.5 + mixed, 20 * near);
      EXPECT_NEAR(differences.at(r, i), mixed, 20 * near);
    }
  to_states(ctx, visible, v);
  for (int r = 0; r < 50; ++r)
    for (int i = 0; i < kUnits; ++i) EXPECT_NEAR(v.at(r, i), x.at(r, i), 100 * near);
}

// The volume of the data that a unit cube of states becomes.
TEST_P(Whitened, JacobianIsTheDeterminantOfTheMap) {
  Tensor corners(precision, kUnits, kUnits);
  for (int i = 0; i < kUnits; ++i) corners.set(i, i, 1);
  differences_to_data(ctx, visible, corners);
  EXPECT_NEAR(log_jacobian(visible), -std::log(std::abs(determinant(corners))), 50 * near);
}

TEST_P(Whitened, IsSavedToTheBitAndReadWithItsInverse) {
  Archive archive;
  add_model(model, "", archive);
  EXPECT_FALSE(archive.contains("layer/visible/inverse"));
  Archive bytes = parse_safetensors(make_safetensors(archive), "memory");
  const EnergyModel read = take_model("", bytes);
  const Layer& back = read.layers()[0];
  for (int i = 0; i < kUnits; ++i)
    for (int j = 0; j < kUnits; ++j) {
      EXPECT_EQ(back.whitening.root.at(i, j), visible.whitening.root.at(i, j));
      EXPECT_EQ(back.whitening.inverse.at(i, j), visible.whitening.inverse.at(i, j));
    }
  EXPECT_EQ(log_jacobian(back), log_jacobian(visible));
  EXPECT_EQ(log_jacobian(model.clone().layers()[0]), log_jacobian(visible));
  EXPECT_EQ(log_jacobian(without_layer(model, {1}).layers()[0]), log_jacobian(visible));

  visible.whitening.root.set(0, 1, 9);
  Archive spoiled;
  add_model(model, "", spoiled);
  spoiled.file = "m";
  EXPECT_THAT(refusal([&] { take_model("", spoiled); }),
              HasSubstr("m: 'layer/visible/root': whitening: a matrix of 3 × 3"));
}

}  // namespace
}  // namespace deepboltz
