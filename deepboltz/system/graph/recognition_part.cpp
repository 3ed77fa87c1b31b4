#include "deepboltz/system/graph/recognition_part.h"

#include "deepboltz/infer/mean_field.h"

namespace deepboltz {

const EnergyModel* find_recognition(const System& system) {
  const auto* recognition = find_part<EnergyModel>(system, kRecognitionPart);
  if (recognition) require_recognition_of(part<EnergyModel>(system, "model"), *recognition);
  return recognition;
}

void infer_from_guess(Context& ctx, const EnergyModel& model, const EnergyModel& recognition, State& state) {
  bottom_up(ctx, recognition, state);
  mean_field(ctx, model, kSweepAfterGuess, state);
}

}  // namespace deepboltz
