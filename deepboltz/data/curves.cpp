#include "deepboltz/data/curves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kX, kY };

constexpr int kPlaces = 80;
constexpr double kDarkest = 0.63;
constexpr double kPen = 1.25, kBorder = 2, kScale = 24;  // pixels
constexpr double kReach = 5;                             // pixels: ink further away than this is 0 as a byte
constexpr double kFar = 1000;                            // pixels: a steep curve has long left the picture there

struct Place {
  double x, y;
};

// The natural cubic spline through three points, second derivative 0 at its ends.
class Spline {
 public:
  explicit Spline(Key key) {
    for (std::uint32_t i = 0; i < 3; ++i) {
      x_[i] = uniform(key.fold(kX), 0, i);
      y_[i] = uniform(key.fold(kY), 0, i);
    }
    std::ranges::sort(x_);
    constexpr double kStep = 0x1p-24;  // of the uniform numbers: two of them can be equal
    x_[1] = std::max(x_[1], x_[0] + kStep);
    x_[2] = std::max(x_[2], x_[1] + kStep);
    for (std::size_t i = 0; i < 2; ++i) length_[i] = x_[i + 1] - x_[i];
    bend_ = 3 * ((y_[2] - y_[1]) / length_[1] - (y_[1] - y_[0]) / length_[0]) / (length_[0] + length_[1]);
  }

  std::array<Place, kPlaces> places() const {
    std::array<Place, kPlaces> out;
    for (int i = 0; i < kPlaces; ++i) {
      const double x = x_[0] + (x_[2] - x_[0]) * i / (kPlaces - 1);
      out[std::size_t(i)] = {x, x < x_[1] ? piece(x - x_[0], x_[1] - x, length_[0], y_[0], y_[1])
                                          : piece(x_[2] - x, x - x_[1], length_[1], y_[2], y_[1])};
    }
    return out;
  }

 private:
  // The cubic from an outer point to the middle one, at the distances `from` and `to` from them.
  double piece(double from, double to, double length, double outer, double middle) const {
    return bend_ * from * (from * from / length - length) / 6 + (outer * to + middle * from) / length;
  }

  std::array<double, 3> x_{}, y_{};
  double length_[2], bend_;  // bend: the second derivative at the middle point
};

void draw_curve(Key key, std::uint8_t* grey) {
  std::array<double, kCurveSide * kCurveSide> nearest;  // squared distance to the curve
  nearest.fill(std::numeric_limits<double>::infinity());
  const auto first = [](double at) { return std::max(0, int(std::ceil(at - kReach))); };
  const auto last = [](double at) { return std::min(kCurveSide - 1, int(std::floor(at + kReach))); };
  for (const Place& place : Spline(key).places()) {
    const double x = kBorder + kScale * place.x, y = std::clamp(kBorder + kScale * place.y, -kFar, kFar);
    for (int row = first(y); row <= last(y); ++row)
      for (int column = first(x); column <= last(x); ++column) {
        double& distance = nearest[std::size_t(row * kCurveSide + column)];
        distance = std::min(distance, (x - column) * (x - column) + (y - row) * (y - row));
      }
  }
  for (std::size_t i = 0; i < nearest.size(); ++i)
    grey[i] = std::uint8_t(std::lround(255 * kDarkest * std::exp(-nearest[i] / (2 * kPen * kPen))));
}

}  // namespace

Dataset curves(Context& ctx, std::int64_t cases, Key key) {
  require(cases >= 1 && cases <= 100'000'000, "curves: expected 1 to 100,000,000 cases, got {}", cases);
  Dataset data{"curves", Tensor(DType::u8, cases, kCurveSide * kCurveSide), kCurveSide, kCurveSide};
  constexpr std::int64_t kCasesATile = 64;
  ctx.parallel((cases + kCasesATile - 1) / kCasesATile, [&](std::int64_t tile) {
    for (std::int64_t i = tile * kCasesATile; i < std::min(cases, (tile + 1) * kCasesATile); ++i)
      draw_curve(key.fold(std::uint64_t(i)), data.x.as<std::uint8_t>().row(i));
  });
  return finished(std::move(data));
}

}  // namespace deepboltz
