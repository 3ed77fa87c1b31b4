// Which class a case is, by clamping its pixels in a model with a label layer, or by a network.
//
//   exact        p(y | v) = softmax_y(−F(v, y)): an RBM, or any model whose hidden layers are one block
//                (Larochelle & Bengio 2008)
//   bound        softmax over y of the variational bound with the label clamped at y: as many inferences as classes
//   mean_field   the label layer's mean, pixels clamped, label free (Salakhutdinov & Hinton 2009): one inference, which
//                may settle on a class before it has looked at the others
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "deepboltz/base/report.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/model/energy_model.h"
#include "deepboltz/stack/examples.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

struct ClassifyOptions {
  enum class Method : std::uint8_t { exact, mean_field, bound };

  std::optional<Method> method = {};  // default: exact where it can be, else bound
  MeanFieldOptions mean_field{.sweeps = 50};
  std::int64_t batch = 500;  // cases at a time
  Report report = {};        // false stops with Interrupted
};

struct Classification {
  std::vector<std::uint32_t> label;  // the most probable class; the first of several
  Tensor probability;                // (cases, classes) f64
};

// Whether `exact` is possible. InputError: no label layer.
bool can_classify_exactly(const EnergyModel& model);

// cases: (cases, visible units) u8, standing for x/255, or the model's number type. InputError: no label layer, or one
// of several units; shapes that do not fit; `exact` where the hidden layers are not one block.
Classification classify(Context& ctx, const EnergyModel& model, ConstMatrix cases, const ClassifyOptions& options);

// By a fine-tuned network whose further inputs are the posterior means of the second and higher hidden layers of
// `model`, inferred without labels (stack/posterior_classifier.h).
Classification classify(Context& ctx, const Network& network, const EnergyModel& model, ConstMatrix cases,
                        const ClassifyOptions& options);
// By a network alone, whose outputs are the classes.
Classification classify(Context& ctx, const Network& network, const Examples& inputs);

// The hidden layers above the first, in the order of the model: what posterior_classifier takes besides the pixels.
std::vector<LayerId> upper_hidden_layers(const EnergyModel& model);

// Fraction (not percent) of cases whose class is not the true one, with its standard error over cases.
// InputError: counts that differ, fewer than two cases
Estimate error_rate(std::span<const std::uint32_t> label, std::span<const std::uint32_t> truth);

}  // namespace deepboltz
