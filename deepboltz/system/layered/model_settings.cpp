#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {
namespace {

Choice precision(DType& type) {
  return {{"f32", "f64"},
          [&type] { return std::size_t(type == DType::f64); },
          [&type](std::size_t i) { type = i == 1 ? DType::f64 : DType::f32; }};
}

}  // namespace

void model_settings(Section s, ModelRecipe& model) {
  s.add("hidden", model.hidden, kFromOne,
        "number of units of each hidden layer, from the bottom up. One layer makes an RBM, more make a DBM");
  s.add("visible", model.visible, kAny,
        "units of the visible layer. bernoulli: bits. spin: bits as -1 and 1. gaussian: real values, standardised. "
        "relu: numbers from 0, divided by their deviations. counts: word counts of documents; counts:100 adds 100 "
        "hidden words. binomial:5: counts up to 5. softmax:21: one of 21 classes, as in proteins");
  s.choose("standardise", model.standardise, {"columns", "zca"},
           "visible = \"gaussian\": columns standardises each column by its mean and deviation. zca decorrelates all "
           "columns by the root of their covariance");
  s.add("whitening_floor", model.whitening_floor, kAboveZero,
        "zca: added to each eigenvalue of the covariance, in units of their mean");
  s.add("hidden_unit", model.hidden_unit, kAny, "units of the hidden layers");
  s.add("labels", model.labels, "add a label layer at the top");
  s.choose("precision", precision(model.precision), "number type of the parameters");
  s.add("weight_scale", model.weight_scale, kAboveZero,
        "standard deviation of the initial weights, if no layer is pretrained");
  s.add("bias_from_data", model.bias_from_data,
        "start the visible biases at values that give the units their training means");
}

}  // namespace deepboltz
