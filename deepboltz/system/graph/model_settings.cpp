#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {
namespace {

Choice precision(DType& type) {
  return {{"f32", "f64"},
          [&type] { return std::size_t(type == DType::f64); },
          [&type](std::size_t i) { type = i == 1 ? DType::f64 : DType::f32; }};
}

}  // namespace

void model_settings(Section s, ModelRecipe& model) {
  s.add("hidden", model.hidden, kFromOne, "units of each hidden layer, from the bottom up: one is an RBM, more a DBM");
  s.add("visible", model.visible, kAny,
        "units of the visible layer: bits, spins for bits, real values (standardised), counts of so many trials, the "
        "counts of a document's words (counts:100 with so many hidden ones more), one of so many classes (softmax:21 "
        "for proteins), or numbers from 0 on (relu: divided by their deviations)");
  s.choose("standardise", model.standardise, {"columns", "zca"},
           "model.visible = \"gaussian\": every column by its mean and deviation, or all decorrelated by the root of "
           "their covariance");
  s.add("whitening_floor", model.whitening_floor, kAboveZero,
        "of zca: what is added to every eigenvalue of the covariance, in mean eigenvalues");
  s.add("hidden_unit", model.hidden_unit, kAny, "units of the hidden layers");
  s.add("labels", model.labels, "a label layer on top");
  s.choose("precision", precision(model.precision), "number type of the parameters");
  s.add("weight_scale", model.weight_scale, kAboveZero,
        "standard deviation of the initial weights, where nothing is pretrained");
  s.add("bias_from_data", model.bias_from_data, "visible biases start where the visible units have the training means");
}

}  // namespace deepboltz
