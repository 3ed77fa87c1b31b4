// Documents as a user meets them: plain text in, topics, perplexity, samples out; and files that are refused.
#include "tests/cli/command.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace deepboltz::test {
namespace {

using testing::HasSubstr;

const char* const kRecipe = R"(
[data]
name = "file"
train = "pets.txt"
test = "pets.txt"
[model]
visible = "counts"
hidden = [3]
[train]
epochs = 5
batch = 4
[evaluate]
ais_steps = 50
ais_runs = 20
documents = 4
)";

class Documents : public testing::Test {
 protected:
  void SetUp() override {
    std::string text = "\n";  // an empty document
    for (int i = 0; i < 10; ++i) text += "cat dog cat purr\nfox wolf forest fox fox\n";
    folder.write("pets.txt", text);
  }
  Outcome succeed(const std::vector<std::string>& arguments) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }
  std::string refused(const std::string& recipe) {
    folder.write("bad.toml", recipe);
    const Outcome outcome = folder.run({"train", "bad.toml", "--out", "bad"});
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    return outcome.err;
  }
  Folder folder;
};

TEST_F(Documents, AreLearntMeasuredAndShown) {
  folder.write("pets.toml", kRecipe);
  const Outcome trained = succeed({"train", "pets.toml", "--out", "run"});
  EXPECT_THAT(trained.err, HasSubstr("1 documents without words"));
  const auto evaluation = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  EXPECT_EQ(evaluation["perplexity"]["documents"], 4);
  EXPECT_EQ(evaluation["perplexity_of_all"]["documents"], 20);
  EXPECT_EQ(evaluation["perplexity_of_all"]["lengths"], 2);
  EXPECT_GT(evaluation["perplexity_of_all"]["value"], 1);
  EXPECT_LT(evaluation["perplexity_of_all"]["value"], 6.5);  // of six words
  const auto only =
      nlohmann::json::parse(succeed({"evaluate", "run", "--json", "--set", "evaluate.all_documents=false"}).out);
  EXPECT_EQ(only["perplexity"]["documents"], 4);
  EXPECT_FALSE(only.contains("perplexity_of_all"));

  const auto topics = nlohmann::json::parse(succeed({"topics", "run", "--words", "2", "--json"}).out);
  ASSERT_EQ(topics.size(), 3u);
  EXPECT_EQ(topics[0]["words"].size(), 2u);
  EXPECT_THAT(succeed({"topics", "run"}).out, HasSubstr("wolf"));

  const auto why = nlohmann::json::parse(succeed({"explain", "run", "--case", "2", "--word", "fox", "--json"}).out);
  EXPECT_EQ(why["name"], "fox");
  EXPECT_EQ(why["value"], 3);
  double sum = 0;
  for (const auto& unit : why["hidden"]) sum += unit["share"].get<double>();
  EXPECT_NEAR(sum, why["log_p"].get<double>() - why["log_p_by_biases"].get<double>(), 1e-5);
  EXPECT_THAT(folder.run({"explain", "run", "--word", "foxx"}).err, HasSubstr("the nearest word is 'fox'"));

  succeed({"sample", "run", "--length", "5", "--count", "3", "--sweeps", "20", "--sampler", "length-exchange",
           "--levels", "3", "--out", "drawn.txt"});
  const std::string drawn = folder.read("drawn.txt");
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\n'), 3);
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), ' '), 3 * 4);
  EXPECT_THAT(succeed({"plot", "run"}).out, HasSubstr("topics.txt"));
  EXPECT_THAT(succeed({"inspect", "run"}).out, HasSubstr("counts"));
}

