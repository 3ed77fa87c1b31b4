// Forward and backward through a network. A batch is a list of row numbers, gathered beside the first product at most
// kCasesAtOnce at a time, which bounds the memory and fixes the order of all sums. The first product with sparse rows
// costs what their entries cost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/kernel/binarise.h"
#include "deepboltz/stack/network.h"
#include "deepboltz/stack/output_loss.h"

namespace deepboltz {

inline constexpr std::int64_t kCasesAtOnce = 1000;

// How cases are shown while training. The default shows them as they are.
struct Presentation {
  Binarise binarise = Binarise::none;  // of the first input, if it is u8
  double keep_input = 1;               // dropout: probability that a number of the first input is kept …
  double keep_extra = 1;               // … of an extra input …
  double keep_hidden = 1;              // … of a hidden unit; (0, 1]
  Key key = {};                        // a case draws from its row's numbers
  // Noise on the fields of a layer, which makes its means bits: semantic hashing. It is drawn once a case, by its key.
  std::size_t noisy_layer = 0;
  double noise = 0;  // its deviation
  Key noise_key = {};
};

// What forward() leaves for the way back, in the scratch of its caller's scope.
struct Activations {
  SparseRows sparse;               // what the first layer saw, where the first input is sparse; `seen` has the rest
  std::vector<Matrix> seen;        // a layer: (cases, fan-in), what it saw
  std::vector<Matrix> below_mask;  // a layer: (cases, units of the layer below), u8; empty without dropout
  Matrix output;                   // (cases, units): the fields of the last layer
};

// Through the first `layers` layers.
Activations forward(Context& ctx, const Network& network, std::size_t layers, const Examples& examples,
                    std::span<const std::uint32_t> rows, const Presentation& presentation, ScratchScope& scope);

// out ← log p(class | case) of every case.    out: (cases, classes) of the network's number type
void class_log_probabilities(Context& ctx, const Network& network, const Examples& examples, Matrix out);

// out ← the means of layer number `layer` for every case.    out: (cases, units) of the network's number type
void layer_means(Context& ctx, const Network& network, std::size_t layer, const Examples& examples, Matrix out);

// The score on all cases, shown as they are.
Score score(Context& ctx, const Network& network, const Examples& examples);

// gradient ← scale · Σ over rows of ∂ log p(target)/∂ parameters, for the layers from `first_layer` on; the score under
// this presentation is returned. gradient: weight and bias of every layer, as named_parameters() lists them; those of
// lower layers are left as they are and may be empty. A non-finite loss is returned, not raised.
Score log_probability_gradient(Context& ctx, const Network& network, const Examples& examples,
                               std::span<const std::uint32_t> rows, const Presentation& presentation, double scale,
                               std::size_t first_layer, std::span<const Matrix> gradient);

// Raises InputError where network, cases and presentation do not fit together. `targets`: they are needed.
void require_consistent(const Network& network, const Examples& examples, const Presentation& presentation,
                        bool targets);

}  // namespace deepboltz
