#include "deepboltz/system/graph/recognition_part.h"

namespace deepboltz {

const EnergyModel* find_recognition(const System& system) {
  const auto* recognition = find_part<EnergyModel>(system, kRecognitionPart);
  if (recognition) require_recognition_of(part<EnergyModel>(system, "model"), *recognition);
  return recognition;
}

}  // namespace deepboltz
