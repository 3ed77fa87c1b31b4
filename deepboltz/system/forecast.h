// What a run will take, before it is started: memory by adding up, time by doing a few updates of every stage.
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

struct StageForecast {
  std::string name;          // as in metrics.csv
  std::int64_t updates = 0;  // of the whole stage
  double seconds = 0;        // of the whole stage
};

struct Forecast {
  std::int64_t parameters = 0;  // biases and weights
  double bytes = 0;             // cases, parts and what learning keeps beside them; scratch is roughly in it
  std::vector<StageForecast> stages;

  double seconds() const;
};

// Times `seconds_a_stage` of updates of each stage, on at most 2,000 cases spread over the rows (or as many as an
// update needs). Monitoring, pictures and sweeps that grow are not in it. `from`: the stages of a run that begins with
// given parts; `only`: that stage alone.
Forecast forecast(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets, bool from,
                  const std::string& only, double seconds_a_stage = 0.5);

}  // namespace deepboltz
