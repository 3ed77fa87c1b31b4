#include "deepboltz/data/patches.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPicture, kRow, kColumn, kNoise };

float value_of(const Dataset& pictures, std::int64_t picture, std::int64_t unit, float noise) {
  const ConstMatrix x = pictures.x;
  return x.dtype == DType::u8 ? (float(x.as<std::uint8_t>()(picture, unit)) + noise) / 256
                              : x.as<float>()(picture, unit);
}

}  // namespace

Dataset draw_patches(const Dataset& pictures, const PatchOptions& options) {
  const std::int64_t side = options.side, across = side * pictures.channels;
  require(side >= 1 && side <= pictures.height && side <= pictures.width,
          "{}: patches of {} × {} need pictures at least as large, got {} × {}", pictures.name, side, side,
          pictures.height, pictures.width);
  require(options.count >= 1 && options.count <= 100'000'000, "{}: expected 1 to 100,000,000 patches, got {}",
          pictures.name, options.count);
  Dataset patches{pictures.name, Tensor(DType::f32, options.count, side * across), int(side), int(side)};
  patches.channels = pictures.channels;
  for (std::int64_t i = 0; i < options.count; ++i) {
    const auto pick = [&](Use use, std::int64_t bound) {
      return std::int64_t(below(options.key.fold(use), std::uint64_t(i), std::uint64_t(bound)));
    };
    const std::int64_t picture = pick(kPicture, pictures.cases()), top = pick(kRow, pictures.height - side + 1),
                       left = pick(kColumn, pictures.width - side + 1);
    float* patch = patches.x.as<float>().row(i);
    for (std::int64_t y = 0; y < side; ++y)
      for (std::int64_t x = 0; x < across; ++x)
        patch[y * across + x] =
            value_of(pictures, picture, ((top + y) * pictures.width + left) * pictures.channels + x,
                     uniform(options.key.fold(kNoise), std::uint32_t(i), std::uint32_t(y * across + x)));
    if (!options.subtract_mean) continue;
    const double mean = std::accumulate(patch, patch + patches.units(), 0.0) / double(patches.units());
    std::for_each(patch, patch + patches.units(), [mean](float& value) { value -= float(mean); });
  }
  return finished(std::move(patches));
}

}  // namespace deepboltz
