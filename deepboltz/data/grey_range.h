// Which scale a file's grey values follow: the number that stands for ink, 0 standing for paper.
//
//   stated   by the recipe or the option      x in [0, scale]                  → x / scale
//   known    of the cases to be like          the same; fractions up to 1      → x / scale; fractions as they are
//   found    numbers with a fraction          [0, 1]                           → as they are
//            whole numbers, none above 1      bits                             → 0, 255
//            whole numbers, one above 127     bytes                            → as they are
//            whole numbers, the greatest g    0 … g, as 0 … 16 of scanners     → x / g
//
// What was found is said in one line, and kept with the model. Bits and bytes stay bytes, all else becomes f32 in
// [0, 1]. Everything else is refused: negative, above the scale, fractions beside numbers above 1, NaN and infinity.
// Formats of pictures have a scale of their own, 255. Data that are asked for as numbers, not as grey values, have
// none: f32 as they are, whatever is finite.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

class GreyRange {
 public:
  explicit GreyRange(const ReadOptions& options)
      : numbers_(options.numbers),
        stated_(options.scale),
        known_(options.known_scale),
        rules_(options.rules),
        limit_(stated_ > 0  ? stated_
               : known_ > 1 ? known_
                            : 255) {
    if (stated_ == 0 && known_ == 1) limit_ = 1;
  }

  // False: the number fits no scale, or not the one that earlier numbers settled. The caller names the place.
  bool add(double value) {
    if (numbers_) return std::isfinite(float(value));
    if (!(value >= 0 && value <= limit_)) return false;
    if (value != std::floor(value)) fraction_ = true;
    greatest_ = std::max(greatest_, value);
    return stated_ > 0 || !(fraction_ && greatest_ > 1);
  }
  // The greatest of some numbers of a file of bytes.
  bool add_whole(double greatest) {
    bytes_ = true;
    greatest_ = std::max(greatest_, greatest);
    return greatest_ <= limit_;
  }
  // Whether whole numbers from here on change nothing.
  bool settled() const { return stated_ == 0 && known_ == 0 && greatest_ >= kSurelyBytes; }

  double scale() const {
    if (numbers_) return 1;
    if (stated_ > 0) return stated_;
    if (fraction_) return 1;
    if (known_ > 0) return known_;
    if (greatest_ <= 1) return 1;
    return greatest_ >= kSurelyBytes || rules_ == kFirstRules ? 255 : greatest_;
  }
  // Bits and bytes.
  bool fits_bytes() const { return !numbers_ && !fraction_ && (scale() == 1 || scale() == 255); }
  DType dtype() const { return fits_bytes() ? DType::u8 : DType::f32; }
  std::string expected() const;
  // Gives the data the scale, and says what was found, or what cases of a known scale have of it.
  void settle(Dataset& data) const;

 private:
  static constexpr double kSurelyBytes = 128;

  bool numbers_;
  double stated_, known_;
  int rules_;
  double limit_, greatest_ = 0;
  bool fraction_ = false, bytes_ = false;
};

// Writes the numbers of a file that follows `range` into a tensor of its type.
class GreyWriter {
 public:
  GreyWriter(const GreyRange& range, bool invert, Tensor& out)
      : out_(out), bytes_(range.fits_bytes()), scale_(range.scale()), invert_(invert) {}
  void set(std::int64_t row, std::int64_t col, double value) {
    if (bytes_) {
      value *= scale_ == 1 ? 255 : 1;
      out_.as<std::uint8_t>()(row, col) = std::uint8_t(invert_ ? 255 - value : value);
    } else {
      value /= scale_;
      out_.as<float>()(row, col) = float(invert_ ? 1 - value : value);
    }
  }

 private:
  Tensor& out_;
  bool bytes_;
  double scale_;
  bool invert_;
};

// Cases of bytes, as they were read, on the scale that the options state, or else is known or found.
void scale_bytes(const ReadOptions& options, Dataset& data);
// The same for pictures, whose format has the scale 255 unless the options state another.
void scale_picture_bytes(const ReadOptions& options, Dataset& data);

}  // namespace deepboltz
