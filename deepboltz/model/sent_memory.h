// What the layers of a state last sent through connections on integers (model/quantised.h): a sampler sends for what
// has changed in a sweep (kernel/running_sums.h). A memory, not a part of the state: what is sent does not depend on
// it.
#pragma once

#include <memory>
#include <vector>

#include "deepboltz/kernel/running_sums.h"
#include "deepboltz/model/connection.h"

namespace deepboltz {

class SentMemory {
 public:
  // Of one way through a connection, with room for so many cases: of nothing, where the weights are not those of the
  // last call. It stays where it is when others are asked for.
  RunningSums& of(const Connection& connection, bool upwards, std::int64_t cases);

 private:
  struct Way {
    LayerId lower, upper;
    bool upwards;
    std::shared_ptr<const ConnectionIntegers> integers = nullptr;  // held, so that no other weights take their address
    RunningSums sums = {};
  };
  std::vector<std::unique_ptr<Way>> ways_;
};

}  // namespace deepboltz
