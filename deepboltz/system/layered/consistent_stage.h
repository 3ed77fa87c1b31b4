// What the fields of one stage must be together: [train], one of pretraining, [finetune].
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

struct FinetuneToCheck {
  const FinetuneRecipe& finetune;
  bool labelled = false;   // there is a label layer
  std::size_t layers = 0;  // of the network
};

void require_finetune(const FinetuneToCheck& of, const Refuse& refuse);

}  // namespace deepboltz
