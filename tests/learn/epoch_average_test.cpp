#include "deepboltz/learn/epoch_average.h"

#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/save.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

TEST(EpochAverage, IsOverTheLastEpochsAtLeastOne) {
  EXPECT_EQ(epochs_before_average(0, 50), 50);
  EXPECT_EQ(epochs_before_average(0.1, 50), 45);
  EXPECT_EQ(epochs_before_average(0.1, 3), 2);
  EXPECT_EQ(epochs_before_average(0.5, 3), 1);  // one and a half is two
  EXPECT_EQ(epochs_before_average(1, 50), 0);
  EXPECT_EQ(epochs_before_average(0.1, 0), 0);
  EXPECT_THROW(epochs_before_average(1.1, 50), InputError);
}

TEST(EpochAverage, IsTheMeanOfItsSnapshotsAndOfNothingElse) {
  Context ctx;
  constexpr std::int64_t kEpochs = 20;
  for (const double share : {0.0, 0.05, 0.3, 1.0}) {
    EpochAverage average(share, kEpochs);
    const std::int64_t before = epochs_before_average(share, kEpochs);
    Tensor x(DType::f64, 3, 5), sum(DType::f64, 3, 5);
    for (std::int64_t done = 1; done <= kEpochs; ++done) {
      for (std::int64_t i = 0; i < 15; ++i) {
        const double value = normal(Key{4}.fold(std::uint64_t(done)), std::uint32_t(i), 0);
        x.set(i / 5, i % 5, value);
        if (done > before) sum.set(i / 5, i % 5, sum.at(i / 5, i % 5) + value);
      }
      average.see(ctx, done, std::vector<NamedMatrix>{{"x", x}});
      EXPECT_EQ(average.empty(), done <= before);
    }
    const Tensor last = x.clone();
    average.keep(ctx, std::vector<NamedMatrix>{{"x", x}});
    for (std::int64_t i = 0; i < 15; ++i) {
      const std::int64_t r = i / 5, c = i % 5;
      EXPECT_NEAR(x.at(r, c), share > 0 ? sum.at(r, c) / double(kEpochs - before) : last.at(r, c), 1e-14);
    }
  }
}

// A machine that learns from random cases, stage and all.
class MachineStage final : public LearningStage {
 public:
  EnergyModel model;

  MachineStage(const LearningPlan& plan, const Cases& cases, EnergyModel machine)
      : LearningStage("train", plan, Key{3}, cases, true), model(std::move(machine)) {}
  Archive saved() const {
    Archive archive;
    add(archive);
    add_model(model, "model/", archive);
    return parse_safetensors(make_safetensors(archive), "saved");
  }

 protected:
  EnergyModel& machine() override { return model; }
  Source source(Context&) override {
    Source bits;
    bits.cases = 50;
    bits.visible = {{[](Context&, std::span<const std::uint32_t> rows, Key, Matrix out) {
      visit_real(out.dtype, [&](auto real) {
        for (std::size_t r = 0; r < rows.size(); ++r)
          for (std::int64_t i = 0; i < out.cols; ++i)
            out.as<decltype(real)>()(std::int64_t(r), i) = uniform(Key{7}, rows[r], std::uint32_t(i)) < 0.3f;
      });
    }}};
    return bits;
  }
};

EnergyModel fresh(DType precision) {
  EnergyModel model = dbm(12, {7, 5}, {.precision = precision});
  initialise_weights(model, 0.1, {4});
  return model;
}

LearningPlan plan(Math math) {
  LearningPlan plan;
  plan.epochs = 8;
  plan.batch = 20;
  plan.average = 0.4;
  plan.learner.math = math;
  plan.learner.negative = {.kind = Negative::Kind::persistent, .chains = 11};
  plan.learner.rate.start = 0.2;
  plan.learner.centering.kind = Centering::Kind::offsets;
  return plan;
}

