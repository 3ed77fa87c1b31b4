// Forward and backward through a classifying network.
//
//   log p(k | case) = z_k − log Σ_l exp z_l        z: the outputs of the last layer, which is linear
//
// The loss is the cross-entropy −log p(label | case), taken from the logits in double, so that it is finite however
// large they grow. Cases stay where they lie, bytes as bytes; a batch is a list of row numbers, gathered beside the
// first product at most kCasesAtOnce at a time, which bounds the memory and fixes the order of all sums.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/kernel/binarise.h"
#include "deepboltz/stack/network.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

inline constexpr std::int64_t kCasesAtOnce = 1000;

struct LabelledCases {
  std::vector<ConstMatrix> inputs;        // (cases, units) each: u8 stands for x/255, else the network's number type
  std::span<const std::uint32_t> labels;  // one a case; empty where no loss is asked for

  std::int64_t cases() const { return inputs.empty() ? 0 : inputs[0].rows; }
};

// How cases are shown while training. The default shows them as they are.
struct Presentation {
  Binarise binarise = Binarise::none;  // of the first input, if it is u8
  double keep_input = 1;               // dropout: probability that a number of the first input is kept …
  double keep_extra = 1;               // … of an extra input …
  double keep_hidden = 1;              // … of a hidden unit; (0, 1]
  Key key = {};                        // a case draws from its row's numbers
};

// What forward() leaves for the way back, in the scratch of its caller's scope.
struct Activations {
  std::vector<Matrix> seen;        // a layer: (cases, fan-in), what it saw
  std::vector<Matrix> below_mask;  // a layer: (cases, units of the layer below), u8; empty without dropout
  Matrix logits;                   // (cases, classes)
};
Activations forward(Context& ctx, const Network& network, const LabelledCases& cases,
                    std::span<const std::uint32_t> rows, const Presentation& presentation, ScratchScope& scope);

struct Score {
  double cross_entropy = 0;  // Σ over cases of −log p(label), nats
  std::int64_t errors = 0;   // cases whose most probable class is another (ties go to the first class)
  std::int64_t cases = 0;
};

// out ← log p(class | case) of every case.    out: (cases, classes) of the network's number type
void class_log_probabilities(Context& ctx, const Network& network, const LabelledCases& cases, Matrix out);

// The score on all cases, shown as they are.
Score score(Context& ctx, const Network& network, const LabelledCases& cases);

// gradient ← scale · Σ over rows of ∂ log p(label)/∂ parameters, for the layers from `first_layer` on; the score under
// this presentation is returned. gradient: weight and bias of every layer, as named_parameters() lists them; those of
// lower layers are left as they are and may be empty. A non-finite cross-entropy is returned, not raised.
Score log_probability_gradient(Context& ctx, const Network& network, const LabelledCases& cases,
                               std::span<const std::uint32_t> rows, const Presentation& presentation, double scale,
                               std::size_t first_layer, std::span<const Matrix> gradient);

// Raises InputError where network, cases and presentation do not fit together. `labelled`: labels are needed.
void require_consistent(const Network& network, const LabelledCases& cases, const Presentation& presentation,
                        bool labelled);

}  // namespace deepboltz
