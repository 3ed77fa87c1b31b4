// A kind that the command has never heard of is trained, killed, resumed, evaluated, inspected, plotted and reported.
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/cli/command.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace deepboltz::test {
namespace {

using testing::HasSubstr;

constexpr const char* kToy = "system = \"toy\"\n[toy]\nepochs = 60\n";

class Toy : public testing::Test {
 protected:
  Outcome run(const std::vector<std::string>& arguments) const {
    return Process(folder.path(), arguments, "", 0, DEEPBOLTZ_TOY_COMMAND).wait();
  }
  Outcome succeed(const std::vector<std::string>& arguments) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }

  const Folder folder;
};

TEST_F(Toy, HasEveryVerbOfARun) {
  folder.write("toy.toml", kToy);
  EXPECT_THAT(succeed({"train", "toy.toml", "--out", "dry", "--dry-run"}).out, HasSubstr("system = \"toy\""));
  EXPECT_THAT(succeed({"train", "toy.toml", "--out", "run"}).err, HasSubstr("next: deepboltz evaluate run"));
  const auto found = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  EXPECT_GT(double(found["level"]), 0);
  EXPECT_THAT(succeed({"inspect", "run"}).out,
              testing::AllOf(HasSubstr("kind toy"), HasSubstr("part count"), HasSubstr("part mean")));
  EXPECT_THAT(succeed({"plot", "run"}).out, HasSubstr("run/pictures/level.txt"));
  succeed({"report", "run"});
  EXPECT_EQ(succeed({"train", "run/recipe.toml", "--from", "run", "--out", "more"}).code, 0);
  EXPECT_THAT(run({"sample", "run"}).err, HasSubstr("sample is not for a system of kind 'toy'"));
  EXPECT_THAT(run({"train", "toy.toml", "--out", "x", "--set", "toy.epoch=3"}).err,
              HasSubstr("the nearest known one is \"toy.epochs\""));
  EXPECT_EQ(folder.run({"inspect", "run"}).code, 2);  // the plain command does not know it
}

TEST_F(Toy, KilledAndResumedItIsTheSame) {
  folder.write("toy.toml", kToy);
  succeed({"train", "toy.toml", "--out", "whole"});
  Process process(folder.path(), {"train", "toy.toml", "--out", "killed"}, "", 0, DEEPBOLTZ_TOY_COMMAND);
  while (!std::filesystem::exists(folder / "killed/checkpoint.safetensors"))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  process.send(SIGKILL);
  process.wait();
  succeed({"resume", "killed"});
  for (const char* file : {"model.safetensors", "checkpoint.safetensors", "metrics.csv"})
    EXPECT_EQ(folder.read(std::string("whole/") + file), folder.read(std::string("killed/") + file)) << file;
  EXPECT_EQ(succeed({"resume", "killed", "--set", "toy.epochs=61"}).code, 0);
  EXPECT_THAT(folder.read("killed/metrics.csv"), HasSubstr("\ntoy,61,"));
}

}  // namespace
}  // namespace deepboltz::test
