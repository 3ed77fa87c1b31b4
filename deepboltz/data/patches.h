// Square patches of pictures as cases: picture and place drawn uniformly. Bytes become real values in [0, 1) by uniform
// noise of one grey step, x = (byte + u)/256: a density of bytes themselves could be made as high as one likes by
// narrow spikes on them (Uria, Murray & Larochelle 2013, RNADE, §4.2).
#pragma once

#include <cstdint>

#include "deepboltz/data/dataset.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

struct PatchOptions {
  int side = 8;  // pixels
  std::int64_t count = 50'000;
  bool subtract_mean = false;  // of each patch, over its pixels and channels
  Key key = {};
};

// f32, without labels; patch i depends on the key, i and the pictures only. InputError: no pictures, or smaller ones
// than a patch.
Dataset draw_patches(const Dataset& pictures, const PatchOptions& options);

}  // namespace deepboltz
