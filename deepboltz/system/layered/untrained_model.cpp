#include "deepboltz/system/layered/untrained_model.h"

#include "deepboltz/learn/learner.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/system/layered/standardise.h"

namespace deepboltz {

EnergyModel untrained_model(const LayeredRecipe& recipe, const Cases& train, const BeginOptions& options) {
  const std::int64_t classes = classes_of(train);
  require(!recipe.model.labels || classes > 1, "model.labels: the training data '{}' have no labels",
          train.origin.name);
  EnergyModel model = dbm(train.at(kVisibleColumn).units(), recipe.model.hidden,
                          {.precision = recipe.model.precision,
                           .classes = recipe.model.labels ? classes : 0,
                           .visible = recipe.model.visible,
                           .hidden = recipe.model.hidden_unit});
  Layer& visible = model.layer(model.visible());
  if (std::holds_alternative<Spin>(visible.unit)) standardise_by(0.5, 0.5, visible);
  if (std::holds_alternative<Gaussian>(visible.unit) || std::holds_alternative<Relu>(visible.unit))
    standardise(train, recipe.model.standardise, recipe.model.whitening_floor, options, visible);
  return model;
}

void require_cases_fit(const LayeredRecipe& recipe, const CaseSets& sets, const EnergyModel& model) {
  require(!recipe.needs_classes() || classes_of(sets.train) > 1, "finetune: the training data '{}' have no labels",
          sets.train.origin.name);
  const std::int64_t units = model.layer(model.visible()).units;
  for (const Share share : {Share::train, Share::validation, Share::test}) {
    const Cases& cases = sets.of(share);
    if (cases.count() == 0) continue;
    const std::int64_t came = cases.at(kVisibleColumn).units();
    require(came == units, "the {} cases have {} units, those of training have {}", name_of(share), came, units);
    require_values(model, cases);
  }
}

}  // namespace deepboltz
