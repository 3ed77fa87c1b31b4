#include "deepboltz/task/masks.h"

#include <algorithm>
#include <string>

#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

struct Rectangle {
  std::int64_t top, left, height, width;
};

Rectangle rectangle(Mask mask, std::int64_t height, std::int64_t width) {
  switch (mask) {
    case Mask::left_half:
      return {0, 0, height, width / 2};
    case Mask::right_half:
      return {0, width - width / 2, height, width / 2};
    case Mask::top_half:
      return {0, 0, height / 2, width};
    case Mask::bottom_half:
      return {height - height / 2, 0, height / 2, width};
    case Mask::centre:
      return {(height - height / 2) / 2, (width - width / 2) / 2, height / 2, width / 2};
    case Mask::random:
      break;
  }
  return {0, 0, 0, 0};
}

}  // namespace

std::string_view name_of(Mask mask) {
  switch (mask) {
    case Mask::left_half:
      return "left-half";
    case Mask::right_half:
      return "right-half";
    case Mask::top_half:
      return "top-half";
    case Mask::bottom_half:
      return "bottom-half";
    case Mask::centre:
      return "centre";
    case Mask::random:
      return "random";
  }
  return "";
}

Mask mask_named(std::string_view name) {
  std::string known;
  for (Mask mask : kAllMasks) {
    if (name_of(mask) == name) return mask;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", name_of(mask));
  }
  throw InputError(fmt::format("there is no mask '{}'; known are {}", name, known));
}

Tensor known_pixels(Mask mask, std::int64_t height, std::int64_t width, std::int64_t cases, Key key) {
  require(height >= 1 && width >= 1 && cases >= 1, "masks need an image and a case, got {} × {} pixels, {} cases",
          height, width, cases);
  Tensor known(DType::u8, cases, height * width);
  const auto out = known.as<std::uint8_t>();
  for (std::int64_t r = 0; r < cases; ++r) {
    std::fill_n(out.row(r), height * width, std::uint8_t(1));
    if (mask == Mask::random) {
      const auto order = permutation(key.fold(std::uint64_t(r)), std::uint32_t(height * width));
      for (std::int64_t i = 0; i < height * width / 2; ++i) out(r, order[std::size_t(i)]) = 0;
    } else {
      const Rectangle box = rectangle(mask, height, width);
      for (std::int64_t y = box.top; y < box.top + box.height; ++y)
        std::fill_n(out.row(r) + y * width + box.left, box.width, std::uint8_t(0));
    }
  }
  return known;
}

}  // namespace deepboltz
