// Training in one call: a machine, a learning rule, cases. What a recipe adds to it (pretraining, monitoring,
// checkpoints) is in system/.
#pragma once

#include "deepboltz/base/report.h"
#include "deepboltz/data/cases.h"
#include "deepboltz/learn/learner.h"

namespace deepboltz {

struct TrainOptions {
  std::int64_t epochs = 10;
  std::int64_t batch = 100;  // cases an update
  Key key = {1};
  double weight_scale = 0.01;  // of the initial weights, N(0, scale²), of a machine whose weights are all 0; its
                               // visible biases then start at the fields of the cases' means
  Report report = {};          // false stops with Interrupted
  std::function<void(const std::string&)> warn = {};  // takes a line: a layer has collapsed
};

// Trains `model` on the columns of `cases` that are called as its visible and label layers. Bytes become bits as their
// column says. InputError: learner, model and cases do not fit together. NumericalError: a parameter is no longer
// finite.
void train(Context& ctx, EnergyModel& model, const Learner& learner, const Cases& cases,
           const TrainOptions& options = {});

}  // namespace deepboltz
