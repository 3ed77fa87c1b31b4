#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

void finetune_settings(Section& s, FinetuneRecipe& finetune) {
  BackpropOptions& backprop = finetune.backprop;
  s.add("epochs", finetune.epochs, kFromZero, "passes over the training set");
  average_setting(s, finetune.average);
  s.choose("output",
           {.names = {"random", "labels"},
            .get = [&finetune] { return std::size_t(finetune.output_labels); },
            .set = [&finetune](std::size_t i) { finetune.output_labels = i == 1; }},
           "where the class layer starts. labels: at the weights and biases of the label layer");
  s.add("output_scale", finetune.output_scale, kAboveZero,
        "output = \"random\": standard deviation of the initial weights of the class layer");
  s.choose("optimizer", backprop.optimizer, {"momentum", "adam", "conjugate-gradients"},
           "how a gradient becomes a step");
  s.add("batch", backprop.batch, kFromOne, "number of cases in each step. Conjugate gradients want 1,000 to 10,000");
  s.add("output_only_epochs", backprop.output_only_epochs, kFromZero,
        "epochs at the start in which only the last layer moves");
  s.add("rate", backprop.rate, kFromZero, "learning rate of momentum and Adam");
  s.add("rate_multipliers", backprop.rate_multipliers, kFromZero,
        "factors of the rate, one for each layer of the network. [] is 1 for all");
  s.add("input_rate", backprop.input_rate, kFromZero, "factor of the rate of the weights from the input");
  s.add("bias_rate", backprop.bias_rate, kFromZero, "factor of the rate of the biases");
  s.add("momentum", backprop.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("nesterov", backprop.nesterov, "Nesterov's momentum");
  s.add("dampened", backprop.dampened, "momentum: multiply the rate by 1 - momentum");
  adam_settings(s, backprop.moments);
  ConjugateGradientsOptions& search = backprop.conjugate_gradients;
  s.add("conjugate_gradients.line_searches", search.line_searches, kFromOne, "line searches in each batch");
  s.add("conjugate_gradients.evaluations", search.evaluations, kFromOne,
        "largest number of loss evaluations in a line search");
  s.add("conjugate_gradients.decrease", search.decrease, {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "Wolfe condition: share of the expected decrease that a step must reach. It must be below curvature");
  s.add("conjugate_gradients.curvature", search.curvature, {.low = 0, .high = 1, .above_low = true, .below_high = true},
        "Wolfe condition: share of the slope that may remain");
  s.add("conjugate_gradients.extrapolation", search.extrapolation, {.low = 1, .above_low = true},
        "largest factor by which a trial step grows");
  s.add("conjugate_gradients.first_step", search.first_step, kAboveZero, "length of the first trial step");
  s.add("l2", backprop.l2, kFromZero, "weight decay: adds l2/2 times the squared weights to the loss");
  s.add("max_norm", backprop.max_norm, kFromZero, "above 0: largest norm of a unit's incoming weights");
  s.add("keep_input", backprop.presentation.keep_input, kAboveZeroToOne,
        "dropout: probability that a number of the input is kept");
  s.add("keep_hidden", backprop.presentation.keep_hidden, kAboveZeroToOne,
        "dropout: probability that a hidden unit is kept");
}

}  // namespace deepboltz
