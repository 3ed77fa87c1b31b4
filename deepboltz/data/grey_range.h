// Which of three conventions a file's grey values follow. They are never scaled by a guess:
//
//   binary   whole numbers, none above 1         0, 1       → bytes 0, 255
//   bytes    whole numbers, some above 1         0 … 255    → bytes as they are
//   unit     numbers with a fraction             [0, 1]     → f32 as they are
//
// Everything else is refused: negative, above 255, fractions beside numbers above 1, NaN and infinity. Data that are
// asked for as numbers, not as grey values, follow a fourth: f32 as they are, whatever is finite.
#pragma once

#include <cmath>
#include <cstdint>

#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

enum class GreyConvention : std::uint8_t { binary, bytes, unit, numbers };

class GreyRange {
 public:
  explicit GreyRange(bool numbers = false) : numbers_(numbers) {}

  // False: the number fits no convention, or not the one that earlier numbers settled. The caller names the place.
  bool add(double value) {
    if (numbers_) return std::isfinite(float(value));
    if (!(value >= 0 && value <= 255)) return false;
    if (value != std::floor(value)) fraction_ = true;
    if (value > 1) above_one_ = true;
    return !(fraction_ && above_one_);
  }
  GreyConvention convention() const {
    return numbers_     ? GreyConvention::numbers
           : fraction_  ? GreyConvention::unit
           : above_one_ ? GreyConvention::bytes
                        : GreyConvention::binary;
  }
  DType dtype() const { return numbers_ || fraction_ ? DType::f32 : DType::u8; }
  const char* expected() const {
    return numbers_ ? "expected finite numbers" : "expected numbers in [0, 1], or whole numbers from 0 to 255";
  }

 private:
  bool numbers_, fraction_ = false, above_one_ = false;
};

// Writes a number of a file that follows `convention` into a tensor's row.
class GreyWriter {
 public:
  GreyWriter(GreyConvention convention, bool invert, Tensor& out)
      : out_(out), factor_(convention == GreyConvention::binary ? 255 : 1), invert_(invert) {}
  void set(std::int64_t row, std::int64_t col, double value) {
    value *= factor_;
    if (out_.dtype() == DType::u8)
      out_.as<std::uint8_t>()(row, col) = std::uint8_t(invert_ ? 255 - value : value);
    else
      out_.as<float>()(row, col) = float(invert_ ? 1 - value : value);
  }

 private:
  Tensor& out_;
  double factor_;
  bool invert_;
};

}  // namespace deepboltz
