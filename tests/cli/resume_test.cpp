// A run that was stopped, by Ctrl-C, SIGTERM or SIGKILL, and taken up again leaves the same bytes as one that was not.
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/io/npy.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// A second or two of work, so that a signal finds it.
const std::vector<std::string> kLonger{"--set", "data.train_cases=4000", "--set",     "train.epochs=60",
                                       "--set", "train.batch=10",        "--threads", "1"};

void expect_same_run(const Folder& a, const Folder& b) {
  for (const char* file :
       {"run/model.safetensors", "run/checkpoint.safetensors", "run/metrics.csv", "run/recipe.toml"}) {
    EXPECT_FALSE(a.read(file).empty()) << file;
    EXPECT_TRUE(a.read(file) == b.read(file)) << file;
  }
}

void pause(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

std::vector<std::string> training() {
  std::vector<std::string> arguments{"train", "recipe.toml", "--out", "run"};
  arguments.insert(arguments.end(), kLonger.begin(), kLonger.end());
  return arguments;
}

// Waits until the run has a checkpoint; false if it never gets one.
bool has_checkpoint(const Folder& folder) {
  for (int i = 0; i < 600; ++i) {
    if (std::filesystem::exists(folder / "run/checkpoint.safetensors")) return true;
    pause(0.05);
  }
  return false;
}

// Reals of 100 cases of 1,500 columns: their whitening takes a second or more.
void write_wide_cases(const Folder& folder) {
  std::vector<float> numbers;
  for (std::uint32_t i = 0; i < 150'000; ++i) numbers.push_back(float(normal({1}, i, 0)));
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(numbers.data()), numbers.size() * sizeof(float));
  const Bytes file = make_npy({.type = {}, .shape = {100, 1'500}, .values = bytes});
  folder.write("cases.npy", std::string(as_text(file)));
  folder.write(
      "recipe.toml",
      "[data]\nname = \"file\"\ntrain = \"cases.npy\"\n[model]\nvisible = \"gaussian\"\nstandardise = \"zca\"\n"
      "hidden = [5]\n[train]\nepochs = 1\nbatch = 50\n");
}

TEST(Interrupt, EndsAtOnceWhileNothingIsWritten) {
  const Folder folder;
  write_wide_cases(folder);
  Process process = folder.start({"train", "recipe.toml", "--out", "run"});
  for (int i = 0; i < 6000 && folder.read(".err").find("whiten") == std::string::npos; ++i) pause(0.005);
  process.send(SIGINT);
  const Outcome outcome = process.wait();
  EXPECT_EQ(outcome.code, 128 + SIGINT);
  EXPECT_THAT(outcome.err, HasSubstr("whiten …"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("error")));  // it waited for nothing
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
}

TEST(Interrupt, LeavesACheckpointAndTheResumedRunIsTheSame) {
  const Folder whole, stopped;
  ASSERT_EQ(train(whole, kDbm, kLonger).code, 0);
  stopped.write("recipe.toml", kDbm);
  int seen = 0;
  Process process = stopped.start(training());
  for (const int signal : {SIGINT, SIGTERM}) {
    ASSERT_TRUE(has_checkpoint(stopped));
    pause(0.1);
    process.send(signal);
    const Outcome outcome = process.wait();
    if (outcome.code == 128 + signal) {
      ++seen;
      EXPECT_THAT(
          outcome.err,
          HasSubstr("deepboltz: error: interrupted; a checkpoint is written, go on with: deepboltz resume run\n"));
    } else {
      EXPECT_EQ(outcome.code, 0) << outcome.err;  // it was faster than the signal
    }
    process = stopped.start({"resume", "run", "--threads", "1"});
  }
  EXPECT_EQ(process.wait().code, 0);
  EXPECT_GE(seen, 1);
  expect_same_run(whole, stopped);
}

void expect_kills_to_change_nothing(const char* recipe, const std::vector<std::string>& more, int kills) {
  auto first = training(), longer = kLonger;
  first.insert(first.end(), more.begin(), more.end());
  longer.insert(longer.end(), more.begin(), more.end());
  const Folder whole, killed;
  ASSERT_EQ(train(whole, recipe, longer).code, 0);
  killed.write("recipe.toml", recipe);
  for (int kill = 0; kill < kills; ++kill) {
    const bool begun = std::filesystem::exists(killed / "run/recipe.toml");
    Process process = killed.start(begun ? std::vector<std::string>{"resume", "run", "--threads", "1"} : first);
    pause(0.02 + 0.3 * double(uniform(Key{7}, 0, std::uint32_t(kill))));
    process.send(SIGKILL);
    process.wait();
  }
  const Outcome outcome = killed.run({"resume", "run", "--threads", "2"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  expect_same_run(whole, killed);
}

TEST(Kill, AtRandomMomentsChangesNothing) { expect_kills_to_change_nothing(kDbm, {}, 20); }

TEST(Kill, OfARunWithARecognitionModelChangesNothing) {
  for (const char* math : {"train.math=f32", "train.math=int16"})
    expect_kills_to_change_nothing(kGuessedDbm, {"--set", math}, 6);
}

// Trains in `folder` with these options, stops after the first checkpoint, and goes on to the end.
void interrupt_and_resume(const Folder& folder, const std::vector<std::string>& options) {
  folder.write("recipe.toml", kRbm);
  std::vector<std::string> arguments{"train", "recipe.toml", "--out", "run"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  Process process = folder.start(arguments);
  ASSERT_TRUE(has_checkpoint(folder));
  process.send(SIGINT);
  process.wait();
  EXPECT_EQ(folder.run({"resume", "run", "--threads", "2"}).code, 0);
}

TEST(Integers, GiveTheSameRunStoppedOrNotAndOnAnyThreads) {
  const std::vector<std::string> integers{"--set", "train.math=int16", "--set", "train.epochs=200", "--threads"};
  const auto with_threads = [&](const char* threads) {
    auto arguments = integers;
    arguments.emplace_back(threads);
    return arguments;
  };
  const Folder one, three, stopped;
  ASSERT_EQ(train(one, kRbm, with_threads("1")).code, 0);
  ASSERT_EQ(train(three, kRbm, with_threads("3")).code, 0);
  expect_same_run(one, three);
  interrupt_and_resume(stopped, with_threads("1"));
  expect_same_run(one, stopped);
}

// A run by trajectory tempering keeps what sampling and evaluating need, the same stopped or not.
TEST(Trajectory, IsKeptByTheRunAndSampledFrom) {
  const std::vector<std::string> by_trajectory{"--set",     "train.sampler=trajectory",
                                               "--set",     "train.tempering.levels=5",
                                               "--set",     "train.epochs=200",
                                               "--set",     "train.tempering.every=2",
                                               "--threads", "1"};
  const Folder whole, stopped;
  ASSERT_EQ(train(whole, kRbm, by_trajectory).code, 0);
  interrupt_and_resume(stopped, by_trajectory);
  expect_same_run(whole, stopped);
  EXPECT_FALSE(whole.read("run/trajectory.safetensors").empty());
  EXPECT_TRUE(whole.read("run/trajectory.safetensors") == stopped.read("run/trajectory.safetensors"));

  const Outcome drawn = whole.run(
      {"sample", "run", "--sampler", "trajectory", "--sweeps", "100", "--count", "30", "--json", "--out", "drawn.csv"});
  ASSERT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_GT(double(nlohmann::json::parse(drawn.out)["mixing"]["acceptance"]), 0.1);
  for (const char* math : {"f32", "f64"}) {
    const Outcome measured = whole.run({"evaluate", "run", "--math", math, "--json", "--only", "likelihood"});
    ASSERT_EQ(measured.code, 0) << measured.err;
    const auto json = nlohmann::json::parse(measured.out);
    const auto& log_z = json["log_z_trajectory"];
    EXPECT_NEAR(double(log_z["value"]), double(json["log_z_exact"]["value"]), 4 * double(log_z["standard_error"]));
  }
  ASSERT_EQ(train(whole, kRbm, {"--overwrite"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(whole / "run/trajectory.safetensors"));
}

// Three epochs, then three more, are six at once, where no schedule looks at their number.
TEST(MoreEpochs, AreThoseOfALongerRun) {
  const auto more_of = [](const char* recipe, const std::string& key) {
    const Folder whole, grown;
    ASSERT_EQ(train(whole, recipe, {"--set", key + "=6"}).code, 0);
    ASSERT_EQ(train(grown, recipe, {"--set", key + "=3"}).code, 0);
    const Outcome outcome = grown.run({"resume", "run", "--set", key + "=6"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    expect_same_run(whole, grown);
  };
  more_of(kRbm, "train.epochs");
  more_of(kDbm, "finetune.epochs");
}

TEST(MoreEpochs, AreAllThatResumeCanBeAskedFor) {
  const Folder folder;
  ASSERT_EQ(train(folder, kDbm).code, 0);
  for (const char* other : {"train.epochs=9", "finetune.epochs=1", "seed=2"}) {
    const Outcome outcome = folder.run({"resume", "run", "--set", other});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err,
                HasSubstr(std::string("deepboltz train run/recipe.toml --from run --out NEW --set ") + other));
  }
}

TEST(Threads, GiveTheSameRun) {
  const Folder one, three;
  ASSERT_EQ(train(one, kDbm, {"--threads", "1"}).code, 0);
  ASSERT_EQ(train(three, kDbm, {"--threads", "3"}).code, 0);
  expect_same_run(one, three);
}

}  // namespace
}  // namespace deepboltz::test
