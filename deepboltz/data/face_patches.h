// Patches of faces, turned and sized, as real values: the data of Hinton & Salakhutdinov (2006), for autoencoders.
//
// A patch is 25 × 25 samples, 2.31/s pixels apart, s uniform in [1.4, 1.8], turned by −90° to 90°; its centre is
// uniform where the patch lies inside the picture. Samples are bilinear. 414 patches of each of ten pictures a person:
//
//   train        people  1–25    103,500
//   validation   people 26–30     20,700
//   test         people 31–40     41,400
//
// The training patches' mean is taken off each pixel, and one scale makes their variance 1 a pixel, 625 in all. The
// squared error of 30 principal components is about 135 a patch of the test people (dev/baselines/pca.py; published:
// 135). Draws have a key of their own: the set is one set.
#pragma once

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/share.h"

namespace deepboltz {

inline constexpr int kFacePatchSide = 25;  // samples
inline constexpr std::int64_t kPatchesAFace = 414;

// faces: 400 pictures of at least 58 × 58 grey bytes, ten of a person after the other. f32, without labels: no person
// is in two parts. InputError: other pictures.
Dataset face_patches(const Dataset& faces, Share share);

}  // namespace deepboltz
