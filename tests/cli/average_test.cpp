// Averages over the last epochs, and where the class layer starts, as a run has them.
#include <sstream>

#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/io/safetensors.h"

namespace deepboltz::test {
namespace {

using testing::HasSubstr;

bool same(const Tensor& a, const Tensor& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  for (std::int64_t i = 0; i < a.rows(); ++i)
    for (std::int64_t j = 0; j < a.cols(); ++j)
      if (a.at(i, j) != b.at(i, j)) return false;
  return true;
}

Archive archive(const Folder& folder, const std::string& file) { return read_safetensors(folder / ("run/" + file)); }

void train_well(const Folder& folder, const char* recipe, const std::vector<std::string>& settings) {
  std::vector<std::string> arguments;
  for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
  const Outcome outcome = train(folder, recipe, arguments);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
}

TEST(Average, IsInTheModelAndTheLastWeightsAreInTheCheckpoint) {
  const Folder plain, averaged;
  train_well(plain, kRbm, {"train.epochs=4"});
  train_well(averaged, kRbm, {"train.epochs=4", "train.average=0.5"});
  const char* weight = "model/connection/visible/hidden1/weight";
  EXPECT_TRUE(
      same(archive(plain, "model.safetensors").at(weight), archive(averaged, "checkpoint.safetensors").at(weight)));
  EXPECT_FALSE(same(archive(plain, "model.safetensors").at(weight), archive(averaged, "model.safetensors").at(weight)));
  EXPECT_EQ(plain.read("run/metrics.csv"), averaged.read("run/metrics.csv"));
}

// One or the other stage, whose snapshots go on, or begin anew.
TEST(Average, OfMoreEpochsIsThatOfAllAtOnceOrIsRefused) {
  struct Longer {
    const char *recipe, *stage, *share, *before, *after;
  };
  for (const Longer& of : {Longer{kRbm, "train", "0.5", "4", "8"}, Longer{kRbm, "train", "0.5", "4", "5"},
                           Longer{kDbm, "finetune", "1", "3", "6"}, Longer{kDbm, "finetune", "0.3", "4", "6"}}) {
    const std::string average = std::string(of.stage) + ".average=" + of.share,
                      epochs = std::string(of.stage) + ".epochs=";
    const Folder longer, at_once;
    train_well(longer, of.recipe, {average, epochs + of.before});
    train_well(at_once, of.recipe, {average, epochs + of.after});
    const Outcome outcome = longer.run({"resume", "run", "--set", epochs + of.after});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    for (const char* file : {"run/model.safetensors", "run/checkpoint.safetensors", "run/metrics.csv"})
      EXPECT_EQ(longer.read(file), at_once.read(file)) << file << ' ' << of.stage << ' ' << of.after;
  }
  const Folder folder;
  train_well(folder, kRbm, {"train.epochs=4", "train.average=0.5"});
  const std::string recipe = folder.read("run/recipe.toml");
  const Outcome outcome = folder.run({"resume", "run", "--set", "train.epochs=6"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("train.average = 0.5: epochs 3 to 4 are averaged already, and of 6 epochs only "
                                     "those from 4 on would be; expected at least 8 epochs"));
  EXPECT_EQ(folder.read("run/recipe.toml"), recipe);
}

TEST(Finetune, StartsTheClassesAtTheLabelLayer) {
  const Folder folder;
  train_well(folder, kDbm, {"finetune.epochs=0", "finetune.output=labels"});
  const Archive model = archive(folder, "model.safetensors");
  const Tensor &label = model.at("model/connection/label/hidden2/weight"),
               &classes = model.at("classifier/classes.weight");
  ASSERT_EQ(classes.cols(), label.rows());
  for (std::int64_t y = 0; y < label.rows(); ++y)
    for (std::int64_t j = 0; j < label.cols(); ++j) EXPECT_EQ(classes.at(j, y), label.at(y, j));
  EXPECT_TRUE(same(model.at("model/layer/label/bias"), model.at("classifier/classes.bias")));
}

TEST(Finetune, ConjugateGradientsLogTheirEvaluations) {
  const Folder folder;
  train_well(folder, kDbm, {"finetune.optimizer=conjugate-gradients", "finetune.batch=100"});
  std::istringstream metrics(folder.read("run/metrics.csv"));
  std::string line, last;
  std::getline(metrics, line);
  EXPECT_THAT(line, testing::EndsWith(",evaluations"));
  while (std::getline(metrics, line)) last = line;
  const double evaluations = std::stod(last.substr(last.rfind(',') + 1));
  EXPECT_GE(evaluations, 1 + 3);       // one at the start, and one a line search at least
  EXPECT_LE(evaluations, 1 + 3 * 21);  // which may go back to its best step
}

}  // namespace
}  // namespace deepboltz::test
