#include "deepboltz/model/support.h"

namespace deepboltz {

void require_states(const EnergyModel& model, LayerId layer, const State& state, std::string_view who) {
  const Layer& l = model.layer(layer);
  const bool one_hot = std::holds_alternative<Softmax>(l.unit);
  const std::int64_t group = group_size(l.unit);
  visit_real(model.precision(), [&](auto real) {
    const auto x = state.x(layer).as<decltype(real)>();
    for (std::int64_t r = 0; r < x.rows; ++r)
      for (std::int64_t first = 0; first < x.cols; first += group) {
        std::int64_t ones = 0;
        for (std::int64_t u = first; u < first + group; ++u) {
          require(x(r, u) == 0 || x(r, u) == 1, "{}: expected 0 or 1, got {} in '{}' at case {}, unit {}", who,
                  double(x(r, u)), l.name, r, u);
          ones += x(r, u) == 1;
        }
        require(!one_hot || ones == 1, "{}: expected one class, got {} in '{}' at case {}", who, ones, l.name, r);
      }
  });
}

}  // namespace deepboltz
