#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void pretrain_settings(Section s, PretrainRecipe& pretrain) {
  s.add("scales", pretrain.rule.scales, kAboveZero,
        "factors of each layer's weights. [] is 1, 1, … (the rule of 2009); 1, 2, 2, … is the rule of 2012");
  s.choose("bias", pretrain.rule.bias, {"sum", "mean"}, "how to join the two biases of a layer that two stages train");
  pretrain_stage_settings(s, pretrain);
}

}  // namespace deepboltz
