// A belief net as the parts of a system: up, down, top (stack/belief_net.h).
#pragma once

#include "deepboltz/stack/belief_net.h"
#include "deepboltz/system/system.h"

namespace deepboltz {

inline bool has_net(const System& system) { return find_part<EnergyModel>(system, "top") != nullptr; }

// A copy. InputError: the system has no belief net, or its parts do not fit together.
inline BeliefNet net_of(const System& system) {
  return belief_net_of({part<Network>(system, "up").clone(), part<Network>(system, "down").clone(),
                        part<EnergyModel>(system, "top").clone()});
}

inline void put_net(BeliefNet net, System& system) {
  BeliefNetParts parts = parts_of(std::move(net));
  system.parts.insert_or_assign("up", std::move(parts.up));
  system.parts.insert_or_assign("down", std::move(parts.down));
  system.parts.insert_or_assign("top", std::move(parts.top));
}

}  // namespace deepboltz
