// What goes wrong ends with the promised exit code and one line on standard error.
#include <csignal>

#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deepboltz::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class Errors : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new Folder;
    ASSERT_EQ(train(*folder, kRbm).code, 0);
  }
  static void TearDownTestSuite() { delete folder; }

  // The message of a refusal: exit code `code`, nothing on standard output, one line (after progress, if any).
  static std::string refusal(int code, std::vector<std::string> arguments, const std::string& standard_output = {},
                             std::size_t file_limit = 0) {
    arguments.push_back("--quiet");
    const Outcome outcome = folder->run(arguments, standard_output, file_limit);
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, StartsWith("deepboltz: error: "));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    return outcome.err;
  }
  static Folder* folder;
};
Folder* Errors::folder = nullptr;

TEST_F(Errors, UnknownVerbsAndOptionsNameTheNearest) {
  EXPECT_EQ(refusal(2, {"trian", "x"}),
            "deepboltz: error: deepboltz: there is no verb \"trian\"; the nearest one is \"train\"\n");
  EXPECT_THAT(refusal(2, {"data", "lst"}), HasSubstr("the nearest one is \"list\""));
  EXPECT_THAT(refusal(2, {"sample", "run", "--cuont", "3"}),
              HasSubstr("there is no option --cuont; the nearest one is --count"));
  EXPECT_THAT(refusal(2, {"sample", "run", "--count", "many"}), HasSubstr("--count"));
  EXPECT_THAT(refusal(2, {"sample", "run", "--count", "0"}), HasSubstr("--count"));
  EXPECT_THAT(refusal(2, {"sample"}), HasSubstr("MODEL"));
  EXPECT_THAT(refusal(2, {"data"}), HasSubstr("expected a verb: list, fetch, show"));
  EXPECT_THAT(refusal(2, {"resume", "run", "another"}), HasSubstr("another"));
  EXPECT_THAT(refusal(2, {"data", "fetch", "minst"}), HasSubstr("the nearest one is \"mnist\""));
}

TEST_F(Errors, MissingFilesAreExitCodeThree) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"train", "none.toml"},
                                             {"resume", "none"},
                                             {"evaluate", "none"},
                                             {"sample", "none"},
                                             {"complete", "none"},
                                             {"classify", "none"},
                                             {"inspect", "none"},
                                             {"plot", "none", "--out", "p"},
                                             {"report", "none"},
                                             {"data", "show", "./none.csv"},
                                             {"classify", "run", "none.csv"},
                                             {"evaluate", "run", "--test", "none.csv"}})
    EXPECT_THAT(refusal(3, arguments), HasSubstr("none"));
  EXPECT_THAT(
      refusal(3, {"train", "recipe.toml", "--out", "r", "--set", "data.name=mnist", "--set", "data.train_cases=0"}),
      HasSubstr("mnist"));
  EXPECT_FALSE(std::filesystem::exists(*folder / "r"));
}

TEST_F(Errors, RecipesNameFileLineAndKey) {
  folder->write("bad.toml", "seed = 1\n[train]\nepoch = 3\n");
  EXPECT_EQ(refusal(2, {"train", "bad.toml"}),
            "deepboltz: error: bad.toml:3: train.epoch: unknown key; the nearest known one is \"train.epochs\"\n");
  folder->write("bad.toml", "seed = 1\n[train]\nepochs = -3\n");
  EXPECT_EQ(refusal(2, {"train", "bad.toml"}),
            "deepboltz: error: bad.toml:3: train.epochs: expected a whole number from 0, got -3\n");
  EXPECT_THAT(refusal(2, {"train", "recipe.toml", "--set", "train.rat=1"}),
              StartsWith("deepboltz: error: --set train.rat: unknown key; the nearest known one is \"train.rate\""));
  EXPECT_THAT(refusal(2, {"evaluate", "run", "--set", "train.rate=1"}), HasSubstr("only settings of [evaluate]"));
  EXPECT_THAT(refusal(2, {"train", "recipe.toml", "--out", "r", "--set", "data.name=shifter", "--set",
                          "model.labels=true", "--set", "data.name=minst"}),
              HasSubstr("minst"));
}

