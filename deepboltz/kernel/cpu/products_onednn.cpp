// Float products by oneDNN, which is told to use one thread: its own threading was seen to change the last bits with
// the number of threads. The threads are ours, over a grid of tiles that the shape alone decides.
//
// The grid, from measurements on a Zen 4 (one thread, GF/s; the whole product in one call gives 104 to 112): slices of
// rows cost nothing down to 16 rows; where b is transposed, slices below 64 rows cost up to a fifth, and columns are
// cut as well, which costs 3 %. A tile of 16 MFLOP takes about 0.15 ms, well above the price of handing it out.
#include <algorithm>
#include <functional>
#include <stdexcept>

#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

#include "deepboltz/kernel/cpu/product_sets.h"
#include "deepboltz/kernel/linear.h"

namespace deepboltz {
namespace {

// OpenMP's number of threads is a property of the calling thread, so each tile sets it and puts it back: a caller that
// uses OpenMP itself keeps its own.
class OneOpenMpThread {
 public:
  OneOpenMpThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneOpenMpThread() { omp_set_num_threads(before_); }
  OneOpenMpThread(const OneOpenMpThread&) = delete;
  OneOpenMpThread& operator=(const OneOpenMpThread&) = delete;

 private:
  int before_;
};

struct Grid {
  std::int64_t tile_rows, tile_cols, across, down;
};

std::int64_t divide_up(std::int64_t x, std::int64_t by) { return (x + by - 1) / by; }

Grid grid_of(std::int64_t rows, std::int64_t cols, std::int64_t inner, bool transpose_b) {
  constexpr double kTileFlop = 16e6;
  constexpr std::int64_t kMostTiles = 32, kLeastCols = 64, kAlign = 16;
  const std::int64_t least_rows = transpose_b ? 64 : 16;
  const double flop = 2.0 * double(rows) * double(cols) * double(inner);
  const auto tiles =
      std::clamp(std::int64_t(std::min(flop / kTileFlop, double(kMostTiles))), std::int64_t(1), kMostTiles);
  const std::int64_t row_cuts = std::min(tiles, divide_up(rows, least_rows));
  const std::int64_t col_cuts = std::min(tiles / row_cuts, divide_up(cols, kLeastCols));
  Grid grid;
  grid.tile_rows = divide_up(divide_up(rows, row_cuts), kAlign) * kAlign;
  grid.tile_cols = divide_up(divide_up(cols, col_cuts), kAlign) * kAlign;
  grid.down = divide_up(rows, grid.tile_rows);
  grid.across = divide_up(cols, grid.tile_cols);
  return grid;
}

}  // namespace

void multiply(Context& ctx, double alpha, ConstMatrix a, Transpose transpose_a, ConstMatrix b, Transpose transpose_b,
              double beta, Matrix out) {
  if (out.dtype != DType::f32) return multiply_plain(ctx, alpha, a, transpose_a, b, transpose_b, beta, out);
  const bool turn_a = transpose_a == Transpose::yes, turn_b = transpose_b == Transpose::yes;
  const std::int64_t inner = turn_a ? a.rows : a.cols;
  DEEPBOLTZ_ASSERT(a.dtype == DType::f32 && b.dtype == DType::f32);
  DEEPBOLTZ_ASSERT(out.rows == (turn_a ? a.cols : a.rows) && out.cols == (turn_b ? b.rows : b.cols));
  DEEPBOLTZ_ASSERT(inner == (turn_b ? b.cols : b.rows));
  if (out.rows == 0 || out.cols == 0) return;
  if (inner == 0) return multiply_plain(ctx, alpha, a, transpose_a, b, transpose_b, beta, out);  // an empty sum

  const auto left = a.as<float>(), right = b.as<float>();
  const auto to = out.as<float>();
  const Grid grid = grid_of(out.rows, out.cols, inner, turn_b);
  auto tile = [&](std::int64_t index) {
    const std::int64_t row = index / grid.across * grid.tile_rows, col = index % grid.across * grid.tile_cols;
    const OneOpenMpThread alone;
    const auto status = dnnl_sgemm(
        turn_a ? 'T' : 'N', turn_b ? 'T' : 'N', std::min(grid.tile_rows, out.rows - row),
        std::min(grid.tile_cols, out.cols - col), inner, float(alpha), turn_a ? &left(0, row) : &left(row, 0),
        left.stride, turn_b ? &right(col, 0) : &right(0, col), right.stride, float(beta), &to(row, col), to.stride);
    if (status != dnnl_success) throw std::runtime_error(fmt::format("dnnl_sgemm: status {}", int(status)));
  };
  ctx.parallel(grid.down * grid.across, std::ref(tile));
}

void limit_products(ProductSet best) {
  const auto isa = best == ProductSet::avx512 ? dnnl_cpu_isa_all
                   : best == ProductSet::avx2 ? dnnl_cpu_isa_avx2
                                              : dnnl_cpu_isa_sse41;
  dnnl_set_max_cpu_isa(isa);
}

}  // namespace deepboltz