TEST_F(Documents, FindThoseOfTheirLabels) {
  std::string lines;
  for (int i = 0; i < 10; ++i) lines += "0,2 1:3 2:1\n1 3:2 4:2\n";
  folder.write("pets.svm", lines);
  std::string recipe = kRecipe;
  for (std::size_t at = 0; (at = recipe.find("pets.txt")) != std::string::npos;) recipe.replace(at, 8, "pets.svm");
  folder.write("pets.toml", recipe);
  succeed({"train", "pets.toml", "--out", "run"});
  const auto found = nlohmann::json::parse(succeed({"evaluate", "run", "--only", "retrieval", "--json"}).out);
  EXPECT_EQ(found["retrieval_queries"], 20);
  EXPECT_NEAR(found["average_precision"]["value"], 1, 1e-12);  // ten alike, and ten others
  EXPECT_NEAR(found["precision_at_100"]["value"], 0.1, 1e-12);
  ASSERT_EQ(found["precision_at_recall"].size(), 8u);
  EXPECT_EQ(found["precision_at_recall"][0]["name"], "0.02 %");
  EXPECT_FALSE(found.contains("perplexity"));
  EXPECT_THAT(succeed({"evaluate", "run"}).out, HasSubstr("precision at recall / 0.02 %"));
  folder.write("pets.toml", kRecipe);
  succeed({"train", "pets.toml", "--out", "plain"});
  EXPECT_THAT(folder.run({"evaluate", "plain", "--only", "retrieval"}).err, HasSubstr("no labels to be found by"));
}

TEST_F(Documents, AreLearntWithExtraWordsAfterPretraining) {
  std::string recipe = kRecipe;
  recipe.replace(recipe.find("\"counts\""), 8, "\"counts:7\"");
  recipe.replace(recipe.find("epochs = 5"), 10, "epochs = 5\nmethod = \"pcd\"");
  recipe += "extra_draws = 50\n[[pretrain.stage]]\nepochs = 2\nbatch = 4\n[monitor]\nlikelihood_every = 2\n";
  folder.write("pets.toml", recipe);
  succeed({"train", "pets.toml", "--out", "run"});
  const auto evaluation = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  EXPECT_LT(evaluation["perplexity_of_all"]["value"], 6.5);
  EXPECT_GE(evaluation["perplexity_of_all_at_bound"]["value"], evaluation["perplexity_of_all"]["value"]);
  EXPECT_EQ(evaluation["perplexity_at_bound"]["documents"], 4);
  EXPECT_THAT(succeed({"inspect", "run"}).out, HasSubstr("counts:7"));
  succeed({"encode", "run"});
  succeed({"sample", "run", "--length", "5", "--count", "3", "--sweeps", "20", "--sampler", "length-exchange",
           "--levels", "3", "--out", "drawn.txt"});
  const std::string drawn = folder.read("drawn.txt");
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), ' '), 3 * 4);

  recipe.replace(recipe.find("[[pretrain.stage]]"), 18, "[[pretrain.stage]]\nmethod = \"pcd\"");
  EXPECT_THAT(refused(recipe), HasSubstr("pretrain.stage[0].method: extra words are pretrained by \"cd\""));
  EXPECT_THAT(refused("[model]\nvisible = \"counts:3\"\nlabels = true\n"), HasSubstr("extra words have no labels"));
  EXPECT_THAT(refused("[model]\nvisible = \"counts:0\"\n"), HasSubstr("\"counts:EXTRA\""));
}

