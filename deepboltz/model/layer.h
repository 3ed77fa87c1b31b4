// A layer: units of one type that do not touch each other.
#pragma once

#include <string>
#include <string_view>

#include "deepboltz/model/whitening.h"
#include "deepboltz/tensor/tensor.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {

struct LayerId {
  int index = -1;
  auto operator<=>(const LayerId&) const = default;
};

// What a layer stands for when a model meets data.
enum class Role : std::uint8_t {
  visible,    // the case itself: pixels
  label,      // its class
  hidden,     // inferred
  condition,  // given with the case: always clamped, without a learnt bias, not in log Z
};

inline std::string_view name_of(Role role) {
  constexpr std::string_view kNames[] = {"visible", "label", "hidden", "condition"};
  return kNames[std::size_t(role)];
}

// What a sampler or an estimator must know of a layer.
struct Variable {
  std::string name;
  Unit unit;
  std::int64_t units = 0;
  Role role = Role::hidden;
};

struct Layer : Variable {
  Tensor bias;    // (1, units): a, the bias in the centred form
  Tensor offset;  // (1, units): o, subtracted from the states that others see; empty: zero (Montavon & Müller 2012)
  Tensor shift, scale;     // (1, units): the data are shift + scale·x (model/standardisation.h); empty: x itself
  Whitening whitening;     // … or shift + root·(scale ∘ x); empty: nothing is whitened
  double bias_factor = 1;  // ≠ 1 only while pretraining: conditionals use it, energies and estimators refuse
};

}  // namespace deepboltz
