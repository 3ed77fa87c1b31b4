// The product of binary states with a matrix of weights, rung by rung from the loop that one writes first to the
// kernels that are shipped: what each idea brings. Every rung is run on the same states, compared with the first one in
// doubles, and timed alternately with the others.
//
//   ladder [CASES ROWS COLS DENSITY]        default 100 784 500 0.19, one thread
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/alternate.h"

#include "deepboltz/kernel/integer_products.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::bench {
namespace {

struct Problem {
  Context ctx;
  Tensor x, w, bias, out;  // states as 0 and 1, weights, no bias, and where results go
  Bits bits;
  IntegerWeights integers;
  std::vector<std::int32_t> field;

  Problem(std::int64_t cases, std::int64_t rows, std::int64_t cols, double density)
      : x(DType::f32, cases, rows),
        w(DType::f32, rows, cols),
        bias(DType::f32, 1, cols),
        out(DType::f32, cases, cols),
        bits(cases, rows),
        integers(rows, cols),
        field(std::size_t(cases * cols)) {
    for (std::int64_t r = 0; r < cases; ++r)
      for (std::int64_t i = 0; i < rows; ++i)
        x.as<float>()(r, i) = uniform(Key{1}, std::uint32_t(r), std::uint32_t(i)) < density;
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < cols; ++j)
        w.as<float>()(i, j) = 0.1f * float(normal(Key{2}, std::uint32_t(i), std::uint32_t(j)));
    (void)pack(ctx, x, bits);
    quantise(ctx, w, integers);
  }
};

// 1. As the formula says: for every case and column a sum over rows.
void formula(Problem& p) {
  const auto x = p.x.as<float>();
  const auto w = p.w.as<float>();
  const auto out = p.out.as<float>();
  for (std::int64_t r = 0; r < x.rows; ++r)
    for (std::int64_t j = 0; j < w.cols; ++j) {
      float sum = 0;
      for (std::int64_t i = 0; i < x.cols; ++i) sum += x(r, i) * w(i, j);
      out(r, j) = sum;
    }
}

// 2. The loops turned: the inner one runs along a row of the weights, and the compiler can use vectors.
void along_rows(Problem& p) {
  const auto x = p.x.as<float>();
  const auto w = p.w.as<float>();
  for (std::int64_t r = 0; r < x.rows; ++r) {
    float* __restrict to = p.out.as<float>().row(r);
    std::fill_n(to, w.cols, 0.0f);
    for (std::int64_t i = 0; i < x.cols; ++i) {
      const float* row = w.row(i);
      const float on = x(r, i);
      for (std::int64_t j = 0; j < w.cols; ++j) to[j] += on * row[j];
    }
  }
}

// 3. What everybody takes for the limit: the library's product.
void library(Problem& p) { multiply(p.ctx, 1, p.x, Transpose::no, p.w, Transpose::no, 0, p.out); }

// 4. States are zeros and ones: no multiplication, and no row for a unit that is off.
void rows_that_are_on(Problem& p) {
  const auto w = p.w.as<float>();
  for (std::int64_t r = 0; r < p.bits.cases(); ++r) {
    float* __restrict to = p.out.as<float>().row(r);
    std::fill_n(to, w.cols, 0.0f);
    for (std::int64_t i = 0; i < p.bits.units(); ++i)
      if (p.bits.at(r, i)) {
        const float* row = w.row(i);
        for (std::int64_t j = 0; j < w.cols; ++j) to[j] += row[j];
      }
  }
}

// 5. Weights as 16-bit integers: half the bytes, sums that are exact.
void integer_rows(Problem& p) {
  const std::int64_t cols = p.integers.cols(), blocks = p.integers.col_blocks();
  for (std::int64_t r = 0; r < p.bits.cases(); ++r) {
    std::int32_t* to = p.field.data() + r * cols;
    std::fill_n(to, cols, 0);
    for (std::int64_t i = 0; i < p.bits.units(); ++i)
      if (p.bits.at(r, i))
        for (std::int64_t b = 0; b < blocks; ++b) {
          const std::int16_t* row = p.integers.block(b) + (p.integers.chunks().place(i / 32) + i % 32) * 32;
          for (std::int64_t j = 32 * b; j < std::min(32 * b + 32, cols); ++j) to[j] += row[j % 32];
        }
  }
}

