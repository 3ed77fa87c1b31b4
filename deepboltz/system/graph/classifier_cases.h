// What the classifier of a trained machine learns from (stack/posterior_classifier.h): beside the pixels it sees the
// posterior means of the upper hidden layers, inferred once from the grey images without the label layer.
// Salakhutdinov & Hinton (2009), §3.3.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/examples.h"

namespace deepboltz {

// What a classifier sees of cases, and their classes.
struct ClassifierCases {
  Rows pixels;
  std::vector<Tensor> posterior;  // means of hidden layers 2 … L, (cases, units) each
  std::vector<std::uint32_t> labels;

  Examples examples() const;
};

ClassifierCases classifier_cases(Context& ctx, const MeanFieldOptions& options, const EnergyModel& model,
                                 const Cases& cases);

}  // namespace deepboltz
