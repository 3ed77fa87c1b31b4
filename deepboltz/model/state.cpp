#include "deepboltz/model/state.h"

namespace deepboltz {

State State::clone() const {
  State copy;
  for (const Tensor& x : layers) copy.layers.push_back(x.clone());
  for (const Clamp& clamp : clamped) copy.clamped.push_back({clamp.kind, clamp.mask.clone()});
  copy.cases = cases;
  copy.first_case = first_case;
  return copy;
}

}  // namespace deepboltz
