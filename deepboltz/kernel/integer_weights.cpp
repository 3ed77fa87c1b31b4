#include "deepboltz/kernel/integer_weights.h"

#include <bit>
#include <cmath>
#include <utility>

namespace deepboltz {
namespace {

constexpr int kMostExponent = 15, kLeastExponent = -110;
constexpr int kBitsForOutliers = 2;
constexpr double kNarrow = 8191, kHeld = 32767, kSum = 0x1p30;

double integer(double weight, int exponent) { return std::nearbyint(std::ldexp(weight, exponent)); }

// The value that three quarters of the entries do not exceed.
double upper_quartile(std::vector<double> x) {
  const auto at = x.begin() + std::ptrdiff_t((3 * x.size() + 3) / 4) - 1;
  std::nth_element(x.begin(), at, x.end());
  return *at;
}

}  // namespace

IntegerWeights::IntegerWeights(std::int64_t rows, std::int64_t cols, int bits)
    : rows_(rows), cols_(cols), bits_(bits), limit_(kMostExponent + bits - 16), chunks_(rows, bits) {
  DEEPBOLTZ_ASSERT(rows >= 1 && cols >= 1 && (bits == 16 || bits == 24));
  const auto integers = std::size_t(col_blocks() * block_size());
  plane_ = allocate_aligned(integers * sizeof(std::int16_t));
  if (bits == 24) lower_ = allocate_aligned(integers);
  tile_largest_.resize(std::size_t(row_blocks() * col_blocks()));
  static_cast<void>(settle());
}

double IntegerWeights::step() const { return std::ldexp(1.0, -exponent_); }

bool IntegerWeights::finite() const {
  constexpr std::uint32_t kInfinite = 0x7F800000;
  return std::ranges::all_of(tile_largest_, [](std::uint32_t bits) { return bits < kInfinite; });
}

bool IntegerWeights::settle() {
  if (!finite()) return true;  // no exponent would help
  std::vector<double> by_col(std::size_t(col_blocks()), 0.0), by_row(std::size_t(row_blocks()), 0.0);
  std::vector<double> col_sum = by_col, row_sum = by_row;
  for (std::size_t r = 0; r < by_row.size(); ++r)
    for (std::size_t c = 0; c < by_col.size(); ++c) {
      const double largest = std::bit_cast<float>(tile_largest_[r * by_col.size() + c]);
      by_col[c] = std::max(by_col[c], largest);
      by_row[r] = std::max(by_row[r], largest);
      col_sum[c] += largest * double(std::min<std::int64_t>(32, rows_ - 32 * std::int64_t(r)));
      row_sum[r] += largest * double(std::min<std::int64_t>(32, cols_ - 32 * std::int64_t(c)));
    }
  largest_field_ = std::max(std::ranges::max(col_sum), std::ranges::max(row_sum));
  const double most = std::max(upper_quartile(by_col), upper_quartile(by_row)), largest = std::ranges::max(by_col);
  const int below = bits_ - 16;  // what the exponent of q has more than that of t
  const auto largest_exponent = [](double weight, double limit) {
    int e = kMostExponent;
    while (e > kLeastExponent && integer(weight, e) > limit) --e;
    return e;
  };
  const int all_narrow = largest_exponent(largest, kNarrow), most_narrow = largest_exponent(most, kNarrow);
  fitting_ = below + std::min({std::max(all_narrow, most_narrow - kBitsForOutliers), largest_exponent(largest, kHeld),
                               largest_exponent(largest_field_, std::ldexp(kSum, -below))});
  const int e = std::min(fitting_, limit_);
  const auto narrow = [&](double m) { return integer(m, e - below) <= kNarrow; };
  col_narrow_.assign(by_col.size(), false);
  row_narrow_.assign(by_row.size(), false);
  std::transform(by_col.begin(), by_col.end(), col_narrow_.begin(), narrow);
  std::transform(by_row.begin(), by_row.end(), row_narrow_.begin(), narrow);
  return std::exchange(exponent_, e) == e;
}

void quantise(Context& ctx, ConstMatrix weight, IntegerWeights& out) {
  DEEPBOLTZ_ASSERT(weight.rows == out.rows() && weight.cols == out.cols());
  const auto w = weight.as<float>();
  const std::int64_t blocks = out.col_blocks();
  ctx.parallel(out.row_blocks(), [&](std::int64_t tile_row) {
    std::uint32_t* largest = out.tile_largest().data() + tile_row * blocks;
    std::fill_n(largest, blocks, 0u);
    for (std::int64_t r = 32 * tile_row; r < std::min(32 * tile_row + 32, w.rows); ++r)
      for (std::int64_t c = 0; c < w.cols; ++c)
        largest[c / 32] = std::max(largest[c / 32], std::bit_cast<std::uint32_t>(w(r, c)) & 0x7FFFFFFFu);
  });
  static_cast<void>(out.settle());
  if (!out.finite()) return;
  const float scale = float(std::ldexp(1.0, out.exponent()));
  ctx.parallel(out.row_blocks(), [&](std::int64_t tile_row) {
    const std::int64_t rows = std::min<std::int64_t>(32, w.rows - 32 * tile_row);
    for (std::int64_t r = 32 * tile_row; r < 32 * tile_row + rows; ++r)
      for (std::int64_t c = 0; c < w.cols; ++c) out.set(r, c, nearest_integer(w(r, c) * scale));
  });
}

}  // namespace deepboltz
