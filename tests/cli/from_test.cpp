// A run that begins with another's machine does nothing but fine-tune it.
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/io/sha256.h"
#include "deepboltz/model/save.h"

namespace deepboltz::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class From : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(train(folder, kDbm).code, 0); }

  // Trains by the same recipe, from "run", into `out`.
  Outcome begin(const std::string& out, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"train", "recipe.toml", "--from", "run", "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return folder.run(arguments);
  }
  bool same(const std::string& a, const std::string& b) const {
    EXPECT_FALSE(folder.read(a).empty()) << a;
    return folder.read(a) == folder.read(b);
  }
  void expect_same_run(const std::string& a, const std::string& b) const {
    for (const char* file :
         {"/model.safetensors", "/checkpoint.safetensors", "/classifier.safetensors", "/metrics.csv"})
      EXPECT_TRUE(same(a + file, b + file)) << file;
  }

  Folder folder;
};

TEST_F(From, TheSameSeedFinetunesToTheSameClassifier) {
  ASSERT_EQ(begin("again").code, 0);
  EXPECT_TRUE(same("run/classifier.safetensors", "again/classifier.safetensors"));
}

TEST_F(From, AnotherSeedFinetunesTheSameMachineToAnotherClassifier) {
  ASSERT_EQ(begin("other", {"--set", "seed=2"}).code, 0);
  EXPECT_FALSE(same("run/classifier.safetensors", "other/classifier.safetensors"));
  const EnergyModel machine = read_model(folder / "run/model.safetensors"),
                    taken = read_model(folder / "other/model.safetensors");
  Archive a, b;
  add_numbers(machine, "", a);
  add_numbers(taken, "", b);
  ASSERT_EQ(a.entries().size(), b.entries().size());
  for (const Archive::Entry& entry : a.entries()) {
    const Tensor& other = b.at(entry.name);
    for (std::int64_t r = 0; r < other.rows(); ++r)
      for (std::int64_t c = 0; c < other.cols(); ++c) ASSERT_EQ(entry.tensor.at(r, c), other.at(r, c)) << entry.name;
  }
  EXPECT_THAT(folder.read("other/metrics.csv"), testing::Not(HasSubstr("\ntrain,")));
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
  std::vector<std::string> arguments{"train", "recipe.toml", "--from", "run", "--out", "stopped"};
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
  EXPECT_THAT(refusal(2, {}), HasSubstr("[finetune]"));
  folder.write("recipe.toml", kDbm);
  std::filesystem::rename(folder / "run/checkpoint.safetensors", folder / "run/elsewhere");
  EXPECT_THAT(refusal(3, {}), HasSubstr("run/checkpoint.safetensors"));
  std::filesystem::rename(folder / "run/elsewhere", folder / "run/checkpoint.safetensors");
  const Outcome onto_itself = begin("run", {"--overwrite"});
  EXPECT_EQ(onto_itself.code, 2);
  EXPECT_THAT(onto_itself.err, HasSubstr("--from and --out are the same run"));
  EXPECT_FALSE(folder.read("run/model.safetensors").empty());
}

TEST_F(From, AMachineThatStillLearnsIsRefused) {
  std::vector<std::string> arguments{"train",  "recipe.toml",         "--out", "short",
                                     "--set",  "train.epochs=100000", "--set", "monitor.checkpoint_every=1",
                                     "--quiet"};
  Process process = folder.start(arguments);
  while (!std::filesystem::exists(folder / "short/model.safetensors"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGINT);
  process.wait();
  const Outcome outcome = folder.run({"train", "recipe.toml", "--from", "short", "--out", "none"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("short/checkpoint.safetensors: run/phase"), HasSubstr("'train'"),
                                 HasSubstr("deepboltz resume short")));
}

}  // namespace
}  // namespace deepboltz::test
