// What a run will take, before it is started: memory by adding up, time by doing a few updates of every stage.
#pragma once

#include "deepboltz/recipe/run_data.h"

namespace deepboltz {

struct StageForecast {
  std::string name;          // as in metrics.csv
  std::int64_t updates = 0;  // of the whole stage
  double seconds = 0;        // of the whole stage
};

struct Forecast {
  std::int64_t parameters = 0;  // biases and weights
  double bytes = 0;             // data, parameters and what learning keeps beside them; scratch is roughly in it
  std::vector<StageForecast> stages;

  double seconds() const;
};

// Times some `seconds_a_stage` of updates of each stage. Monitoring, pictures and the growth of sweeps by anneal_every
// are not in it.
Forecast forecast(Context& ctx, const Recipe& recipe, const RunData& data, double seconds_a_stage = 0.5);

}  // namespace deepboltz
