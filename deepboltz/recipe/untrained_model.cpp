#include "deepboltz/recipe/untrained_model.h"

#include "deepboltz/learn/learner.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/recipe/standardise.h"
#include "deepboltz/recipe/visible_values.h"

namespace deepboltz {

EnergyModel untrained_model(const Recipe& recipe, const Dataset& train) {
  require(!recipe.model.labels || train.classes > 1, "model.labels: the training data '{}' have no labels", train.name);
  EnergyModel model = dbm(train.units(), recipe.model.hidden,
                          {.precision = recipe.model.precision,
                           .classes = recipe.model.labels ? train.classes : 0,
                           .visible = recipe.model.visible,
                           .hidden = recipe.model.hidden_unit});
  Layer& visible = model.layer(model.visible());
  if (std::holds_alternative<Spin>(visible.unit)) standardise_by(0.5, 0.5, visible);
  if (std::holds_alternative<Gaussian>(visible.unit) || std::holds_alternative<Relu>(visible.unit))
    standardise(train, recipe.model.standardise, recipe.model.whitening_floor, visible);
  return model;
}

void require_trainable(const Recipe& recipe, const RunData& data) {
  const EnergyModel model = untrained_model(recipe, data.train);
  require_learner(recipe.train.learner, model);
  require(!recipe.finetune || data.train.classes > 1, "finetune: the training data '{}' have no labels",
          data.train.name);
  const std::pair<const char*, const Dataset*> others[] = {{"validation", &data.validation}, {"test", &data.test}};
  for (const auto& [part, other] : others)
    require(other->cases() == 0 || other->units() == data.train.units(),
            "the {} cases have {} units, those of training have {}", part, other->units(), data.train.units());
  for (const Dataset* part : {&data.train, &data.validation, &data.test}) require_values(model, *part);
}

}  // namespace deepboltz
