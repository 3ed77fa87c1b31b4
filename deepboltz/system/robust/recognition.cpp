#include "deepboltz/system/robust/recognition.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

// The label of the gallery's row with the greatest score(case, row), the first of equal ones.
template <class Score>
std::vector<std::uint32_t> by_greatest(Context& ctx, std::span<const std::uint32_t> labels, std::int64_t cases,
                                       Score&& score) {
  std::vector<std::uint32_t> found(static_cast<std::size_t>(cases));
  constexpr std::int64_t kLongWork = 1'000'000;  // a case is compared with the whole gallery
  for_rows(ctx, cases, kLongWork, [&](std::int64_t r) {
    const auto score_of = score(r);
    double best = 0;
    for (std::size_t g = 0; g < labels.size(); ++g) {
      const double one = score_of(std::int64_t(g));
      if (g > 0 && one <= best) continue;
      best = one;
      found[std::size_t(r)] = labels[g];
    }
  });
  return found;
}

// The pixels of 5 × 4 blocks.
using Blocks = std::vector<std::vector<int>>;
Blocks blocks_of(int height, int width) {
  constexpr int kRows = 5, kColumns = 4;
  Blocks blocks;
  for (int b = 0; b < kRows * kColumns; ++b) {
    std::vector<int>& pixels = blocks.emplace_back();
    const int row = b / kColumns, column = b % kColumns;
    for (int i = row * height / kRows; i < (row + 1) * height / kRows; ++i)
      for (int j = column * width / kColumns; j < (column + 1) * width / kColumns; ++j) pixels.push_back(i * width + j);
  }
  return blocks;
}

// Each block of a picture about its mean and of norm 1.    (cases, pixels)
Tensor standard_blocks(ConstMatrix pictures, const Blocks& blocks) {
  Tensor out(DType::f32, pictures.rows, pictures.cols);
  for (std::int64_t r = 0; r < pictures.rows; ++r) {
    const float* x = pictures.as<float>().row(r);
    float* to = out.as<float>().row(r);
    for (const std::vector<int>& pixels : blocks) {
      double sum = 0, squares = 0;
      for (const int i : pixels) sum += double(x[i]);
      const double mean = sum / double(pixels.size());
      for (const int i : pixels) squares += (double(x[i]) - mean) * (double(x[i]) - mean);
      for (const int i : pixels) to[i] = float((double(x[i]) - mean) / std::sqrt(squares + 1e-6));
    }
  }
  return out;
}

}  // namespace

FaceSpace face_space(const Gallery& gallery, std::int64_t components) {
  const std::int64_t most = std::min({components, gallery.pictures.cols, gallery.pictures.rows - gallery.classes});
  FaceSpace space{principal_components(gallery.pictures, most), {}, {}};
  space.codes = codes_by(space.components, gallery.pictures);
  space.discriminant = linear_discriminant(space.codes, gallery.labels, gallery.classes);
  return space;
}

std::vector<std::uint32_t> by_discriminant(const FaceSpace& space, ConstMatrix pictures) {
  return classify_by(space.discriminant, codes_by(space.components, pictures));
}

std::vector<std::uint32_t> by_nearest(Context& ctx, ConstMatrix gallery, std::span<const std::uint32_t> labels,
                                      ConstMatrix pictures) {
  return by_greatest(ctx, labels, pictures.rows, [&](std::int64_t r) {
    return [&, r](std::int64_t g) {
      double sum = 0;
      visit_real(gallery.dtype, [&](auto real) {
        using Real = decltype(real);
        const Real *a = gallery.as<Real>().row(g), *b = pictures.as<Real>().row(r);
        for (std::int64_t i = 0; i < gallery.cols; ++i) sum += double(a[i] - b[i]) * double(a[i] - b[i]);
      });
      return -sum;
    };
  });
}

std::vector<std::uint32_t> by_eigenfaces(Context& ctx, const Gallery& gallery, const FaceSpace& space,
                                         ConstMatrix pictures) {
  return by_nearest(ctx, space.codes, gallery.labels, codes_by(space.components, pictures));
}

std::vector<std::uint32_t> by_clear_pixels(Context& ctx, const Gallery& gallery, ConstMatrix pictures,
                                           ConstMatrix clear) {
  constexpr std::size_t kFew = 20;
  return by_greatest(ctx, gallery.labels, pictures.rows, [&](std::int64_t r) {
    std::vector<std::int64_t> pixels;
    for (std::int64_t i = 0; i < pictures.cols; ++i)
      if (clear.as<float>()(r, i) > .5f) pixels.push_back(i);
    if (pixels.size() < kFew) {
      pixels.clear();
      for (std::int64_t i = 0; i < pictures.cols; ++i) pixels.push_back(i);
    }
    return [&, r, pixels](std::int64_t g) {
      double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
      for (std::int64_t i : pixels) {
        const auto a = double(pictures.as<float>()(r, i)), b = double(gallery.pictures.as<float>()(g, i));
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
      }
      const auto n = double(pixels.size());
      return (xy - x * y / n) / std::sqrt((xx - x * x / n) * (yy - y * y / n) + 1e-12);
    };
  });
}

std::vector<std::uint32_t> by_blocks(Context& ctx, const Gallery& gallery, ConstMatrix pictures) {
  const Blocks blocks = blocks_of(gallery.height, gallery.width);
  const Tensor of_gallery = standard_blocks(gallery.pictures, blocks), of_cases = standard_blocks(pictures, blocks);
  return by_greatest(ctx, gallery.labels, pictures.rows, [&](std::int64_t r) {
    return [&, r](std::int64_t g) {
      const float *a = of_gallery.as<float>().row(g), *b = of_cases.as<float>().row(r);
      std::vector<double> cosines;
      for (const std::vector<int>& pixels : blocks) {
        double cosine = 0;
        for (const int i : pixels) cosine += double(a[i]) * double(b[i]);
        cosines.push_back(cosine);
      }
      std::ranges::sort(cosines, std::greater<>());
      return std::accumulate(cosines.begin(), cosines.begin() + std::ptrdiff_t(blocks.size() / 2), 0.0);
    };
  });
}

}  // namespace deepboltz
