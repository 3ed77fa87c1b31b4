// Which bits an error is measured on: those of the likelihood, or grey values where that is asked for.
#include "tests/cli/command.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace deepboltz::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kGreyDigits = R"(
[data]
name = "strokes"
train_cases = 300
test_cases = 100
[model]
hidden = [20]
labels = true
[train]
epochs = 3
batch = 20
)";

class GreyDigits : public testing::Test {
 protected:
  GreyDigits() {
    folder.write("recipe.toml", kGreyDigits);
    succeed({"train", "recipe.toml", "--out", "run"});
  }
  Outcome succeed(const std::vector<std::string>& arguments) const {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }
  nlohmann::json classes(const std::string& method) const {
    return nlohmann::json::parse(succeed({"classify", "run", "--method", method, "--json"}).out);
  }
  Folder folder;
};

TEST_F(GreyDigits, AreClassifiedByTheBitsThatDataWrites) {
  succeed({"data", "write", "recipe.toml", "--bits", "--out", "bits.csv"});
  succeed({"data", "write", "recipe.toml", "--out", "grey.csv"});
  const std::string by_bits = succeed({"classify", "run", "bits.csv"}).out;
  EXPECT_EQ(succeed({"classify", "run"}).out, by_bits);
  EXPECT_EQ(succeed({"classify", "run", "bits.csv", "--method", "clamp-grey"}).out, by_bits);
  const std::string grey = succeed({"classify", "run", "--method", "clamp-grey"}).out;
  EXPECT_NE(grey, by_bits);
  EXPECT_EQ(succeed({"classify", "run", "grey.csv", "--method", "clamp-grey"}).out, grey);
}

TEST_F(GreyDigits, HaveTwoErrorsWithTwoNames) {
  const Outcome words = succeed({"evaluate", "run", "--only", "error"});
  EXPECT_THAT(words.err + words.out, HasSubstr("label layer on grey values"));
  const auto found = nlohmann::json::parse(folder.read("run/evaluation.json"));
  const auto percent = [](const nlohmann::json& json) { return 100 * double(json["error"]["value"]); };
  EXPECT_DOUBLE_EQ(double(found["label_error_percent"]["value"]), percent(classes("clamp")));
  EXPECT_DOUBLE_EQ(double(found["label_error_percent_grey"]["value"]), percent(classes("clamp-grey")));
}

}  // namespace
}  // namespace deepboltz::test
