// A run that begins with another's parts passes over pretraining; with --only finetune it does nothing but fine-tune.
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/io/safetensors.h"
#include "deepboltz/io/sha256.h"

namespace deepboltz::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class From : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(train(folder, kDbm).code, 0); }

  // Fine-tunes by the same recipe, from "run", into `out`.
  Outcome begin(const std::string& out, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"train", "recipe.toml", "--from", "run", "--only", "finetune", "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return folder.run(arguments);
  }
  bool same(const std::string& a, const std::string& b) const {
    EXPECT_FALSE(folder.read(a).empty()) << a;
    return folder.read(a) == folder.read(b);
  }
  void expect_same_run(const std::string& a, const std::string& b) const {
    for (const char* file : {"/model.safetensors", "/checkpoint.safetensors", "/metrics.csv"})
      EXPECT_TRUE(same(a + file, b + file)) << file;
  }

  Folder folder;
};

// The tensors of two model files whose names begin with `prefix`; all of them alike, or any different.
bool same_tensors(const Folder& folder, const std::string& a, const std::string& b, const std::string& prefix) {
  const Archive one = read_safetensors(folder / a), two = read_safetensors(folder / b);
  bool same = true;
  int compared = 0;
  for (const Archive::Entry& entry : one.entries()) {
    if (!entry.name.starts_with(prefix)) continue;
    const Tensor& other = two.at(entry.name);
    for (std::int64_t r = 0; r < other.rows(); ++r)
      for (std::int64_t c = 0; c < other.cols(); ++c) same = same && entry.tensor.at(r, c) == other.at(r, c);
    ++compared;
  }
  EXPECT_GT(compared, 2);
  return same;
}

TEST_F(From, TheSameSeedFinetunesToTheSameClassifier) {
  ASSERT_EQ(begin("again").code, 0);
  EXPECT_TRUE(same_tensors(folder, "run/model.safetensors", "again/model.safetensors", "classifier/"));
}

TEST_F(From, AnotherSeedFinetunesTheSameMachineToAnotherClassifier) {
  ASSERT_EQ(begin("other", {"--set", "seed=2"}).code, 0);
  EXPECT_FALSE(same_tensors(folder, "run/model.safetensors", "other/model.safetensors", "classifier/"));
  EXPECT_TRUE(same_tensors(folder, "run/model.safetensors", "other/model.safetensors", "model/"));
  EXPECT_THAT(folder.read("other/metrics.csv"), testing::Not(HasSubstr("\ntrain,")));
}

// Joint training goes on from the parts, without what pretraining would give; a model file serves as well as a run.
TEST_F(From, WithoutOnlyTheJointTrainingIsDoneToo) {
  for (const char* from : {"run", "run/model.safetensors"}) {
    const std::string out = std::string("joint-") + std::to_string(std::string(from).size());
    const Outcome outcome = folder.run({"train", "recipe.toml", "--from", from, "--out", out});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const std::string metrics = folder.read(out + "/metrics.csv");
    EXPECT_THAT(metrics, AllOf(HasSubstr("\ntrain,3,"), HasSubstr("\nfinetune,2,")));
    EXPECT_THAT(metrics, testing::Not(HasSubstr("pretrain")));
    EXPECT_FALSE(same_tensors(folder, "run/model.safetensors", out + "/model.safetensors", "model/"));
  }
  EXPECT_EQ(folder.read("joint-3/metrics.csv"), folder.read("joint-21/metrics.csv"));
}

TEST_F(From, TheRunSaysWhatItBeganWith) {
  ASSERT_EQ(begin("other").code, 0);
  const std::string file = folder.read("run/model.safetensors");
  const std::string sum = sha256(as_bytes(file));
  EXPECT_THAT(folder.read("other/log.jsonl"), AllOf(HasSubstr("\"from\":\"run\""), HasSubstr(sum)));
  const Outcome inspected = folder.run({"inspect", "other", "--json"});
  EXPECT_EQ(nlohmann::json::parse(inspected.out)["from"], sum + " run");
  EXPECT_EQ(nlohmann::json::parse(folder.run({"inspect", "run", "--json"}).out).count("from"), 0u);
}

