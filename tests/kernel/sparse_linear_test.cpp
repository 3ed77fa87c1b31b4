// Sparse products equal the dense ones by plain loops to the bit: both sum in double, in the same order.
#include "deepboltz/kernel/sparse_linear.h"

#include <cmath>

#include "tests/kernel/fixture.h"
#include "tests/kernel/sparse_fixture.h"
#include <gtest/gtest.h>

#include "deepboltz/kernel/linear.h"

namespace deepboltz::test {
namespace {

struct Shape {
  std::int64_t cases, inputs, outputs;
  double density;
  bool values;
};

class Sparse : public testing::TestWithParam<Shape> {
 protected:
  Shape shape = GetParam();
  Context ctx{3};
  SparseRows x = random_sparse(Key{1}, shape.cases, shape.inputs, shape.density, shape.values);
};

INSTANTIATE_TEST_SUITE_P(Shapes, Sparse,
                         testing::Values(Shape{1, 1, 1, 1, true}, Shape{7, 30, 5, 0, true},
                                         Shape{40, 90, 300, 0.1, true}, Shape{40, 90, 17, 0.5, false},
                                         Shape{3, 500, 257, 0.02, false}));

TEST_P(Sparse, ProductIsTheDenseOne) {
  for (const DType type : {DType::f32, DType::f64}) {
    const Tensor w = random_tensor(Key{2}, type, shape.inputs, shape.outputs);
    Tensor sparse(type, shape.cases, shape.outputs), dense(type, shape.cases, shape.outputs);
    multiply_sparse(ctx, x, w, {}, sparse);
    multiply_plain(ctx, 1, to_dense(x, type), Transpose::no, w, Transpose::no, 0, dense);
    EXPECT_TRUE(same_bits(sparse, dense));
  }
}

TEST_P(Sparse, BiasIsAddedToEveryCase) {
  const Tensor w = random_tensor(Key{2}, DType::f64, shape.inputs, shape.outputs),
               bias = random_tensor(Key{3}, DType::f64, 1, shape.outputs);
  Tensor with(DType::f64, shape.cases, shape.outputs), without(DType::f64, shape.cases, shape.outputs);
  multiply_sparse(ctx, x, w, bias, with);
  multiply_sparse(ctx, x, w, {}, without);
  for (std::int64_t r = 0; r < with.rows(); ++r)
    for (std::int64_t c = 0; c < with.cols(); ++c) EXPECT_EQ(with.at(r, c), without.at(r, c) + bias.at(0, c));
}

TEST_P(Sparse, GradientIsTheDenseOneAndTouchesNoOtherRow) {
  for (const DType type : {DType::f32, DType::f64}) {
    const Tensor y = random_tensor(Key{4}, type, shape.cases, shape.outputs);
    Tensor sparse = random_tensor(Key{5}, type, shape.inputs, shape.outputs), dense = sparse.clone();
    const Tensor before = sparse.clone();
    const SparseRows turned = transposed(x);
    add_sparse_gradient(ctx, -0.5, turned, y, sparse);
    multiply_plain(ctx, -0.5, to_dense(x, type), Transpose::yes, y, Transpose::no, 1, dense);
    for (std::int64_t r = 0; r < dense.rows(); ++r)
      for (std::int64_t c = 0; c < dense.cols(); ++c)
        ASSERT_EQ(sparse.at(r, c), turned.entries(r) > 0 ? dense.at(r, c) : before.at(r, c));
  }
}

TEST_P(Sparse, SampledProductsAreThoseOfTheDenseProduct) {
  for (const DType type : {DType::f32, DType::f64}) {
    const Tensor y = random_tensor(Key{6}, type, shape.cases, shape.outputs),
                 w = random_tensor(Key{7}, type, shape.inputs, shape.outputs);
    if (x.entries() == 0) continue;
    Tensor sampled(type, x.entries(), 1), dense(type, shape.cases, shape.inputs);
    sampled_products(ctx, x, y, w, sampled);
    multiply_plain(ctx, 1, y, Transpose::no, w, Transpose::yes, 0, dense);
    for (std::int64_t r = 0, e = 0; r < x.rows(); ++r)
      for (const std::uint32_t c : x.row(r)) ASSERT_EQ(sampled.at(e++, 0), dense.at(r, c));
  }
}

TEST_P(Sparse, TransposedIsTheDenseTranspose) {
  std::vector<std::int64_t> entry;
  const SparseRows turned = transposed(x, &entry);
  require_sparse_rows(turned, "turned");
  const Tensor dense = to_dense(x, DType::f64), other = to_dense(turned, DType::f64);
  for (std::int64_t r = 0; r < dense.rows(); ++r)
    for (std::int64_t c = 0; c < dense.cols(); ++c) EXPECT_EQ(dense.at(r, c), other.at(c, r));
  for (std::size_t t = 0; t < entry.size(); ++t) EXPECT_EQ(turned.at(std::int64_t(t)), x.at(entry[t]));
}

TEST(SparseRows, AreTheSameBitsForAnyNumberOfThreads) {
  const SparseRows x = random_sparse(Key{1}, 300, 400, 0.1);
  const Tensor w = random_tensor(Key{2}, DType::f32, 400, 70);
  Context one(1), many(5);
  Tensor a(DType::f32, 300, 70), b(DType::f32, 300, 70);
  multiply_sparse(one, x, w, {}, a);
  multiply_sparse(many, x, w, {}, b);
  EXPECT_TRUE(same_bits(a, b));
}

TEST(SparseRows, RowsAreSelectedWithTheirValues) {
  const SparseRows x = random_sparse(Key{3}, 6, 20, 0.3);
  const std::uint32_t rows[] = {4, 0, 4};
  const Tensor all = to_dense(x, DType::f64), some = to_dense(select_rows(x, rows), DType::f64);
  for (std::int64_t r = 0; r < 3; ++r)
    for (std::int64_t c = 0; c < 20; ++c) EXPECT_EQ(some.at(r, c), all.at(rows[r], c));
}

TEST(SparseRows, RefuseColumnsThatDoNotAscendOrFit) {
  SparseRows x;
  x.cols = 3;
  x.column = {0, 2};
  x.end_row();
  EXPECT_NO_THROW(require_sparse_rows(x, "x"));
  for (const std::vector<std::uint32_t>& wrong : {std::vector<std::uint32_t>{2, 0}, {1, 1}, {0, 3}, {0}}) {
    x.column = wrong;
    EXPECT_THROW(require_sparse_rows(x, "x"), InputError);
  }
}

}  // namespace
}  // namespace deepboltz::test
