#include "deepboltz/recipe/evaluation.h"

#include "deepboltz/sample/ladder.h"

namespace deepboltz {

AisOptions annealing(const EvaluateRecipe& plan, const EvaluateOptions& options, const std::vector<Tensor>& base,
                     std::int64_t steps, std::int64_t runs, std::uint64_t use) {
  return {.ladder = plan.ladder == "uniform" ? uniform_ladder(int(steps)) : three_part_ladder(int(steps)),
          .runs = int(runs),
          .base = &base,
          .summed = {},
          .key = options.key.fold(use),
          .report = options.report};
}

void require_cases(const EnergyModel& model, const Dataset& data) {
  require(data.cases() >= 2, "evaluate: expected at least 2 cases, got {}", data.cases());
  require(data.units() == model.layer(model.visible()).units,
          "evaluate: the model has {} visible units, but the cases of '{}' have {}", model.layer(model.visible()).units,
          data.name, data.units());
}

}  // namespace deepboltz
