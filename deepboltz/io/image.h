// A picture in memory: grey or RGB, one byte a channel.
#pragma once

#include <cstdint>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct Image {
  int height = 0, width = 0;
  int channels = 1;   // 1 grey, 3 red green blue
  Bytes pixels = {};  // height × width × channels
};

}  // namespace deepboltz
