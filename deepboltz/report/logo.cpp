#include "deepboltz/report/logo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "deepboltz/base/numeric.h"
#include "deepboltz/data/glyph.h"
#include "deepboltz/data/stroke.h"

namespace deepboltz {
namespace {

constexpr int kColumn = 16, kRow = 120, kMargin = 8;  // pixels
constexpr double kLeastShare = 1.0 / 20;              // of the row's height, of a letter that can be read

using Colour = std::array<std::uint8_t, 3>;

// By chemistry: hydrophobic black, polar green, amides purple, bases blue, acids red.
Colour colour_of(char letter) {
  if (std::string_view("GSTYC").find(letter) != std::string_view::npos) return {0, 150, 0};
  if (std::string_view("NQ").find(letter) != std::string_view::npos) return {150, 0, 150};
  if (std::string_view("KRH").find(letter) != std::string_view::npos) return {0, 0, 220};
  if (std::string_view("DE").find(letter) != std::string_view::npos) return {210, 0, 0};
  return {0, 0, 0};
}

struct Box {
  double left, top, width, height;
};

class Paper {
 public:
  Paper(int height, int width) : image_{height, width, 3, Bytes(std::size_t(height) * std::size_t(width) * 3, 255)} {}

  void letter(char letter, const Box& box) {
    const int left = int(std::floor(box.left)), top = int(std::floor(box.top));
    const int width = int(std::ceil(box.width)) + 1, height = int(std::ceil(box.height)) + 1;
    Bytes ink(std::size_t(height) * std::size_t(width), 0);
    const double pen = 0.11 * box.width, inner_width = box.width - 2 * pen,
                 inner_height = std::max(0.0, box.height - 2 * pen);
    for (const GlyphStroke& stroke : letter_glyphs(letter - 'A').front()) {
      std::vector<PenPoint> points;
      for (const GlyphPoint& p : stroke.points)
        points.push_back({box.left - left + pen + p.x / 100.0 * inner_width,
                          box.top - top + std::min(pen, box.height / 2) + p.y / 100.0 * inner_height,
                          std::min(pen, box.height / 2)});
      draw_line(stroke.curved ? smooth(points) : points, height, width, ink.data());
    }
    const Colour colour = colour_of(letter);
    for (int y = 0; y < std::min(height, image_.height - top); ++y)
      for (int x = 0; x < std::min(width, image_.width - left); ++x)
        for (std::size_t c = 0; c < 3; ++c) {
          const int dark = ink[std::size_t(y * width + x)];
          auto& pixel = image_.pixels[std::size_t((top + y) * image_.width + left + x) * 3 + c];
          pixel = std::uint8_t(((255 - dark) * pixel + dark * colour[c]) / 255);
        }
  }

  void line(int y) {
    for (int x = 0; x < 3 * image_.width; ++x) image_.pixels[std::size_t(3 * y * image_.width + x)] = 190;
  }

  Image image() && { return std::move(image_); }

 private:
  Image image_;
};

struct Part {
  double height;
  char letter;
};

// The letters of one site on one side of the line that are higher than `least`, the smallest first.
std::vector<Part> parts_of(const double* heights, std::string_view letters, double sign, double least) {
  std::vector<Part> parts;
  for (std::size_t k = 0; k < letters.size(); ++k)
    if (sign * heights[k] > least && letters[k] >= 'A' && letters[k] <= 'Z')
      parts.push_back({sign * heights[k], letters[k]});
  std::ranges::stable_sort(parts, {}, &Part::height);
  return parts;
}

// The highest column above the line, and below it, of letters higher than `least`.
struct Reach {
  double above = 0, below = 0;
};

Reach reach_of(const View<const double>& heights, std::string_view letters, double least) {
  const auto sum_of = [](const std::vector<Part>& parts) {
    double sum = 0;
    for (const Part& part : parts) sum += part.height;
    return sum;
  };
  Reach reach;
  const auto classes = std::int64_t(letters.size());
  for (std::int64_t r = 0; r < heights.rows; ++r)
    for (std::int64_t first = 0; first < heights.cols; first += classes) {
      reach.above = std::max(reach.above, sum_of(parts_of(heights.row(r) + first, letters, 1, least)));
      reach.below = std::max(reach.below, sum_of(parts_of(heights.row(r) + first, letters, -1, least)));
    }
  return reach;
}

}  // namespace

Tensor information(ConstMatrix frequencies, std::int64_t letters) {
  require(letters >= 1 && frequencies.rows == 1 && frequencies.cols % letters == 0,
          "logo: {} numbers are no sites of {} letters", frequencies.cols, letters);
  Tensor heights(DType::f64, 1, frequencies.cols);
  visit_real(frequencies.dtype, [&](auto real) {
    const auto* f = frequencies.as<decltype(real)>().row(0);
    for (std::int64_t first = 0; first < frequencies.cols; first += letters) {
      double bits = std::log2(double(letters));
      for (std::int64_t k = 0; k < letters; ++k) bits -= entropy_term(double(f[first + k])) / std::log(2.0);
      for (std::int64_t k = 0; k < letters; ++k) heights.set(0, first + k, double(f[first + k]) * bits);
    }
  });
  return heights;
}

Image draw_logos(ConstMatrix any_heights, std::string_view letters) {
  const auto classes = std::int64_t(letters.size());
  require(classes >= 1 && any_heights.cols % classes == 0, "logo: {} numbers are no sites of {} letters",
          any_heights.cols, classes);
  Tensor heights(DType::f64, any_heights.rows, any_heights.cols);
  visit_real(any_heights.dtype, [&](auto real) {
    const auto from = any_heights.as<decltype(real)>();
    for (std::int64_t r = 0; r < from.rows; ++r)
      for (std::int64_t i = 0; i < from.cols; ++i) heights.set(r, i, double(from(r, i)));
  });
  const View<const double> h = ConstMatrix(heights).as<double>();
  const std::int64_t sites = h.cols / classes;
  const Reach all = reach_of(h, letters, 0);
  const double least = kLeastShare * (all.above + all.below);
  const auto [above, below] = reach_of(h, letters, least);
  Paper paper(int(h.rows) * (kRow + kMargin) + kMargin, int(sites) * kColumn + 2 * kMargin);
  if (above + below == 0) return std::move(paper).image();
  const double scale = kRow / (above + below);
  for (std::int64_t r = 0; r < h.rows; ++r) {
    const double base = kMargin + double(r) * (kRow + kMargin) + above * scale;
    paper.line(int(base));
    for (std::int64_t i = 0; i < sites; ++i)
      for (const double sign : {1.0, -1.0}) {
        double at = base;
        for (const Part& part : parts_of(h.row(r) + i * classes, letters, sign, least)) {
          const double height = part.height * scale;
          const double top = sign > 0 ? at - height : at;
          paper.letter(part.letter, {kMargin + double(i) * kColumn + 1, top, kColumn - 2, height});
          at -= sign * height;
        }
      }
  }
  return std::move(paper).image();
}

}  // namespace deepboltz
