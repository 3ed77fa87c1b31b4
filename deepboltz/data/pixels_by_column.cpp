#include "deepboltz/data/pixels_by_column.h"

#include <cstring>
#include <utility>

#include "deepboltz/io/malformed.h"

namespace deepboltz {

void turn_pictures(const ReadOptions& options, Dataset& data) {
  if (!options.pixels_by_column) return;
  require(data.height > 0, "{}: pixels by column need a height and a width", printable(data.name, 4096));
  if (options.height == 0) std::swap(data.height, data.width);
  const Tensor from = data.x.clone();
  const std::size_t size = size_of(data.x.dtype());
  for (std::int64_t r = 0; r < data.cases(); ++r)
    for (std::int64_t y = 0; y < data.height; ++y)
      for (std::int64_t x = 0; x < data.width; ++x)
        std::memcpy(data.x.data() + std::size_t(r * data.units() + y * data.width + x) * size,
                    from.data() + std::size_t(r * data.units() + x * data.height + y) * size, size);
}

}  // namespace deepboltz
