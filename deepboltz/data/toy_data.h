// Two small binary data sets with known structure, drawn by the program. Case i depends on the key and i only.
#pragma once

#include <cstdint>

#include "deepboltz/data/dataset.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// side × side pictures (2 ≤ side ≤ 64) of whole rows (label 1) or whole columns (label 0), each on with probability ½
// (Hinton & Sejnowski 1986; MacKay 2003, ch. 44). An all-on or all-off picture can carry either label.
Dataset bars_and_stripes(std::int64_t cases, int side, Key key);

// Two rows of `bits` random bits (3 ≤ bits ≤ 4,096), the second one the first moved by −1, 0 or +1 with wrap-around;
// label: move + 1 (Hinton & Sejnowski 1986, the shifter problem, 8 bits there). Case: (2 · bits)
Dataset shifter(std::int64_t cases, int bits, Key key);

}  // namespace deepboltz
