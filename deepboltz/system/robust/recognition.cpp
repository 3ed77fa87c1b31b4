#include "deepboltz/system/robust/recognition.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/model/linear_discriminant.h"
#include "deepboltz/model/principal_components.h"

namespace deepboltz {
namespace {

std::int64_t components_of(const Gallery& gallery, std::int64_t wanted) {
  return std::min({wanted, gallery.pictures.cols, gallery.pictures.rows - gallery.classes});
}

// The label of the gallery's row with the greatest score(case, row), the first of equal ones.
template <class Score>
std::vector<std::uint32_t> by_greatest(Context& ctx, std::span<const std::uint32_t> labels, std::int64_t cases,
                                       Score&& score) {
  std::vector<std::uint32_t> found(static_cast<std::size_t>(cases));
  for_rows(ctx, cases, 1'000'000, [&](std::int64_t r) {
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

// The blocks of each picture, each about its mean and of norm 1.    (cases, pixels)
Tensor standard_blocks(ConstMatrix pictures, int height, int width) {
  constexpr int kRows = 5, kColumns = 4;
  Tensor out(DType::f32, pictures.rows, pictures.cols);
  const auto x = pictures.as<float>();
  for (std::int64_t r = 0; r < pictures.rows; ++r)
    for (int b = 0; b < kRows * kColumns; ++b) {
      const int top = b / kColumns * height / kRows, bottom = (b / kColumns + 1) * height / kRows,
                left = b % kColumns * width / kColumns, right = (b % kColumns + 1) * width / kColumns;
      double sum = 0, squares = 0;
      const double count = (bottom - top) * (right - left);
      for (int i = top; i < bottom; ++i)
        for (int j = left; j < right; ++j) sum += double(x(r, i * width + j));
      for (int i = top; i < bottom; ++i)
        for (int j = left; j < right; ++j) squares += std::pow(double(x(r, i * width + j)) - sum / count, 2);
      for (int i = top; i < bottom; ++i)
        for (int j = left; j < right; ++j)
          out.set(r, i * width + j, (double(x(r, i * width + j)) - sum / count) / std::sqrt(squares + 1e-6));
    }
  return out;
}

}  // namespace

std::vector<std::uint32_t> by_discriminant(const Gallery& gallery, ConstMatrix pictures, std::int64_t components) {
  const PrincipalComponents found = principal_components(gallery.pictures, components_of(gallery, components));
  const LinearDiscriminant discriminant =
      linear_discriminant(codes_by(found, gallery.pictures), gallery.labels, gallery.classes);
  return classify_by(discriminant, codes_by(found, pictures));
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

std::vector<std::uint32_t> by_eigenfaces(Context& ctx, const Gallery& gallery, ConstMatrix pictures,
                                         std::int64_t components) {
  const PrincipalComponents found = principal_components(gallery.pictures, components_of(gallery, components));
  return by_nearest(ctx, codes_by(found, gallery.pictures), gallery.labels, codes_by(found, pictures));
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
  constexpr int kRows = 5, kColumns = 4, kBlocks = kRows * kColumns;
  const Tensor of_gallery = standard_blocks(gallery.pictures, gallery.height, gallery.width),
               of_cases = standard_blocks(pictures, gallery.height, gallery.width);
  std::vector<int> block_of;  // of each pixel
  for (int i = 0; i < gallery.height; ++i)
    for (int j = 0; j < gallery.width; ++j) {
      int b = 0;
      for (int k = 0; k < kBlocks; ++k)
        if (i >= k / kColumns * gallery.height / kRows && i < (k / kColumns + 1) * gallery.height / kRows &&
            j >= k % kColumns * gallery.width / kColumns && j < (k % kColumns + 1) * gallery.width / kColumns)
          b = k;
      block_of.push_back(b);
    }
  return by_greatest(ctx, gallery.labels, pictures.rows, [&](std::int64_t r) {
    return [&, r](std::int64_t g) {
      double cosine[kBlocks] = {};
      const float *a = of_gallery.as<float>().row(g), *b = of_cases.as<float>().row(r);
      for (std::size_t i = 0; i < block_of.size(); ++i) cosine[block_of[i]] += double(a[i]) * double(b[i]);
      std::ranges::sort(cosine);
      double sum = 0;
      for (int k = kBlocks / 2; k < kBlocks; ++k) sum += cosine[k];
      return sum;
    };
  });
}

}  // namespace deepboltz
