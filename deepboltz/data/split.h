// Which of the training cases are held back for choosing a model.
#pragma once

#include <cstdint>
#include <vector>

#include "deepboltz/rng/key.h"

namespace deepboltz {

struct Split {
  std::int64_t validation = 0;  // cases held back
  bool random = false;          // false: the last ones of the file; true: drawn by the key
  Key key = {};
};

struct SplitRows {
  std::vector<std::uint32_t> train, validation;  // rows of the data set, ascending
};

// InputError when fewer than one case would be left to train on.
SplitRows split_rows(std::int64_t cases, const Split& split);

}  // namespace deepboltz
