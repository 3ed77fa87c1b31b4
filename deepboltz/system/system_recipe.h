// What every recipe says, of whatever kind of system. Each kind derives its own from it (system/KIND/).
#pragma once

#include <cstdint>
#include <string>

namespace deepboltz {

struct SystemRecipe {
  std::string title;
  std::uint64_t seed = 1;

  virtual ~SystemRecipe() = default;
};

}  // namespace deepboltz
