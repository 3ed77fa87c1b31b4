#include <algorithm>

#include "deepboltz/kernel/bernoulli_draw.h"
#include "deepboltz/kernel/cpu/fixed_means_simd.h"

namespace deepboltz {

std::int64_t plain::update_case(const simd::MeanUpdate& update, const RowSums& fields, std::int64_t r,
                                FixedMeans& means) {
  WeightedRows& changes = means.changes();
  const RowChunks& chunks = changes.chunks();
  std::int64_t moved = 0;
  for (std::int64_t chunk = 0; chunk < chunks.count; ++chunk) {
    const std::int64_t first = 32 * chunks.first_word(chunk), words = chunks.words_in(chunk);
    std::int64_t length = 0;
    for (std::int64_t j = first; j < std::min(first + 32 * words, means.units()); ++j) {
      const std::int64_t place = RowSums::place(j);
      float x = float(fields.block(r, j / 32)[place]) * update.step;
      const float bias = update.bias[j / 32 * 32 + place];
      if (update.times != 1) x = update.times * (x - bias) + bias;
      const std::int16_t mean = fixed_logistic(x);
      std::int16_t& kept = means.row(r)[j];
      if (mean == kept) continue;
      changes.places(r, chunk)[length] = std::uint16_t(64 * (j - first));
      changes.factors(r, chunk)[length++] = std::int16_t(mean - kept);
      moved += std::abs(mean - kept);
      kept = mean;
    }
    changes.close(r, chunk, length);
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
