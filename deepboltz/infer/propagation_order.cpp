#include "deepboltz/infer/propagation_order.h"

namespace deepboltz {

std::vector<Propagation> propagation_order(const EnergyModel& model, std::vector<bool> known) {
  const auto knows = [&](LayerId id) { return known[std::size_t(id.index)]; };
  const auto propagation = [&](LayerId id) {
    Propagation at{.layer = id};
    for (const Connection& c : model.connections()) {
      if (c.lower != id && c.upper != id) continue;
      ++at.neighbours;
      at.valued += knows(c.lower == id ? c.upper : c.lower);
    }
    return at;
  };
  std::vector<Propagation> order;
  for (;;) {
    Propagation next;
    for (LayerId id : model.ids()) {
      if (knows(id)) continue;
      const Propagation at = propagation(id);
      if (next.layer.index < 0 || (next.valued == 0 && at.valued > 0)) next = at;
    }
    if (next.layer.index < 0) return order;
    known[std::size_t(next.layer.index)] = true;
    order.push_back(next);
  }
}

}  // namespace deepboltz
