#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void graph_finetune_settings(Section s, GraphFinetuneRecipe& finetune) {
  finetune_settings(s, finetune);
  s.add("keep_extra", finetune.backprop.presentation.keep_extra, kAboveZeroToOne,
        "dropout: probability that a number of the posterior is kept");
  s.add("extra_rate", finetune.backprop.extra_rate, kFromZero, "factor of the rate of the weights from the posterior");
  mean_field_settings(s, finetune.mean_field);
}

}  // namespace deepboltz
