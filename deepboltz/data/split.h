// Which of the training cases are held back for choosing a model.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/rng/key.h"

namespace deepboltz {

enum class HeldOut : std::uint8_t { last, drawn };

struct Split {
  std::int64_t validation = 0;  // cases held back
  HeldOut held_out = HeldOut::last;
  std::span<const int> classes = {};  // drawn: one a case, each held back in its share; empty: without regard to them
  Key key = {};
};

struct SplitRows {
  std::vector<std::uint32_t> train, validation;  // rows of the data set, ascending
};

// InputError when fewer than one case would be left to train on.
SplitRows split_rows(std::int64_t cases, const Split& split);

}  // namespace deepboltz