// −E(x) = Σ b·x + Σ xᵀWy in ordinary parameters: that of the kept machine is the mean of those at the ends of the last
// epochs, whatever the offsets were then.
TEST(EpochAverage, OfAMachineIsTheMeanOfItsEnergies) {
  Context ctx;
  const Cases no_cases;
  MachineStage stage(plan(Math::f32), no_cases, fresh(DType::f64));
  std::vector<EnergyModel> last;
  stage.begin(ctx);
  run_epochs(ctx, stage, {}, [&] {
    if (stage.epochs_done() > 5) last.push_back(stage.model.clone());
    return true;
  });
  ASSERT_EQ(last.size(), 3u);
  stage.end(ctx);
  for (std::size_t c = 0; c < 2; ++c)
    for (std::int64_t i = 0; i < stage.model.connections()[c].weight.rows(); ++i)
      for (std::int64_t j = 0; j < stage.model.connections()[c].weight.cols(); ++j) {
        double mean = 0;
        for (const EnergyModel& model : last) mean += model.connections()[c].weight.at(i, j) / 3;
        EXPECT_NEAR(stage.model.connections()[c].weight.at(i, j), mean, 1e-14);
        EXPECT_GT(std::abs(last[2].connections()[c].weight.at(i, j) - mean), 1e-14);
      }
  for (LayerId id : stage.model.ids()) {
    const std::int64_t units = stage.model.layer(id).units;
    Tensor kept(DType::f64, 1, units), one(DType::f64, 1, units);
    ordinary_bias(ctx, stage.model, id, kept);
    std::vector<double> mean(static_cast<std::size_t>(units));
    for (const EnergyModel& model : last) {
      ordinary_bias(ctx, model, id, one);
      for (std::int64_t j = 0; j < units; ++j) mean[std::size_t(j)] += one.at(0, j) / 3;
    }
    for (std::int64_t j = 0; j < units; ++j) EXPECT_NEAR(kept.at(0, j), mean[std::size_t(j)], 1e-13);
  }
}

// Stopped after every update, saved, read back: checkpoints and the kept machine are those of the run that went on.
TEST(EpochAverage, OfAStageResumedIsThatOfOneNeverStopped) {
  Context ctx;
  const Cases no_cases;
  for (const Math math : {Math::f32, Math::int16}) {
    MachineStage whole(plan(math), no_cases, fresh(DType::f32));
    whole.begin(ctx);
    run_epochs(ctx, whole, {}, [] { return true; });
    const Bytes expected = make_safetensors(whole.saved());
    whole.end(ctx);

    auto stage = std::make_unique<MachineStage>(plan(math), no_cases, fresh(DType::f32));
    stage->begin(ctx);
    while (stage->epochs_done() < 8) {
      stage->epoch(ctx, [](std::int64_t, std::int64_t) { return false; });
      Archive archive = stage->saved();
      EnergyModel model = take_model("model/", archive);
      stage = std::make_unique<MachineStage>(plan(math), no_cases, std::move(model));
      stage->take(ctx, archive);
    }
    EXPECT_EQ(make_safetensors(stage->saved()), expected);
    stage->end(ctx);
    for (std::size_t c = 0; c < 2; ++c)
      for (std::int64_t i = 0; i < stage->model.connections()[c].weight.rows(); ++i)
        for (std::int64_t j = 0; j < stage->model.connections()[c].weight.cols(); ++j)
          ASSERT_EQ(stage->model.connections()[c].weight.at(i, j), whole.model.connections()[c].weight.at(i, j));
  }
}

TEST(EpochAverage, OfACheckpointThatLacksItIsRefused) {
  Context ctx;
  const Cases no_cases;
  LearningPlan none = plan(Math::f32);
  none.average = 0;
  MachineStage without(none, no_cases, fresh(DType::f32));
  without.begin(ctx);
  run_epochs(ctx, without, {}, [] { return true; });
  Archive archive = without.saved();
  MachineStage with(plan(Math::f32), no_cases, fresh(DType::f32));
  EXPECT_THROW(with.take(ctx, archive), InputError);
}

}  // namespace
}  // namespace deepboltz
