// Too large a step: the collapsed layer is named once, where the user sees it and in the log. A step a tenth of it: no
// word.
#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace deepboltz::test {
namespace {

constexpr const char* kThreeLayers = R"(
[data]
name = "strokes"
train_cases = 1000
test_cases = 10

[model]
hidden = [40, 40, 80]

[train]
epochs = 3
batch = 20
method = "pcd"
chains = 20
sweeps = 3
rate = 0.1
momentum = 0.9
centering.kind = "offsets"

[monitor]
likelihood_every = 0
pictures_every = 0
)";

std::vector<nlohmann::json> warnings_in(const std::string& log) {
  std::vector<nlohmann::json> found;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);)
    if (nlohmann::json entry = nlohmann::json::parse(line); entry.contains("warning")) found.push_back(entry);
  return found;
}

TEST(Train, WarnsOfALayerThatCollapses) {
  const Folder folder;
  const Outcome outcome = train(folder, kThreeLayers);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const std::string expected = "warning: train, epoch 1: hidden2 has collapsed: ";
  const std::size_t first = outcome.err.find(expected);
  ASSERT_NE(first, std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("hidden2 has collapsed", first + expected.size()), std::string::npos) << outcome.err;
  const auto logged = warnings_in(folder.read("run/log.jsonl"));
  ASSERT_FALSE(logged.empty());
  EXPECT_EQ(logged[0]["stage"], "train");
  EXPECT_EQ(logged[0]["epoch"], 1);
  EXPECT_THAT(logged[0]["warning"].get<std::string>(), testing::HasSubstr("a lower rate"));
}

TEST(Train, WarnsOfNothingAtATenthOfTheStep) {
  const Folder folder;
  const Outcome outcome = train(folder, kThreeLayers, {"--set", "train.rate=0.01"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, testing::Not(testing::HasSubstr("warning")));
  EXPECT_TRUE(warnings_in(folder.read("run/log.jsonl")).empty());
}

}  // namespace
}  // namespace deepboltz::test
