// Many small pictures as one, in rows and columns: samples, filters, data beside reconstructions.
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/io/image.h"
#include "deepboltz/tensor/view.h"

namespace deepboltz {

enum class GreyScale : std::uint8_t {
  shared,      // bytes as they are; real values: 0 black, 1 white, cut off outside
  each,        // each picture from its own least to its own greatest value
  around_zero  // each picture: 0 is mid-grey, its largest absolute value black or white (filters)
};

struct GridOptions {
  int columns = 0;   // 0: about as many as rows
  int padding = 2;   // pixels between pictures and around them
  int magnify = 1;   // each value becomes magnify × magnify pixels
  int channels = 1;  // numbers a pixel, which stand together: 1 grey, 3 red green blue
  GreyScale scale = GreyScale::shared;
  std::uint8_t background = 96;      // grey between the pictures
  std::vector<int> separators = {};  // a wider gap after each of these columns, counted from 1
  int separator_width = 6;           // pixels of that gap, besides the padding
};

// pictures: (cases, height·width·channels), u8, f32 or f64; a value that is not finite is drawn black.
Image picture_grid(ConstMatrix pictures, int height, int width, const GridOptions& options = {});

}  // namespace deepboltz
