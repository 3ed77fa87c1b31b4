// Discriminative fine-tuning of a trained machine: its layers unrolled into a classifier that sees, beside the pixels,
// the posterior means of the upper hidden layers (stack/posterior_classifier.h), inferred once from the grey images
// without the label layer. Salakhutdinov & Hinton (2009), §3.3.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/io/safetensors.h"
#include "deepboltz/learn/backprop.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

struct Finetuning {
  Network network;
  BackpropState state;
};

// A classifier from `model`, as it is before its first epoch.
Finetuning start_finetuning(Context& ctx, const FinetuneRecipe& plan, const EnergyModel& model, const Dataset& train,
                            Key key);

// The extra inputs of the classifier for every case: posterior means of hidden layers 2 … L, (cases, units) each.
std::vector<Tensor> posterior_inputs(Context& ctx, const MeanFieldOptions& options, const EnergyModel& model,
                                     const Dataset& data);

// One epoch, or the rest of one. `features` are posterior_inputs of `data`.
EpochResult finetune_epoch(Context& ctx, const FinetuneRecipe& plan, Key key, const Dataset& data,
                           const std::vector<Tensor>& features, Finetuning& finetuning, const Report& report);

// Errors of the classifier on labelled cases.
Score classifier_score(Context& ctx, const Network& network, const Dataset& data, const std::vector<Tensor>& features);

void add_finetuning(Finetuning& finetuning, Archive& archive);
void take_finetuning(Archive& archive, Finetuning& finetuning);

}  // namespace deepboltz
