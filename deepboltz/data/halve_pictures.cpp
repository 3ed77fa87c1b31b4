#include "deepboltz/data/halve_pictures.h"

namespace deepboltz {

Tensor halve_pictures(View<const std::uint8_t> x, int height, int width, int channels) {
  require(height % 2 == 0 && width % 2 == 0, "pictures of {} × {} cannot be halved: expected even sides", height,
          width);
  DEEPBOLTZ_ASSERT(x.cols == std::int64_t(height) * width * channels);
  Tensor out(DType::f32, x.rows, x.cols / 4);
  const std::int64_t line = std::int64_t(width) * channels;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    float* to = out.as<float>().row(r);
    for (int y = 0; y < height; y += 2)
      for (int left = 0; left < width; left += 2)
        for (int c = 0; c < channels; ++c) {
          const std::uint8_t* at = x.row(r) + y * line + left * channels + c;
          *to++ = float(at[0] + at[channels] + at[line] + at[line + channels]) / (4 * 255.0F);
        }
  }
  return out;
}

}  // namespace deepboltz
