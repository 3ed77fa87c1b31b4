// A cache of what the layers of a chain last sent through connections on integers (model/quantised.h). A sweep then
// adds only what has changed (kernel/running_sums.h). Whoever runs a chain owns its memory and lends it by Tempering.
// What is sent does not depend on it.
#pragma once

#include <memory>
#include <vector>

#include "deepboltz/kernel/running_sums.h"
#include "deepboltz/model/connection.h"

namespace deepboltz {

class SentMemory {
 public:
  // The running sums of one direction of a connection, for up to `cases` cases; empty if the weights changed since the
  // last call. The reference stays valid.
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
