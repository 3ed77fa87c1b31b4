// Discriminative fine-tuning of a trained machine: its layers unrolled into a classifier that sees, beside the pixels,
// the posterior means of the upper hidden layers (stack/posterior_classifier.h), inferred once from the grey images
// without the label layer. Salakhutdinov & Hinton (2009), §3.3.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/learn/backprop.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

// A classifier from `model`, as it is before its first epoch.
Network untrained_classifier(Context& ctx, const FinetuneRecipe& plan, const EnergyModel& model, std::int64_t classes,
                             Key key);

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
