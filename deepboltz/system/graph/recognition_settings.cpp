#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void recognition_settings(Section s, RecognitionRule& rule) {
  s.add("recognition.sweeps", rule.sweeps, {.low = 0, .high = kMostSweepsAfterGuess},
        "above 0: a recognition model learns to guess where mean field ends, and mean field makes so many sweeps from "
        "its guess. For several hidden layers without labels");
  s.add("recognition.rate", rule.rate, kAboveZero, "learning rate of the recognition model, as a multiple of the rate");
}

}  // namespace deepboltz