TEST_F(Errors, WrongWidthNamesBoth) {
  folder->write("wide.csv", "0,1,0\n1,0,1\n");
  for (const char* verb : {"classify", "complete"})
    EXPECT_THAT(refusal(2, {verb, "run", "wide.csv"}),
                AllOf(HasSubstr("wide.csv: cases of 3 units"), HasSubstr("'run' has 16")));
  EXPECT_THAT(refusal(2, {"evaluate", "run", "--test", "wide.csv"}), HasSubstr("'run' has 16"));
}

TEST_F(Errors, MalformedFilesNameThePosition) {
  folder->write("bad.csv", "0,1\n1,x\n");
  EXPECT_THAT(refusal(2, {"data", "show", "bad.csv"}), HasSubstr("bad.csv:2"));
  std::string model = folder->read("run/model.safetensors");
  folder->write("cut.safetensors", model.substr(0, model.size() / 2));
  EXPECT_THAT(refusal(2, {"sample", "cut.safetensors"}), HasSubstr("cut.safetensors: byte "));
  folder->write("not.safetensors", "hello");
  EXPECT_THAT(refusal(2, {"inspect", "not.safetensors"}), HasSubstr("not.safetensors: byte "));
  folder->write("bad.png", "\x89PNG\r\n\x1a\n");
  EXPECT_THAT(refusal(2, {"data", "show", "bad.png"}), HasSubstr("bad.png: byte "));
}

TEST_F(Errors, AnExistingRunIsNotTrainedOver) {
  const std::string before = folder->read("run/model.safetensors");
  EXPECT_THAT(refusal(2, {"train", "recipe.toml", "--out", "run"}), HasSubstr("--overwrite"));
  EXPECT_EQ(folder->read("run/model.safetensors"), before);
  std::filesystem::create_directories(*folder / "mine");
  folder->write("mine/precious.txt", "keep");
  EXPECT_THAT(refusal(2, {"train", "recipe.toml", "--out", "mine", "--overwrite"}), HasSubstr("not a run"));
  EXPECT_EQ(folder->read("mine/precious.txt"), "keep");
  EXPECT_EQ(folder->run({"train", "recipe.toml", "--out", "again"}).code, 0);
  folder->write("again/notes.txt", "keep");
  EXPECT_EQ(folder->run({"train", "recipe.toml", "--out", "again", "--overwrite", "--seed", "9"}).code, 0);
  EXPECT_NE(folder->read("again/model.safetensors"), before);
  EXPECT_EQ(folder->read("again/notes.txt"), "keep");
}

