#include "deepboltz/kernel/weighted_rows.h"

#include <algorithm>

#include "deepboltz/kernel/cpu/weighted_rows_simd.h"

namespace deepboltz {

WeightedRows::WeightedRows(std::int64_t capacity, std::int64_t units)
    : places_(allocate_aligned(std::size_t(capacity * RowChunks(units).count * kStride) * sizeof(std::uint16_t))),
      factors_(allocate_aligned(std::size_t(capacity * RowChunks(units).count * kStride) * sizeof(std::int16_t))),
      lengths_(std::size_t(capacity * RowChunks(units).count)),
      chunks_(units),
      units_(units),
      cases_(capacity) {}

void WeightedRows::reset(std::int64_t cases) {
  DEEPBOLTZ_ASSERT(cases >= 0 && cases * chunks_.count <= std::int64_t(lengths_.size()));
  cases_ = cases;
  std::ranges::fill(lengths_, 0);
}

void WeightedRows::close(std::int64_t r, std::int64_t chunk, std::int64_t length) {
  for (; length % 4 != 0; ++length) {
    places(r, chunk)[length] = std::uint16_t(64 * 32 * chunks_.words_in(chunk));
    factors(r, chunk)[length] = 0;
  }
  lengths_[std::size_t(at(r, chunk))] = std::int32_t(length);
}

void add_rows(Context& ctx, const IntegerWeights& weights, Direction direction, const WeightedRows& from,
              RowSums& sums) {
  constexpr std::int64_t kTileCases = 256;
  DEEPBOLTZ_ASSERT(weights.bits() == 16);
  DEEPBOLTZ_ASSERT(from.units() == (direction == Direction::up ? weights.rows() : weights.cols()));
  DEEPBOLTZ_ASSERT(sums.units() == (direction == Direction::up ? weights.cols() : weights.rows()));
  const std::int64_t blocks = sums.blocks(), case_tiles = (from.cases() + kTileCases - 1) / kTileCases;
  ctx.parallel(blocks * case_tiles, [&](std::int64_t t) {
    const std::int64_t first = t / blocks * kTileCases;
    simd::add_rows_block(weights, direction, from, t % blocks, first, std::min(kTileCases, from.cases() - first), sums);
  });
}

void plain::add_rows_block(const IntegerWeights& weights, Direction direction, const WeightedRows& from,
                           std::int64_t block, std::int64_t first_case, std::int64_t cases, RowSums& sums) {
  const RowChunks& chunks = from.chunks();
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk)
      for (std::int64_t k = 0; k < from.length(r, chunk); ++k) {
        const std::int64_t i = 32 * chunks.first_word(chunk) + from.places(r, chunk)[k] / 64;
        const std::int32_t factor = from.factors(r, chunk)[k];
        if (factor == 0) continue;  // padding
        for (std::int64_t j = 32 * block; j < std::min(32 * block + 32, sums.units()); ++j) {
          const std::int32_t w = direction == Direction::up ? weights.at(i, j) : weights.at(j, i);
          std::int32_t& sum = sums.block(r, block)[RowSums::place(j)];
          sum = std::int32_t(std::uint32_t(sum) + std::uint32_t(factor * w));
        }
      }
}

}  // namespace deepboltz
