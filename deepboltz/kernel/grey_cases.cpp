#include "deepboltz/kernel/grey_cases.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {

GreyCases::GreyCases(std::int64_t capacity, std::int64_t units)
    : pixels_(DType::u8, capacity, (units + 31) / 32 * 32), on_(std::size_t(units)), lit_(capacity, units) {}

void GreyCases::take(Context& ctx, ConstMatrix grey, std::span<const std::uint32_t> rows) {
  DEEPBOLTZ_ASSERT(grey.dtype == DType::u8 && grey.cols == units());
  lit_.reset(std::int64_t(rows.size()));
  for_rows(ctx, cases(), units(), [&](std::int64_t r) {
    std::copy_n(grey.as<std::uint8_t>().row(rows[std::size_t(r)]), units(), pixels_.as<std::uint8_t>().row(r));
  });
  find_lit(ctx);
}

bool GreyCases::take(Context& ctx, ConstMatrix x) {
  constexpr double kRounding = 255 * 0x1p-22;
  DEEPBOLTZ_ASSERT(x.cols == units());
  lit_.reset(x.rows);
  std::atomic<bool> grey = true;
  visit_real(x.dtype, [&](auto real) {
    for_rows(ctx, x.rows, x.cols, [&](std::int64_t r) {
      for (std::int64_t i = 0; i < x.cols; ++i) {
        const double g = 255 * double(x.as<decltype(real)>()(r, i)), nearest = std::nearbyint(g);
        const bool is_grey = nearest >= 0 && nearest <= 255 && std::abs(g - nearest) <= kRounding;
        if (!is_grey) grey = false;
        pixels_.as<std::uint8_t>()(r, i) = is_grey ? std::uint8_t(nearest) : 0;
      }
    });
  });
  if (grey) find_lit(ctx);
  return grey;
}

void GreyCases::find_lit(Context& ctx) {
  const RowChunks& chunks = lit_.chunks();
  for_rows(ctx, cases(), units(), [&](std::int64_t r) {
    for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk) {
      const std::int64_t first = 32 * chunks.first_word(chunk);
      std::uint16_t* places = lit_.places(r, chunk);
      std::int16_t* factors = lit_.factors(r, chunk);
      std::int64_t length = 0;
      for_lit(pixels_.as<std::uint8_t>().row(r) + first, 32 * chunks.words_in(chunk),
              [&](std::int64_t i, std::uint8_t g) {
                places[length] = std::uint16_t(64 * i);
                factors[length++] = g;
              });
      lit_.close(r, chunk, length);
    }
  });
  std::ranges::fill(on_, 0);
  for (std::int64_t r = 0; r < cases(); ++r)
    for (std::int64_t i = 0; i < units(); ++i) on_[std::size_t(i)] += pixels_.as<std::uint8_t>()(r, i);
}

void add_grey_field(Context& ctx, const IntegerWeights& weights, Direction direction, const GreyCases& grey,
                    RowSums& work, std::span<std::int32_t> fields) {
  const std::int64_t units = work.units();
  DEEPBOLTZ_ASSERT(std::int64_t(fields.size()) == grey.cases() * units);
  std::fill_n(work.block(0, 0), grey.cases() * 32 * work.blocks(), 0);
  add_rows(ctx, weights, direction, grey.lit(), work);
  // To the nearest, exactly: no multiple of 1/255 is within 1/510 of a half, and doubles are far closer.
  const auto share = [](std::int32_t sum) {
    return std::int32_t((sum * (1.0 / GreyCases::kWhole) + 0x1.8p52) - 0x1.8p52);
  };
  for_rows(ctx, grey.cases(), units, [&](std::int64_t r) {
    std::int32_t* const field = fields.data() + r * units;
    std::int64_t j = 0;
    for (; j + 4 <= units; j += 4) {  // that lie together
      const std::int32_t* sums = work.block(r, j / 32) + RowSums::place(j);
      for (std::int64_t k = 0; k < 4; ++k) field[j + k] += share(sums[k]);
    }
    for (; j < units; ++j) field[j] += share(work.block(r, j / 32)[RowSums::place(j)]);
  });
}

void draw_grey(Context& ctx, const GreyCases& grey, Key key, Bits& out) {
  std::vector<std::uint32_t> rows(std::size_t(grey.cases()));
  std::iota(rows.begin(), rows.end(), 0u);
  binarise(ctx, Binarise::sample, grey.pixels(), rows, key, out);
}

}  // namespace deepboltz