// Which words come, for a layer of bits: labels by the folders, the words chosen on the training documents.
TEST_F(Documents, InFoldersAreBitsWithLabels) {
  for (const char* place : {"train/pets", "train/wild", "test/pets", "test/wild", "test/zoo"})
    std::filesystem::create_directories(folder / place);
  for (const char* set : {"train", "test"})
    for (int i = 0; i < 10; ++i) {
      folder.write(fmt::format("{}/pets/{}", set, i), "Cat cat cat dog purr\n");
      folder.write(fmt::format("{}/wild/{}", set, i), "fox fox dog wolf\n");
    }
  folder.write("bits.toml", R"(
[data]
name = "file"
train = "train"
test = "test"
words = 3
binarise = "none"
validation = 4
[model]
hidden = [3]
labels = true
[train]
epochs = 30
batch = 4
objective = "discriminative"
rate = 0.5
[monitor]
likelihood_every = 0
)");
  succeed({"train", "bits.toml", "--out", "run"});
  EXPECT_THAT(succeed({"topics", "run"}).out, HasSubstr("fox"));
  const auto evaluation = nlohmann::json::parse(succeed({"evaluate", "run", "--only", "error", "--json"}).out);
  EXPECT_EQ(evaluation["cases"], 20);
  EXPECT_EQ(evaluation["label_error_percent"]["value"], 0);
  // Other files mean the same words: text a line, numbers with their vocabulary, numbers of the model's own words.
  folder.write("pets.txt", "a cat\nfoxes, a fox\n");
  folder.write("pets.svm", "1 4:2\n0 9:1\n");
  folder.write("words.txt", "a\nb\nc\nfox\ne\nf\ng\nh\ncat\n");
  folder.write("own.svm", "1 3:1\n0 2:1\n");  // the model's words are dog, cat, fox
  const auto classes = [&](const std::vector<std::string>& file) {
    std::vector<std::string> arguments{"classify", "run", "--json"};
    arguments.insert(arguments.begin() + 2, file.begin(), file.end());
    return nlohmann::json::parse(succeed(arguments).out)["labels"].get<std::vector<int>>();
  };
  EXPECT_EQ(classes({"pets.txt"}), (std::vector<int>{0, 1}));
  EXPECT_EQ(classes({"pets.svm", "--vocabulary", "words.txt"}), (std::vector<int>{1, 0}));
  EXPECT_EQ(classes({"own.svm"}), (std::vector<int>{1, 0}));
  folder.write("other.txt", "emu\nfox\n");
  EXPECT_THAT(succeed({"classify", "run", "other.txt"}).err, HasSubstr("1 documents without words of the vocabulary"));
  std::filesystem::create_directories(folder / "wild only/wild");
  folder.write("wild only/wild/1", "fox");
  EXPECT_THAT(succeed({"classify", "run", "wild only"}).out, HasSubstr("\n0,wild,"));
  std::filesystem::create_directories(folder / "wild only/ants");
  folder.write("wild only/ants/1", "fox");
  EXPECT_THAT(folder.run({"classify", "run", "wild only"}).err, HasSubstr("case 0 has the label 'ants'"));

  folder.write("test/zoo/1", "fox");
  const Outcome outcome = folder.run({"train", "bits.toml", "--out", "zoo"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("test: class zoo is not one of the 2 of the training data"));
}

TEST_F(Documents, ALineEachAreBitsWhereTheRecipeSaysThatTheyAreText) {
  std::string recipe = kRecipe;
  recipe.replace(recipe.find("\"counts\""), 8, "\"bernoulli\"");
  recipe.replace(recipe.find("[model]"), 7, "format = \"text\"\nbinarise = \"none\"\n[model]");
  folder.write("bits.toml", recipe);
  succeed({"train", "bits.toml", "--out", "run"});
  EXPECT_THAT(succeed({"inspect", "run"}).out, HasSubstr("bernoulli"));
  recipe.replace(recipe.find("format = \"text\""), 15, "");
  EXPECT_THAT(refused(recipe), HasSubstr("data.format = \"text\""));
}

TEST_F(Documents, AreRefusedWhereTheyAreNone) {
  const std::string recipe = kRecipe;
  EXPECT_THAT(refused(recipe + "[train.mean_field]\nsweeps = 0\n"), HasSubstr("mean_field.sweeps"));
  folder.write("tfidf.svm", "1 1:0.25 2:0.5\n");
  std::string other = recipe;
  for (std::size_t at = 0; (at = other.find("pets.txt")) != std::string::npos;) other.replace(at, 8, "tfidf.svm");
  EXPECT_THAT(refused(other), HasSubstr("tfidf.svm:1: expected how often word 1 comes"));
  folder.write("x.csv", "1,0\n0,0\n");
  for (std::size_t at = 0; (at = other.find("tfidf.svm")) != std::string::npos;) other.replace(at, 9, "x.csv");
  EXPECT_THAT(refused(other), HasSubstr("case 1 is a document without words"));
  std::string deep = recipe;
  deep.replace(deep.find("[3]"), 3, "[3, 2]");
  deep.replace(deep.find("[train]"), 7, "[train]\nmethod = \"pcd\"");
  EXPECT_THAT(refused(deep), HasSubstr("\"counts\" take one hidden layer"));
  EXPECT_THAT(refused("[model]\nhidden_unit = \"counts\"\n"), HasSubstr("\"counts\" are for visible units"));
}

}  // namespace
}  // namespace deepboltz::test
