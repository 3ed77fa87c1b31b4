// Recognition of people in covered pictures: by the denoised pictures, and by rivals that do not denoise. Each rival
// has the clean training pictures as its gallery.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/model/linear_discriminant.h"
#include "deepboltz/model/principal_components.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct Gallery {
  ConstMatrix pictures;  // (cases, pixels), f32
  std::span<const std::uint32_t> labels;
  std::int64_t classes = 0;
  int height = 0, width = 0;
};

// Principal components of the gallery, and a linear discriminant on its codes.
struct FaceSpace {
  PrincipalComponents components;
  Tensor codes;  // of the gallery: (cases, components)
  LinearDiscriminant discriminant;
};

// Of `components` directions, or as many as the gallery has.
FaceSpace face_space(const Gallery& gallery, std::int64_t components);

// All: the class of each picture (cases, pixels).

std::vector<std::uint32_t> by_discriminant(const FaceSpace& space, ConstMatrix pictures);
// The nearest by Euclidean distance, of all pixels, or of principal components (eigenfaces).
std::vector<std::uint32_t> by_nearest(Context& ctx, ConstMatrix gallery, std::span<const std::uint32_t> labels,
                                      ConstMatrix pictures);
std::vector<std::uint32_t> by_eigenfaces(Context& ctx, const Gallery& gallery, const FaceSpace& space,
                                         ConstMatrix pictures);
// The greatest correlation over the pixels where `clear` (cases, pixels) is above ½; of all pixels where fewer than 20
// are.
std::vector<std::uint32_t> by_clear_pixels(Context& ctx, const Gallery& gallery, ConstMatrix pictures,
                                           ConstMatrix clear);
// The greatest mean cosine of the better half of 5 × 4 blocks, each about its own mean.
std::vector<std::uint32_t> by_blocks(Context& ctx, const Gallery& gallery, ConstMatrix pictures);

}  // namespace deepboltz
