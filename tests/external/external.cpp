#include <cstdio>

#include <deepboltz/deepboltz.h>

int main() {
  deepboltz::Context ctx(2);
  deepboltz::Tensor draws(deepboltz::DType::f32, 4, 8);
  ctx.parallel(draws.rows(), [&](std::int64_t row) {
    for (std::int64_t col = 0; col < draws.cols(); ++col)
      draws.set(row, col, deepboltz::uniform({.seed = 1}, std::uint32_t(row), std::uint32_t(col)));
  });
  std::printf("%.7f\n", draws.at(3, 7));
}
