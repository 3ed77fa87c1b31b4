#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void recognition_settings(Section s, RecognitionRule& rule) {
  s.add(
      "recognition.sweeps", rule.sweeps, {.low = 0, .high = kMostSweepsAfterGuess},
      "sweeps of mean field from the guess of a recognition model, which learns where mean field ends. 0: there is no "
      "such model. For several hidden layers without labels");
  s.add("recognition.rate", rule.rate, kAboveZero, "learning rate of the recognition model, as a multiple of the rate");
}

}  // namespace deepboltz
