// The masks of the completion experiments: which pixels of an image are hidden, and which are known.
#pragma once

#include <string_view>

#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

enum class Mask : std::uint8_t {
  left_half,    // columns 0 … width/2 − 1
  right_half,   // the last width/2 columns
  top_half,     // rows 0 … height/2 − 1
  bottom_half,  // the last height/2 rows
  centre,       // a rectangle in the middle, half of each side: 14 × 14 of 28 × 28
  random,       // half of the pixels, others for each case
};

inline constexpr Mask kAllMasks[] = {Mask::left_half,   Mask::right_half, Mask::top_half,
                                     Mask::bottom_half, Mask::centre,     Mask::random};

// "left-half", "right-half", "top-half", "bottom-half", "centre", "random".
std::string_view name_of(Mask mask);
Mask mask_named(std::string_view name);  // InputError listing the names, where there is none of this name

// 1 where a pixel is known, 0 where the mask hides it: (cases, height·width) u8. Halves are rounded down. Case r of
// `random` hides the first half of a permutation of its pixels under key.fold(r); the other masks do not use the key.
Tensor known_pixels(Mask mask, std::int64_t height, std::int64_t width, std::int64_t cases, Key key);

}  // namespace deepboltz
