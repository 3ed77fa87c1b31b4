#include "bench/products.h"

#include <functional>

#include "bench/alternate.h"
#include <cblas.h>
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz::bench {
namespace {

template <class Entry> Tensor filled(std::int64_t rows, std::int64_t cols, Entry entry) {
  Tensor t(DType::f32, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c) t.set(r, c, entry(std::uint32_t(r), std::uint32_t(c)));
  return t;
}

}  // namespace

ProductSeconds time_product(const Product& p, int threads) {
  const bool turn_a = p.transpose_a == Transpose::yes, turn_b = p.transpose_b == Transpose::yes;
  const Tensor a = filled(turn_a ? p.inner : p.rows, turn_a ? p.rows : p.inner,
                          [](auto r, auto c) { return uniform(Key{1}, r, c) < 0.3 ? 1 : 0; });
  const Tensor b = filled(turn_b ? p.cols : p.inner, turn_b ? p.inner : p.cols,
                          [](auto r, auto c) { return 0.1 * normal(Key{2}, r, c); });
  Tensor out(DType::f32, p.rows, p.cols);
  const float *left = a.as<float>().data, *right = b.as<float>().data;
  float* to = out.as<float>().data;
  Context ctx(threads);

  const auto ours = [&] { multiply(ctx, 1, a, p.transpose_a, b, p.transpose_b, 0, out); };
  const auto onednn = [&] {
    omp_set_num_threads(threads);
    dnnl_sgemm(turn_a ? 'T' : 'N', turn_b ? 'T' : 'N', p.rows, p.cols, p.inner, 1, left, a.cols(), right, b.cols(), 0,
               to, p.cols);
  };
  const auto openblas = [&] {
    openblas_set_num_threads(threads);
    cblas_sgemm(CblasRowMajor, turn_a ? CblasTrans : CblasNoTrans, turn_b ? CblasTrans : CblasNoTrans, int(p.rows),
                int(p.cols), int(p.inner), 1, left, int(a.cols()), right, int(b.cols()), 0, to, int(p.cols));
  };
  const auto seconds = alternate({ours, onednn, openblas});
  return {seconds[0], seconds[1], seconds[2]};
}

}  // namespace deepboltz::bench
