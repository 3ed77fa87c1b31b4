// What sparse rows cost over densities: the product of cases with weights, and its gradient, beside the dense product
// of the same matrices (oneDNN through kernel/linear.h), measured in turns in the same run.
//
//   sparse_bench [CASES INPUTS OUTPUTS]        default 200 18,530 100: a batch of users, MovieLens 1M's films by 5
//   stars
#include <cstdio>
#include <cstdlib>

#include "bench/alternate.h"

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/sparse_linear.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::bench {
namespace {

Tensor random_tensor(Key key, std::int64_t rows, std::int64_t cols) {
  Tensor t(DType::f32, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c) t.set(r, c, uniform(key, std::uint32_t(r), std::uint32_t(c)) - 0.5);
  return t;
}

SparseRows random_rows(std::int64_t cases, std::int64_t inputs, double density) {
  SparseRows x;
  x.cols = inputs;
  for (std::int64_t r = 0; r < cases; ++r) {
    for (std::int64_t c = 0; c < inputs; ++c)
      if (uniform(Key{1}, std::uint32_t(r), std::uint32_t(c)) < density) x.column.push_back(std::uint32_t(c));
    x.end_row();
  }
  return x;
}

void measure(std::int64_t cases, std::int64_t inputs, std::int64_t outputs) {
  Context ctx;
  const Tensor w = random_tensor(Key{2}, inputs, outputs), y = random_tensor(Key{3}, cases, outputs);
  Tensor out(DType::f32, cases, outputs), gradient(DType::f32, inputs, outputs);
  std::printf("%ld cases of %ld units, %ld outputs, one thread\n", long(cases), long(inputs), long(outputs));
  std::printf("%10s %10s %12s %12s %14s %14s\n", "density", "entries", "product ms", "of dense", "gradient ms",
              "of dense");
  for (const double density : {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0}) {
    const SparseRows x = random_rows(cases, inputs, density), turned = transposed(x);
    const Tensor dense = to_dense(x, DType::f32);
    const auto seconds = alternate(
        {[&] { multiply_sparse(ctx, x, w, {}, out); }, [&] { add_sparse_gradient(ctx, 1, turned, y, gradient); },
         [&] { multiply(ctx, 1, dense, Transpose::no, w, Transpose::no, 0, out); },
         [&] { multiply(ctx, 1, dense, Transpose::yes, y, Transpose::no, 0, gradient); }},
        5, 0.02);
    std::printf("%10.4f %10ld %12.4f %12.4f %14.4f %14.4f\n", density, long(x.entries()), seconds[0] * 1e3,
                seconds[0] / seconds[2], seconds[1] * 1e3, seconds[1] / seconds[3]);
  }
}

}  // namespace
}  // namespace deepboltz::bench

int main(int argc, char** argv) {
  const auto size = [&](int i, long otherwise) { return argc > i ? std::atol(argv[i]) : otherwise; };
  deepboltz::bench::measure(size(1, 200), size(2, 18'530), size(3, 100));
}
