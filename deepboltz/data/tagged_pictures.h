// Photographs with words that were computed, not written by people: pictures that can be looked at beside a vocabulary
// in which some words are hard (what it is) and some are easy (which colours).
//
//   image   16 × 16 × 3, f32 in [0, 1]: CIFAR-10's 32 × 32 with each pixel the mean of four (halve_pictures.h)
//   text    22 words, each there or not: the class (airplane … truck), animal or vehicle, and the dominant colours of
//           the small picture (colour_words.h)
//   label   the class
#pragma once

#include "deepboltz/data/cases.h"

namespace deepboltz {

// photographs: as read_cifar gives them.
Cases tagged_pictures(const Dataset& photographs);

}  // namespace deepboltz
