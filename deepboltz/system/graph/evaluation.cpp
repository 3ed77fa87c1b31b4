#include "deepboltz/system/graph/evaluation.h"

#include "deepboltz/sample/ladder.h"

namespace deepboltz {

AisOptions annealing(const GraphSubject& subject, const std::vector<Tensor>& base, std::int64_t steps,
                     std::int64_t runs, std::uint64_t use) {
  return {.ladder = subject.plan.ladder == "uniform" ? uniform_ladder(int(steps)) : three_part_ladder(int(steps)),
          .runs = int(runs),
          .base = &base,
          .summed = {},
          .key = subject.of.key.fold(use),
          .report = subject.of.report};
}

void require_cases(const EnergyModel& model, const Cases& cases) {
  require(cases.count() >= 2, "evaluate: expected at least 2 cases, got {}", cases.count());
  const std::int64_t units = cases.at(kVisibleColumn).units(), expected = model.layer(model.visible()).units;
  require(units == expected, "evaluate: the model has {} visible units, but the cases of '{}' have {}", expected,
          cases.origin.name, units);
}

}  // namespace deepboltz
