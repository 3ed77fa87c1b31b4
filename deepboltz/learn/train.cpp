#include "deepboltz/learn/train.h"

#include <algorithm>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/collapse.h"
#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/model/build.h"

namespace deepboltz {
namespace {

// The epochs of one machine on one set of cases.
class TrainStage final : public LearningStage {
 public:
  TrainStage(EnergyModel& model, const Learner& learner, const Cases& cases, const TrainOptions& options)
      : LearningStage("train", {.epochs = options.epochs, .batch = options.batch, .learner = learner},
                      options.key.fold(1), cases, true),
        model_(model),
        options_(options) {}

 protected:
  EnergyModel& machine() override { return model_; }
  void initialise(Context& ctx) override {
    const auto is_zero = [&](const Connection& c) {
      for (std::int64_t r = 0; r < c.weight.rows(); ++r)
        for (std::int64_t j = 0; j < c.weight.cols(); ++j)
          if (c.weight.at(r, j) != 0) return false;
      return true;
    };
    if (!std::ranges::all_of(model_.connections(), is_zero)) return;
    initialise_weights(model_, options_.weight_scale, options_.key.fold(0));
    set_visible_bias(ctx, cases_, model_);
  }
  Source source(Context&) override { return source_of(model_, cases_); }

 private:
  EnergyModel& model_;
  const TrainOptions& options_;
};

}  // namespace

void train(Context& ctx, EnergyModel& model, const Learner& learner, const Cases& cases, const TrainOptions& options) {
  require_values(model, cases);
  TrainStage stage(model, learner, cases, options);
  stage.begin(ctx);
  const std::int64_t batches = stage.batches();
  const auto show = [&](std::int64_t batch, std::int64_t) {
    return proceed(options.report, {"train", stage.epochs_done() * batches + batch, stage.epochs() * batches, {}});
  };
  if (!run_epochs(ctx, stage, show, [&] { return show(0, batches); })) throw Interrupted("train: stopped");
  if (!options.warn) return;
  for (const StuckBits& bits : stuck_bits_on(ctx, model, cases))
    if (bits.collapsed()) options.warn(advice(bits));
}

}  // namespace deepboltz
