// Which colours dominate a picture, by a rule that needs no person.
//
// A pixel of red, green and blue in [0, 1] has a value v (its greatest number), a saturation s (1 − least / greatest)
// and a hue in degrees (Smith 1978). Its colour is the first line that holds:
//
//   black                            v < 0.2
//   white, grey                      s < 0.15: white from v = 0.8 on
//   red                              hue below 15 or from 330 on
//   orange, brown                    hue below 45: orange from v = 0.7 on
//   yellow, green, blue, purple      hue below 70, 170, 260, 330
//
// A picture has the words of all colours of at least a fifth of its pixels, and of its most frequent colour, of equals
// the first in the list.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace deepboltz {

inline constexpr std::array<std::string_view, 10> kColourWords = {"black", "white",  "grey",  "red",  "orange",
                                                                  "brown", "yellow", "green", "blue", "purple"};

int colour_of(double red, double green, double blue);  // its place in the list

// picture: red, green and blue of each pixel. Places in the list, ascending.
std::vector<int> dominant_colours(std::span<const float> picture);

}  // namespace deepboltz
