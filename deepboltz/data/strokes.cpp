#include "deepboltz/data/strokes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "deepboltz/data/glyph.h"
#include "deepboltz/data/stroke.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kClass, kDrawing, kWay, kPoint, kHand, kBow };

// How a hand deviates from the skeleton. Lengths in units of the glyph's height, angles in radians.
class Hand {
 public:
  explicit Hand(Key key) : key_(key) {}

  PenPoint place(GlyphPoint point, double pressure) const {
    const Key own = key_.fold(kPoint).fold(std::uint64_t(point.x * 1000 + point.y));  // joined strokes stay joined
    double x = point.x / 100.0 - 0.5 + kJitter * normal(own, 0, 0),
           y = point.y / 100.0 - 0.5 + kJitter * normal(own, 0, 1);
    const double bent_x = x + bend_[0] * std::sin(std::numbers::pi * (y + phase_[0]));
    const double bent_y = y + bend_[1] * std::sin(std::numbers::pi * (x + phase_[1]));
    x = bent_x * aspect_ - slant_ * bent_y;
    y = bent_y;
    const double turned_x = x * std::cos(turn_) - y * std::sin(turn_),
                 turned_y = x * std::sin(turn_) + y * std::cos(turn_);
    const double centre = kStrokeSide / 2.0;
    return {centre + shift_[0] + height_ * turned_x, centre + shift_[1] + height_ * turned_y,
            pen_ * (1 + unevenness_ * std::sin(2 * std::numbers::pi * (pressure + phase_[2])))};
  }

  // No hand draws a straight line: points on the way from a to b, which are the piece's number `piece` of a glyph.
  std::vector<PenPoint> bowed(const PenPoint& a, const PenPoint& b, std::uint32_t piece) const {
    const double bow = kBowing * normal(key_.fold(kBow), 0, piece);
    const PenPoint middle{(a.x + b.x) / 2 + bow * (b.y - a.y), (a.y + b.y) / 2 - bow * (b.x - a.x),
                          (a.radius + b.radius) / 2};
    return smooth(std::vector{a, middle, b}, 4);
  }

 private:
  static constexpr double kBowing = 0.03;  // of the line's length
  static constexpr double kJitter = 0.026;

  enum Draw : std::uint32_t { kAspect, kSlant, kTurn, kHeight, kPen, kUneven, kShift, kBend = 8, kPhase = 12 };
  double spread(std::uint32_t draw, double sigma) const {  // normal, cut off at 2½ σ so that nothing leaves the picture
    return sigma * std::clamp(normal(key_.fold(kHand), 0, draw), -2.5, 2.5);
  }

  Key key_;
  double aspect_ = 0.92 + spread(kAspect, 0.12);
  double slant_ = 0.1 + spread(kSlant, 0.15);
  double turn_ = spread(kTurn, 0.07);
  double height_ = 19.2 + spread(kHeight, 0.9);  // pixels
  double pen_ = 1.25 + spread(kPen, 0.28);       // radius, pixels
  double unevenness_ = std::abs(spread(kUneven, 0.1));
  double shift_[2] = {spread(kShift, 0.6), spread(kShift + 1, 0.6)};
  double bend_[2] = {spread(kBend, 0.05), spread(kBend + 1, 0.05)};
  double phase_[3] = {spread(kPhase, 1), spread(kPhase + 1, 1), spread(kPhase + 2, 1)};
};

void draw(std::span<const Glyph> ways, Key key, std::uint8_t* grey) {
  std::memset(grey, 0, kStrokeSide * kStrokeSide);
  const Hand hand(key);
  const Glyph& glyph = ways[below(key.fold(kWay), 0, ways.size())];
  double pressure = 0;
  std::uint32_t piece = 0;
  for (const GlyphStroke& stroke : glyph) {
    std::vector<PenPoint> points;
    for (const GlyphPoint point : stroke.points) points.push_back(hand.place(point, pressure += 0.12));
    if (stroke.curved)
      draw_line(smooth(points), kStrokeSide, kStrokeSide, grey);
    else
      for (std::size_t i = 0; i + 1 < points.size(); ++i)
        draw_line(hand.bowed(points[i], points[i + 1], piece++), kStrokeSide, kStrokeSide, grey);
  }
}

template <class Draw>
Dataset stroke_set(Context& ctx, std::string name, int classes, std::int64_t cases, Key key, Draw&& draw_case) {
  require(cases >= 1 && cases <= 100'000'000, "{}: expected 1 to 100,000,000 cases, got {}", name, cases);
  Dataset data{std::move(name), Tensor(DType::u8, cases, kStrokeSide * kStrokeSide), kStrokeSide,
               kStrokeSide,     std::vector<int>(static_cast<std::size_t>(cases)),   classes};
  constexpr std::int64_t kCasesATile = 64;
  ctx.parallel((cases + kCasesATile - 1) / kCasesATile, [&](std::int64_t tile) {
    for (std::int64_t i = tile * kCasesATile; i < std::min(cases, (tile + 1) * kCasesATile); ++i) {
      const Key own = key.fold(std::uint64_t(i));
      const int label = int(below(own.fold(kClass), 0, std::uint64_t(classes)));
      draw_case(label, own.fold(kDrawing), data.x.as<std::uint8_t>().row(i));
      data.labels[std::size_t(i)] = label;
    }
  });
  return finished(std::move(data));
}

}  // namespace

void draw_stroke_digit(int digit, Key key, std::uint8_t* grey) { draw(digit_glyphs(digit), key, grey); }
void draw_stroke_letter(int letter, Key key, std::uint8_t* grey) { draw(letter_glyphs(letter), key, grey); }

Dataset stroke_digits(Context& ctx, std::int64_t cases, Key key) {
  return stroke_set(ctx, "strokes", 10, cases, key, draw_stroke_digit);
}

Dataset stroke_letters(Context& ctx, std::int64_t cases, Key key) {
  Dataset data = stroke_set(ctx, "letters", 26, cases, key, draw_stroke_letter);
  for (char letter = 'A'; letter <= 'Z'; ++letter) data.class_names.emplace_back(1, letter);
  return data;
}

}  // namespace deepboltz
