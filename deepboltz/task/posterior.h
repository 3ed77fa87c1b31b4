// Posterior means of hidden layers given the cases alone: the features that a fine-tuned classifier sees beside the
// pixels (Salakhutdinov & Hinton 2009, §3.3), and what an encoder hands out.
#pragma once

#include <span>
#include <vector>

#include "deepboltz/base/report.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// The model without its label layer, if it has one (model/build.h: as if that layer sent no message): nothing is said
// about the class, which is not the same as a class that is free. Fine-tuning infers in this way, training and test
// cases alike.
EnergyModel without_labels(const EnergyModel& model);

struct PosteriorOptions {
  MeanFieldOptions mean_field{.sweeps = 50};
  const EnergyModel* recognition = nullptr;  // whose guess mean field starts from; null: a bottom-up pass
  std::int64_t batch = 500;                  // cases at a time; mean field stops a batch as a whole
  Report report = {};                        // false stops with Interrupted
};

// One matrix a layer of `layers`: E[x | visible = case] by mean field from a bottom-up pass, exact where the hidden
// layers are one block. Layers that are neither visible nor named are free, label layers too. cases: (cases, visible
// units) u8, standing for x/255, or the model's number type
std::vector<Tensor> posterior_means(Context& ctx, const EnergyModel& model, ConstMatrix cases,
                                    std::span<const LayerId> layers, const PosteriorOptions& options);

// out ← cases[first …], bytes as x/255.    out: (cases, units) of the model's number type
void show_cases(Context& ctx, ConstMatrix cases, std::int64_t first, Matrix out);

}  // namespace deepboltz