TEST_F(From, StoppedAndResumedOrOnOtherThreadsItIsTheSame) {
  const std::vector<std::string> longer{"--set", "finetune.epochs=400", "--set", "finetune.batch=2", "--threads"};
  const auto with_threads = [&](const char* threads) {
    auto arguments = longer;
    arguments.emplace_back(threads);
    return arguments;
  };
  ASSERT_EQ(begin("one", with_threads("1")).code, 0);
  ASSERT_EQ(begin("three", with_threads("3")).code, 0);
  expect_same_run("one", "three");
  std::vector<std::string> arguments{"train", "recipe.toml", "--from", "run", "--only", "finetune", "--out", "stopped"};
  const auto more = with_threads("1");
  arguments.insert(arguments.end(), more.begin(), more.end());
  Process process = folder.start(arguments);
  while (!std::filesystem::exists(folder / "stopped/recipe.toml"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGKILL);
  process.wait();
  ASSERT_EQ(folder.run({"resume", "stopped"}).code, 0);
  expect_same_run("one", "stopped");
}

TEST_F(From, ADryRunForecastsFinetuningAlone) {
  const Outcome outcome = begin("none", {"--dry-run", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto stages = nlohmann::json::parse(outcome.out)["stages"];
  ASSERT_EQ(stages.size(), 1u);
  EXPECT_EQ(stages[0]["name"], "finetune");
  EXPECT_FALSE(std::filesystem::exists(folder / "none"));
}

TEST_F(From, WhatDoesNotFitIsRefusedByName) {
  const auto refusal = [&](int code, const std::vector<std::string>& more) {
    const Outcome outcome = begin("none", more);
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "none"));
    return outcome.err;
  };
  EXPECT_THAT(refusal(2, {"--set", "model.hidden=[10,7]", "--set", "model.precision=\"f64\""}),
              AllOf(HasSubstr("run/model.safetensors"), HasSubstr("f64: "), HasSubstr("hidden2 7 bernoulli"),
                    HasSubstr("hidden2 6 bernoulli")));
  EXPECT_THAT(refusal(2, {"--set", "data.name=strokes"}),
              AllOf(HasSubstr("visible 784 bernoulli"), HasSubstr("visible 16 bernoulli")));
  folder.write("recipe.toml", kRbm);
  EXPECT_THAT(refusal(2, {}), HasSubstr("run/model.safetensors: the recipe and its data ask for the layers"));
  folder.write("recipe.toml", kDbm);
  std::filesystem::rename(folder / "run/model.safetensors", folder / "run/elsewhere");
  EXPECT_THAT(refusal(3, {}), HasSubstr("run/model.safetensors"));
  std::filesystem::rename(folder / "run/elsewhere", folder / "run/model.safetensors");
  EXPECT_THAT(
      folder.run({"train", "recipe.toml", "--from", "run", "--only", "tuning", "--out", "none"}).err,
      HasSubstr("train --only: the recipe has no stage 'tuning'; it has pretrain1, pretrain2, train, finetune"));
  EXPECT_THAT(folder.run({"train", "recipe.toml", "--only", "train", "--out", "none"}).err, HasSubstr("--from RUN"));
  const Outcome onto_itself = begin("run", {"--overwrite"});
  EXPECT_EQ(onto_itself.code, 2);
  EXPECT_THAT(onto_itself.err, HasSubstr("--from and --out are the same run"));
  EXPECT_FALSE(folder.read("run/model.safetensors").empty());
}

TEST_F(From, ARunThatIsStillPretrainingHasNothingToBeginWith) {
  std::vector<std::string> arguments{
      "train", "recipe.toml", "--out", "short", "--set", "pretrain.stage[0].epochs=100000", "--quiet"};
  Process process = folder.start(arguments);
  while (!std::filesystem::exists(folder / "short/checkpoint.safetensors"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGINT);
  process.wait();
  const Outcome outcome = folder.run({"train", "recipe.toml", "--from", "short", "--out", "none"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("short/model.safetensors"));
}

}  // namespace
}  // namespace deepboltz::test
