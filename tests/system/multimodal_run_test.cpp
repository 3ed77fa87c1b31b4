// A machine of several parts learns the same whether it was stopped or not, in each stage of its tree.
#include "tests/io/temp_folder.h"
#include <gtest/gtest.h>

#include "deepboltz/data/cases.h"
#include "deepboltz/io/file.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/system/run.h"

namespace deepboltz::testing {
namespace {

// Four stages: image1, text1, text2, joint; and joint training. Two updates an epoch.
constexpr const char* kRecipe = R"(
[data]
name = "tagged-strokes"
train_cases = 24
test_cases = 2

[[pathway]]
name = "image"
binarise = "each-time"
hidden = [5]
hide = 0.25

[[pathway]]
name = "text"
visible = "counts"
hidden = [4, 3]
hide = 0.5

[joint]
units = 4
labels = true

[pretrain]
bias = "mean"
[[pretrain.stage]]
epochs = 2
batch = 12
[[pretrain.stage]]
epochs = 2
batch = 12
[[pretrain.stage]]
epochs = 2
batch = 12
[[pretrain.stage]]
epochs = 2
batch = 12

[train]
epochs = 3
batch = 12
chains = 6

[monitor]
cases = 10
checkpoint_every = 1
)";

class MultimodalRun : public ::testing::Test {
 protected:
  Context ctx;
  const Recipe recipe = parse_recipe(kinds(), kRecipe, "recipe.toml");
  const Kind& kind = *recipe.kind;
  const std::unique_ptr<CaseSets> sets = kind.load(ctx, *recipe.values, {});
  const TempFolder place;

  // Parts that some of the cases lack.
  MultimodalRun() {
    for (Column& column : sets->train.columns)
      if (column.name == "image" || column.name == "text")
        for (std::int64_t r = 0; r < 24; ++r)
          column.known.push_back(std::uint8_t(r % 6 != (column.name == "text" ? 1 : 4)));
  }
  Outcome train(Context& with, const std::filesystem::path& folder, const Report& report = {}) {
    std::filesystem::create_directories(folder);
    return train_run(with, kind, *recipe.values, *sets, {.folder = folder, .recipe_text = kRecipe, .report = report});
  }
  void expect_same(const std::filesystem::path& a, const std::filesystem::path& b, const std::string& when) {
    for (const char* file : {"model.safetensors", "checkpoint.safetensors", "metrics.csv"})
      EXPECT_EQ(read_file(a / file), read_file(b / file)) << file << ' ' << when;
  }
};

TEST_F(MultimodalRun, StoppedAfterAnyUpdateAndResumedItIsTheSame) {
  int updates = 0;
  ASSERT_EQ(train(ctx, place / "whole",
                  [&](const Progress&) {
                    ++updates;
                    return true;
                  }),
            Outcome::finished);
  EXPECT_GE(updates, 2 * (4 * 2 + 3));
  for (int stop = 1; stop < updates; ++stop) {
    const std::filesystem::path stopped = place / std::to_string(stop);
    int done = 0;
    EXPECT_EQ(train(ctx, stopped, [&](const Progress&) { return ++done != stop; }), Outcome::interrupted) << stop;
    ASSERT_EQ(train(ctx, stopped), Outcome::finished);
    expect_same(stopped, place / "whole", "after update " + std::to_string(stop));
  }
}

TEST_F(MultimodalRun, IsTheSameOnAnyNumberOfThreads) {
  train(ctx, place / "whole");
  for (int threads = 1; threads <= 3; ++threads) {
    Context other(threads);
    const std::filesystem::path folder = place / std::to_string(threads);
    train(other, folder);
    expect_same(folder, place / "whole", std::to_string(threads) + " threads");
  }
}

}  // namespace
}  // namespace deepboltz::testing
