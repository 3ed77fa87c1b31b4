// Laws of the engine, on a kind that it has never heard of: what a run leaves is the same stopped or not.
#include "deepboltz/system/run.h"

#include <numeric>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include "tests/system/toy_kind.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/io/file.h"
#include "deepboltz/system/checkpoint.h"
#include "deepboltz/system/evaluate.h"
#include "deepboltz/system/forecast.h"
#include "deepboltz/system/record.h"
#include "deepboltz/system/save.h"

namespace deepboltz::testing {
namespace {

using ::testing::HasSubstr;

class ToyRun : public ::testing::Test {
 protected:
  Outcome train(const std::filesystem::path& folder, const Report& report = {}) {
    std::filesystem::create_directories(folder);
    return train_run(ctx, kind, *recipe, *sets, {.folder = folder, .recipe_text = "toy", .report = report});
  }

  Context ctx;
  const Kind kind = toy_kind();
  const std::unique_ptr<SystemRecipe> recipe = kind.recipe();
  const std::unique_ptr<CaseSets> sets = kind.load(ctx, *recipe, {});
  const TempFolder place;
};

TEST_F(ToyRun, StoppedAfterAnyUpdateAndResumedItIsTheSame) {
  int updates = 0;
  ASSERT_EQ(train(place / "whole",
                  [&](const Progress&) {
                    ++updates;
                    return true;
                  }),
            Outcome::finished);
  EXPECT_EQ(updates, 3 * 10);  // after every update but an epoch's last, and once behind it
  for (int stop = 1; stop < updates; ++stop) {
    const std::filesystem::path stopped = place / std::to_string(stop);
    int done = 0;
    const Outcome outcome = train(stopped, [&](const Progress&) { return ++done != stop; });
    EXPECT_EQ(outcome, Outcome::interrupted) << stop;
    ASSERT_EQ(train(stopped), Outcome::finished);
    for (const char* file : {"model.safetensors", "checkpoint.safetensors", "metrics.csv"})
      EXPECT_EQ(read_file(stopped / file), read_file(place / "whole" / file)) << file << " after update " << stop;
  }
}

TEST_F(ToyRun, ProgressCountsTheUpdatesOfAllStages) {
  Kind twice = kind;
  twice.stages = [](const SystemRecipe& of, const CaseSets& cases, System& system) {
    Stages all = toy_kind().stages(of, cases, system);
    all.push_back(std::move(toy_kind().stages(of, cases, system).front()));
    return all;
  };
  std::vector<std::int64_t> done, expected(60);
  std::iota(expected.begin(), expected.end(), 1);
  const auto report = [&](const Progress& progress) {
    EXPECT_EQ(progress.total, 2 * 3 * 10);
    done.push_back(progress.done);
    return true;
  };
  std::filesystem::create_directories(place / "run");
  train_run(ctx, twice, *recipe, *sets, {.folder = place / "run", .recipe_text = "toy", .report = report});
  EXPECT_EQ(done, expected);
}

TEST_F(ToyRun, MetricsHaveTheColumnsOfTheStages) {
  train(place / "run");
  const Bytes text = read_file(place / "run/metrics.csv");
  EXPECT_THAT(std::string(as_text(text)), ::testing::StartsWith("stage,epoch,updates,rate,level\ntoy,1,10,0.1,0."));
}

TEST_F(ToyRun, MetricsOfAnEarlierProgramKeepTheirColumns) {
  System system = kind.begin(ctx, *recipe, *sets, {});
  const Stages stages = kind.stages(*recipe, *sets, system);
  Metrics metrics(stages);
  metrics.restore("stage,epoch,updates,rate,other\ntoy,1,10,0.1,5\n");
  Figures figures;
  figures.rate = 0.2;
  figures.columns = {{"level", 7.0}, {"other", 6.0}};
  metrics.add(*stages.front(), figures);
  EXPECT_EQ(metrics.text, "stage,epoch,updates,rate,other\ntoy,1,10,0.1,5\ntoy,0,0,0.2,6.000000\n");
}

TEST_F(ToyRun, OfOtherDataOrAnotherRecipeIsRefused) {
  train(place / "run");
  CaseSets other;
  other.train = sets->train;
  other.hash = "another";
  const RunOptions options{.folder = place / "run", .recipe_text = "toy"};
  EXPECT_THAT(refusal([&] { train_run(ctx, kind, *recipe, other, options); }), HasSubstr("the data have changed"));
  EXPECT_THAT(
      refusal([&] { train_run(ctx, kind, *recipe, *sets, {.folder = place / "run", .recipe_text = "another"}); }),
      HasSubstr("of another recipe"));
}

TEST_F(ToyRun, ACheckpointOfAnOlderProgramIsRefusedWithWhatToDo) {
  const std::filesystem::path old = std::filesystem::path(DEEPBOLTZ_SOURCE_DIR) / "tests/kept/run-1";
  std::filesystem::create_directories(place / "run");
  std::filesystem::copy_file(old / "checkpoint.safetensors", place / "run/checkpoint.safetensors");
  EXPECT_THAT(refusal([&] { train(place / "run"); }),
              ::testing::AllOf(HasSubstr("a checkpoint of an older deepboltz"), HasSubstr("--from ")));
}

TEST_F(ToyRun, ItsPartsAreMadeOnce) {
  static std::vector<bool> asked;  // shapes only, of each time
  asked.clear();
  Kind counted = kind;
  counted.begin = [](Context& context, const SystemRecipe& of, const CaseSets& cases, const BeginOptions& options) {
    asked.push_back(options.shapes_only);
    return toy_kind().begin(context, of, cases, options);
  };
  forecast(ctx, counted, *recipe, *sets, false, "", 0.01);
  EXPECT_EQ(asked, std::vector<bool>{true});
  for (const char* name : {"given", "made"}) std::filesystem::create_directories(place / name);
  train_run(ctx, counted, *recipe, *sets, {.folder = place / "given", .recipe_text = "toy"},
            kind.begin(ctx, *recipe, *sets, {}));
  EXPECT_EQ(asked.size(), 1u);
  train_run(ctx, counted, *recipe, *sets, {.folder = place / "made", .recipe_text = "toy"});
  EXPECT_EQ(asked, (std::vector<bool>{true, false}));
  EXPECT_EQ(read_file(place / "given/model.safetensors"), read_file(place / "made/model.safetensors"));
}

TEST_F(ToyRun, IsForecastMeasuredAndDrawn) {
  const Forecast plan = forecast(ctx, kind, *recipe, *sets, false, "", 0.01);
  ASSERT_EQ(plan.stages.size(), 1u);
  EXPECT_EQ(plan.stages[0].updates, 3 * 10);
  EXPECT_EQ(plan.parameters, 784 + 1);
  train(place / "run");
  const System system = read_system(place / "run/model.safetensors", kinds_and_toy());
  const std::filesystem::path run = place / "run";
  const Subject subject{.system = system, .recipe = *recipe, .sets = *sets, .cases = sets->test, .folder = run};
  const std::vector<Finding> findings = evaluate(ctx, kind, subject, "");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(std::get<double>(findings[0].value), part<Tensor>(system, "mean").at(0, 300));
  EXPECT_THAT(refusal([&] { evaluate(ctx, kind, subject, "likelihood"); }),
              HasSubstr("a system of kind 'toy' has the measures level"));
  EXPECT_THAT(refusal([&] { read_system(place / "run/model.safetensors", kinds()); }), HasSubstr("of kind 'toy'"));
}

}  // namespace
}  // namespace deepboltz::testing
