// What the fields of one stage of learning must be together: [train], or one of pretraining.
#pragma once

#include "deepboltz/setting/refuse.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

struct StageToCheck {
  std::string prefix;  // of its keys, as in "train."
  const StageRecipe& stage;
  Unit lower, upper;  // of the machine's visible layer, and of its hidden ones
  std::size_t hidden_layers = 1;
  bool labelled = false;  // it trains a label layer
  bool factors = false;   // its messages are scaled
};

void require_stage(const StageToCheck& of, const LayeredRecipe& recipe, const Refuse& refuse);

}  // namespace deepboltz
