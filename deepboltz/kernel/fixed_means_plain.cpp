#include <algorithm>

#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/cpu/fixed_means_simd.h"

namespace deepboltz {

void plain::add_changes_block(const IntegerWeights& weights, Direction direction, const FixedMeans& from,
                              std::int64_t block, std::int64_t first_case, std::int64_t cases, MeanFields& fields) {
  const RowChunks& chunks = from.chunks();
  for (std::int64_t r = first_case; r < first_case + cases; ++r)
    for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk)
      for (std::int64_t k = 0; k < from.length(r, chunk); ++k) {
        const std::int64_t i = 32 * chunks.first_word(chunk) + from.places(r, chunk)[k] / 64;
        const std::int32_t change = from.changes(r, chunk)[k];
        if (change == 0) continue;  // padding
        for (std::int64_t j = 32 * block; j < std::min(32 * block + 32, fields.units()); ++j) {
          const std::int32_t w = direction == Direction::up ? weights.at(i, j) : weights.at(j, i);
          std::int32_t& field = fields.block(r, block)[MeanFields::place(j)];
          field = std::int32_t(std::uint32_t(field) + std::uint32_t(change * w));
        }
      }
}

std::int64_t plain::update_case(const simd::MeanUpdate& update, const MeanFields& fields, std::int64_t r,
                                FixedMeans& means) {
  const RowChunks& chunks = means.chunks();
  std::int64_t moved = 0;
  for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk) {
    const std::int64_t first = 32 * chunks.first_word(chunk), words = chunks.words_in(chunk);
    std::int32_t length = 0;
    const auto list = [&](std::int64_t row, std::int16_t change) {
      means.places(r, chunk)[length] = std::uint16_t(64 * row);
      means.changes(r, chunk)[length++] = change;
    };
    for (std::int64_t j = first; j < std::min(first + 32 * words, means.units()); ++j) {
      const std::int64_t place = MeanFields::place(j);
      float x = float(fields.block(r, j / 32)[place]) * update.step;
      const float bias = update.bias[j / 32 * 32 + place];
      if (update.times != 1) x = update.times * (x - bias) + bias;
      const std::int16_t mean = fixed_logistic(x);
      std::int16_t& kept = means.row(r)[j];
      if (mean == kept) continue;
      list(j - first, std::int16_t(mean - kept));
      moved += std::abs(mean - kept);
      kept = mean;
    }
    while (length % 4 != 0) list(32 * words, 0);
    means.length(r, chunk) = length;
  }
  return moved;
}

void plain::draw_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Bits& out) {
  std::fill_n(out.row(r), out.words(), 0u);
  for (std::int64_t j = 0; j < means.units(); ++j)
    if (std::int32_t(draw_upper(key, row, std::uint32_t(j)) >> 8) < means.row(r)[j])
      out.row(r)[j / 32] |= 1u << (j % 32);
}

void plain::round_case(const FixedMeans& means, Key key, std::uint32_t row, std::int64_t r, Sevenths& out) {
  for (int b = 0; b < Sevenths::kPlanes; ++b) std::fill_n(out.plane(b).row(r), out.words(), 0u);
  for (std::int64_t j = 0; j < means.units(); ++j) {
    const auto u = std::int32_t(draw_upper(key, row, std::uint32_t(j)) >> (16 - kMeanBits));
    out.set(r, j, (Sevenths::kWhole * means.row(r)[j] + u) >> kMeanBits);
  }
}

}  // namespace deepboltz
