#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void finetune_settings(Section s, FinetuneRecipe& finetune) {
  s.add("epochs", finetune.epochs, kFromZero, "passes over the labelled training set");
  s.add("output_scale", finetune.output_scale, kAboveZero,
        "standard deviation of the initial weights of the class layer");
  backprop_settings(s, finetune.backprop);
  s.add("keep_extra", finetune.backprop.presentation.keep_extra, kAboveZeroToOne,
        "dropout: probability that a number of the posterior is kept");
  s.add("extra_rate", finetune.backprop.extra_rate, kFromZero, "factor of the rate of the weights from the posterior");
  mean_field_settings(s, finetune.mean_field);
}

}  // namespace deepboltz
