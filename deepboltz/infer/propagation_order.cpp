#include "deepboltz/infer/outward.h"

namespace deepboltz {

std::vector<Arrival> outward(const EnergyModel& model, std::vector<bool> known) {
  const auto knows = [&](LayerId id) { return known[std::size_t(id.index)]; };
  const auto arrival = [&](LayerId id) {
    Arrival at{.layer = id};
    for (const Connection& c : model.connections()) {
      if (c.lower != id && c.upper != id) continue;
      ++at.neighbours;
      at.valued += knows(c.lower == id ? c.upper : c.lower);
    }
    return at;
  };
  std::vector<Arrival> order;
  for (;;) {
    Arrival next;
    for (LayerId id : model.ids()) {
      if (knows(id)) continue;
      const Arrival at = arrival(id);
      if (next.layer.index < 0 || (next.valued == 0 && at.valued > 0)) next = at;
    }
    if (next.layer.index < 0) return order;
    known[std::size_t(next.layer.index)] = true;
    order.push_back(next);
  }
}

}  // namespace deepboltz