TEST_F(Errors, PlacesThatCannotBeWrittenAreExitCodeThree) {
  EXPECT_THAT(refusal(3, {"train", "recipe.toml", "--out", "/proc/run"}), HasSubstr("/proc/run"));
  EXPECT_THAT(refusal(3, {"sample", "run", "--out", "nowhere/s.png"}), HasSubstr("nowhere/s.png"));
  EXPECT_THAT(refusal(3, {"report", "run", "--out", "/dev/full"}), HasSubstr("/dev/full: not a regular file"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
  EXPECT_THAT(refusal(3, {"version"}, "/dev/full"), HasSubstr("standard output: cannot write"));
  EXPECT_THAT(refusal(3, {"inspect", "run", "--json"}, "/dev/full"), HasSubstr("standard output: cannot write"));
}

TEST_F(Errors, AFullDiskLeavesNoHalfFile) {
  constexpr std::size_t kRoom = 1'000;  // bytes: less than a model takes
  EXPECT_THAT(refusal(3, {"sample", "run", "--sweeps", "5", "--count", "1000", "--out", "s.npy"}, {}, kRoom),
              HasSubstr("s.npy"));
  EXPECT_FALSE(std::filesystem::exists(*folder / "s.npy"));
  EXPECT_THAT(refusal(3, {"train", "recipe.toml", "--out", "full"}, {}, kRoom), HasSubstr("full/"));
  EXPECT_FALSE(std::filesystem::exists(*folder / "full" / "model.safetensors"));
}

TEST_F(Errors, AbsentDevicesAreExitCodeFive) {
  for (const char* device : {"cuda", "cuda:1"})
    EXPECT_THAT(refusal(5, {"evaluate", "run", "--device", device}),
                HasSubstr("this build has no CUDA; use --device cpu"));
  EXPECT_THAT(refusal(2, {"evaluate", "run", "--device", "gpu"}), HasSubstr("expected cpu, cuda"));
  EXPECT_EQ(folder->run({"inspect", "run", "--device", "cpu"}).code, 0);
}

TEST_F(Errors, WhatAModelCannotDoIsSaid) {
  EXPECT_THAT(refusal(2, {"classify", "run"}), HasSubstr("no label layer"));
  EXPECT_THAT(refusal(2, {"sample", "run", "--label", "1", "--sweeps", "5"}), HasSubstr("label"));
  EXPECT_THAT(refusal(2, {"sample", "run", "--out", "samples.jpg"}), HasSubstr(".png, .npy or .csv"));
  EXPECT_THAT(refusal(2, {"complete", "run", "--mask", "upper"}), HasSubstr("left-half"));
  folder->write("plain.csv", "0,1,1\n1,0,0\n1,1,0\n0,0,1\n");
  const std::vector<std::string> plain{"train", "recipe.toml",        "--out", "r",
                                       "--set", "data.name=file",     "--set", "data.train=plain.csv",
                                       "--set", "data.train_cases=0", "--set", "data.validation=0",
                                       "--set"};
  for (const char* wish : {"finetune.epochs=1", "model.labels=true"}) {
    std::vector<std::string> arguments = plain;
    arguments.push_back(wish);
    EXPECT_THAT(refusal(2, arguments), HasSubstr("plain.csv' have no labels"));
    EXPECT_FALSE(std::filesystem::exists(*folder / "r"));
  }
}

// A density of bits says nothing about what lies between 0 and 1, and figures taken there look far too good.
TEST_F(Errors, GreyCasesHaveNoLikelihoodUnderBits) {
  std::string rows;
  for (int r = 0; r < 40; ++r) rows += r % 2 == 0 ? "0,128,255\n" : "255,60,0\n";
  folder->write("grey.csv", rows);
  std::vector<std::string> train{"train", "recipe.toml", "--out", "grey"};
  for (const char* setting : {"data.name=file", "data.train=grey.csv", "data.test=grey.csv", "data.train_cases=0",
                              "data.test_cases=0", "data.validation=0", "data.binarise=none"})
    train.insert(train.end(), {"--set", setting});
  ASSERT_EQ(folder->run(train).code, 0);
  EXPECT_THAT(refusal(2, {"evaluate", "grey"}), HasSubstr("are grey, and data.binarise is \"none\""));
  EXPECT_FALSE(std::filesystem::exists(*folder / "grey/evaluation.json"));
}

// The first epoch is sound, then the chains run away: training stops there, and what the first epoch left stays.
TEST_F(Errors, NumbersThatAreNotFiniteStopTrainingWithExitCodeFour) {
  const std::string message =
      refusal(4, {"train", "recipe.toml", "--out", "diverging", "--set", "model.visible=gaussian", "--set",
                  "model.hidden_unit=relu", "--set", "train.rate={kind=\"step\",start=0.001,end=100,epochs=1}", "--set",
                  "monitor.checkpoint_every=1", "--set", "monitor.likelihood_every=0"});
  EXPECT_THAT(message, AllOf(HasSubstr("update 1"), HasSubstr("'visible'"), HasSubstr("take a lower rate")));
  EXPECT_TRUE(std::filesystem::exists(*folder / "diverging/checkpoint.safetensors"));
  EXPECT_EQ(folder->run({"inspect", "diverging"}).code, 0);
}

TEST_F(Errors, ResumeRefusesAnotherRecipeOrOtherData) {
  ASSERT_EQ(folder->run({"train", "recipe.toml", "--out", "changed"}).code, 0);
  std::string recipe = folder->read("changed/recipe.toml");
  recipe.replace(recipe.find("epochs = 3"), 10, "epochs = 4");
  folder->write("changed/recipe.toml", recipe);
  EXPECT_THAT(refusal(2, {"resume", "changed"}), HasSubstr("another recipe"));

  folder->write("own.csv", "0,1,1\n1,0,0\n1,1,0\n0,0,1\n");
  ASSERT_EQ(folder
                ->run({"train", "recipe.toml", "--out", "own", "--set", "data.name=file", "--set", "data.train=own.csv",
                       "--set", "data.train_cases=0", "--set", "data.validation=0"})
                .code,
            0);
  folder->write("own.csv", "0,1,1\n1,0,0\n1,1,0\n1,0,1\n");
  EXPECT_THAT(refusal(2, {"resume", "own"}), HasSubstr("the data have changed"));
}

}  // namespace
}  // namespace deepboltz::test
