// The loss of a network: −log p(target) under the units of its last layer, of whatever kind,
//
//   −log p(t | f) = A(f) − t·f − log ν(t)        f: the fields of the layer
//   ∂/∂f          = E[t | f] − t
//
//   Softmax, and a class a case    cross-entropy, in double: finite however large the fields grow
//   Bernoulli                      cross-entropy of pixels, which may be grey
//   Gaussian                       ½|t − f|² + ½ log 2π a unit
//   Counts                         cross-entropy of one word, t the shares of a document's words; without ν
//
// Hinton & Salakhutdinov (2006); Salakhutdinov & Hinton (2009), Semantic hashing.
#pragma once

#include "deepboltz/stack/examples.h"
#include "deepboltz/tensor/context.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

struct Score {
  double loss = 0;           // Σ over cases of −log p(target), nats
  double squared_error = 0;  // Σ over cases of |target − mean|²; of classes 0
  std::int64_t errors = 0;   // cases whose most probable class is another (ties go to the first class)
  std::int64_t cases = 0;

  Score& operator+=(const Score& other);
};

// The score of the given rows of the examples; where `scale` is not 0, fields ← scale · ∂ log p(target)/∂ fields.
// fields: (rows, outputs) f32 or f64
Score score_rows(Context& ctx, const Unit& unit, const Examples& examples, std::span<const std::uint32_t> rows,
                 double scale, Matrix fields);

// out ← the given rows of x, bytes as x/255; sparse rows filled up.    out: (rows, units) f32 or f64
void gather_rows(Context& ctx, const Input& x, std::span<const std::uint32_t> rows, Matrix out);

// InputError unless the targets fit the unit and `outputs`, as far as that can be told without reading them all.
void require_targets(const Unit& unit, std::int64_t outputs, const Examples& examples);

}  // namespace deepboltz