// 6. A block of 32 columns at a time for all cases: it stays in the first cache, and its sums in registers.
void blocks_of_columns(Problem& p) {
  const std::int64_t cols = p.integers.cols();
  for (std::int64_t b = 0; b < p.integers.col_blocks(); ++b)
    for (std::int64_t r = 0; r < p.bits.cases(); ++r) {
      std::int32_t sum[32] = {};
      for (std::int64_t word = 0; word < p.bits.words(); ++word)
        for (std::uint32_t left = p.bits.row(r)[word]; left != 0; left &= left - 1) {
          const std::int16_t* row =
              p.integers.block(b) + (p.integers.chunks().place(word) + std::countr_zero(left)) * 32;
          for (int j = 0; j < 32; ++j) sum[j] += row[j];
        }
      for (std::int64_t j = 32 * b; j < std::min(32 * b + 32, cols); ++j)
        p.field[std::size_t(r * cols + j)] = sum[j % 32];
    }
}

// 7. Four rows to a 16-bit sum before it is widened, lists of rows in order of length, tables where many are on, the
//    widest vectors that the machine has: what is shipped.
void shipped(Problem& p) {
  integer_field(p.ctx, std::array{IntegerInput{p.integers, Direction::up, p.bits}}, p.bias, p.field);
}

struct Rung {
  const char* name;
  void (*run)(Problem&);
  bool integer;
};
constexpr Rung kLadder[] = {{"1 the formula", formula, false},
                            {"2 along rows", along_rows, false},
                            {"3 the library's product", library, false},
                            {"4 rows that are on", rows_that_are_on, false},
                            {"5 16-bit integers", integer_rows, true},
                            {"6 blocks of columns", blocks_of_columns, true},
                            {"7 as shipped", shipped, true}};

// The largest difference from the product in doubles.
double error_of(Problem& p, const Rung& rung) {
  rung.run(p);
  double largest = 0;
  for (std::int64_t r = 0; r < p.x.rows(); ++r)
    for (std::int64_t j = 0; j < p.w.cols(); ++j) {
      double exact = 0;
      for (std::int64_t i = 0; i < p.x.cols(); ++i) exact += p.x.at(r, i) * p.w.at(i, j);
      const double got = rung.integer ? p.field[std::size_t(r * p.w.cols() + j)] * p.integers.step() : p.out.at(r, j);
      largest = std::max(largest, std::abs(got - exact));
    }
  return largest;
}

void climb(std::int64_t cases, std::int64_t rows, std::int64_t cols, double density) {
  Problem p(cases, rows, cols, density);
  std::vector<std::function<void()>> ways;
  for (const Rung& rung : kLadder) ways.emplace_back([&p, &rung] { rung.run(p); });
  const auto seconds = alternate(ways);
  std::printf("%d cases, %d × %d, %.0f %% on\n", int(cases), int(rows), int(cols), 100 * density);
  std::printf("%-26s %10s %16s %14s\n", "", "µs", "library's time", "largest error");
  for (std::size_t k = 0; k < std::size(kLadder); ++k)
    std::printf("%-26s %10.0f %15.2f× %14.1e\n", kLadder[k].name, 1e6 * seconds[k], seconds[k] / seconds[2],
                error_of(p, kLadder[k]));
}

}  // namespace
}  // namespace deepboltz::bench

int main(int argc, char** argv) {
  const auto number = [&](int k, double otherwise) { return argc > k ? std::atof(argv[k]) : otherwise; };
  deepboltz::bench::climb(std::int64_t(number(1, 100)), std::int64_t(number(2, 784)), std::int64_t(number(3, 500)),
                          number(4, 0.19));
}
