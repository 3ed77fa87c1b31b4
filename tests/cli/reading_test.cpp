// Nothing is taken silently for something else: what a model learnt from says how later files are read, and what comes
// out can be matched with what went in.
#include "tests/cli/tiny_run.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/zip.h"

namespace deepboltz::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string recipe(const std::string& data, const std::string& visible = "bernoulli", bool labels = false) {
  return "[data]\nname = \"file\"\n" + data + "\n[model]\nvisible = \"" + visible + "\"\nhidden = [4]\n" +
         (labels ? "labels = true\n" : "") +
         "[train]\nepochs = 2\nbatch = 5\n[monitor]\nlikelihood_every = 0\npictures_every = 0\n";
}

class Reading : public testing::Test {
 protected:
  Outcome succeed(const std::vector<std::string>& arguments) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }
  std::string refused(const std::vector<std::string>& arguments) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    return outcome.err;
  }
  // A table of `rows` lines, each a row of `cells` in turn.
  void write_table(const std::string& name, const std::string& header, const std::vector<std::string>& cells,
                   int rows = 20) {
    std::string text = header;
    for (int r = 0; r < rows; ++r) text += cells[std::size_t(r) % cells.size()] + "\n";
    folder.write(name, text);
  }
  Folder folder;
};

TEST_F(Reading, LaterFilesHaveTheScaleAndTheColumnsOfTheModel) {
  write_table("train.csv", "a,b,c\n", {"0,4,16", "16,8,0", "2,0,1"});
  folder.write("alone.csv", "a,b,c\n1,0,1\n");
  folder.write("white.csv", "c,a,b\n1,1,0\n16,16,16\n");
  folder.write("other.csv", "a,b,d\n1,0,1\n");
  folder.write("above.csv", "a,b,c\n1,0,17\n");
  const Outcome trained = train(folder, recipe("train = \"train.csv\"").c_str());
  EXPECT_THAT(trained.err, HasSubstr("16 is taken for ink"));
  EXPECT_THAT(trained.err, HasSubstr("next: deepboltz evaluate run --on train"));
  const std::string alone = succeed({"encode", "run", "alone.csv"}).out;
  EXPECT_THAT(succeed({"encode", "run", "white.csv"}).out, testing::StartsWith(alone));
  EXPECT_NE(succeed({"encode", "run", "alone.csv", "--scale", "1"}).out, alone);
  EXPECT_THAT(refused({"encode", "run", "other.csv"}), HasSubstr("column 3 'd' is none of the training data's"));
  EXPECT_THAT(refused({"encode", "run", "above.csv"}), HasSubstr("expected numbers from 0 to 16"));
  EXPECT_THAT(refused({"encode", "run", "alone.csv", "--data-key", "x"}), HasSubstr("data_key is for NPZ, MAT"));
  EXPECT_THAT(refused({"encode", "run", "alone.csv", "--out", "alone.csv"}), HasSubstr("written over what is read"));
  EXPECT_THAT(refused({"sample", "run", "--out", "train.csv"}), HasSubstr("written over what is read"));
  EXPECT_THAT(succeed({"encode", "run/model.safetensors", "white.csv"}).err, HasSubstr("matched by name"));
}

TEST_F(Reading, AModelKnowsTheLabelColumnTheIdsAndTheClassesOfItsTraining) {
  write_table("train.csv", "id,species,a,b\n", {"x,\xE9t\xE9,0,1", "y,hiver,1,0"}, 2);
  const Outcome trained = train(folder, recipe("train = \"train.csv\"", "bernoulli", true).c_str());
  EXPECT_THAT(trained.err, HasSubstr("column 2 'species' is taken for the label"));
  folder.write("new.csv", "b,a,id\n1,0,p\n0,1,\"q,r\"\n");
  const std::string classes = succeed({"classify", "run", "new.csv"}).out;
  EXPECT_THAT(classes, HasSubstr("index,label,p0,p1,case\n0,"));
  EXPECT_THAT(classes, HasSubstr(",p\n1,"));
  EXPECT_THAT(classes, HasSubstr(",\"q,r\"\n"));
  EXPECT_THAT(succeed({"classify", "run", "train.csv"}).err, HasSubstr("of 2 cases are wrong"));
  EXPECT_THAT(refused({"classify", "run", "new.csv", "--out", "a.npy"}), HasSubstr("ends in .csv"));
  EXPECT_THAT(refused({"sample", "run", "--label", "7", "--out", "a.csv"}), HasSubstr("there are hiver, été"));
  succeed({"sample", "run", "--label", "été", "--count", "2", "--sweeps", "2", "--out", "a.csv"});
  folder.write("lynx.csv", "a,b,species\n0,1,lynx\n");
  EXPECT_THAT(refused({"classify", "run", "lynx.csv"}),
              HasSubstr("label 'lynx', but the model 'run' knows the classes"));
}

TEST_F(Reading, KeysAreThoseOfTheRecipeForEachPart) {
  const std::vector<std::uint8_t> x{0, 1, 1, 0, 1, 1}, y{1, 2, 1};
  const auto npy = [](const std::vector<std::uint8_t>& values, std::vector<std::int64_t> shape) {
    return make_npy({{'u', 1, false}, false, std::move(shape), values});
  };
  write_file(folder / "all.npz", make_zip({{"a.npy", npy(x, {3, 2}), false},
                                           {"b.npy", npy(y, {3}), false},
                                           {"c.npy", npy(x, {3, 2}), false},
                                           {"d.npy", npy(y, {3}), false}}));
  const std::string data =
      "train = \"all.npz\"\ndata_key = \"a\"\nlabel_key = \"b\"\nvalidation_file = \"all.npz\"\n"
      "validation_data_key = \"c\"\nvalidation_label_key = \"d\"\ntest = \"all.npz\"\ntest_label_key = \"d\"";
  const Outcome trained = train(folder, recipe(data, "bernoulli", true).c_str());
  EXPECT_THAT(trained.err, HasSubstr("3 cases of 2 units, held out 3, test 3"));
  EXPECT_THAT(succeed({"inspect", "run"}).out, HasSubstr("softmax:2"));  // classes 1 and 2, and no class 0
  EXPECT_THAT(succeed({"classify", "run", "all.npz"}).err, HasSubstr("of 3 cases are wrong"));
  folder.write("recipe.toml", recipe(data + "\nvalidation = 1"));
  EXPECT_THAT(refused({"train", "recipe.toml", "--out", "b"}), HasSubstr("data.validation"));
  folder.write("recipe.toml", recipe("train = \"all.npz\"\ntest_data_key = \"c\""));
  EXPECT_THAT(refused({"train", "recipe.toml", "--out", "b"}), HasSubstr("data.test_data_key"));
}

TEST_F(Reading, DocumentsKeepTheirNumbersAndTheFormatOfTheRecipe) {
  write_table("documents", "", {"1 1:2 2:1", "0 3:1 4:2", "1"});
  train(folder, recipe("train = \"documents\"\nformat = \"libsvm\"", "counts", true).c_str());
  const std::string classes = succeed({"classify", "run", "documents", "--quiet"}).out;
  EXPECT_THAT(classes, HasSubstr("\n1,"));
  EXPECT_THAT(classes, Not(HasSubstr("\n2,")));
  EXPECT_THAT(classes, HasSubstr("\n3,"));
  const std::string codes = succeed({"encode", "run", "documents", "--quiet"}).out;
  EXPECT_EQ(std::count(codes.begin(), codes.end(), '\n'), 20);
  EXPECT_THAT(codes, HasSubstr("\nnan,"));
}

TEST_F(Reading, InkOfAnotherShareIsWarnedOf) {
  write_table("train.csv", "", {"0,0,0,1", "0,0,1,0"});
  write_table("dark.csv", "", {"1,1,1,0", "1,1,0,1"});
  train(folder, recipe("train = \"train.csv\"").c_str());
  EXPECT_THAT(succeed({"encode", "run", "dark.csv"}).err, HasSubstr("--invert turns it round"));
  EXPECT_THAT(succeed({"encode", "run", "dark.csv", "--invert"}).err, Not(HasSubstr("--invert")));
  train(folder, recipe("train = \"dark.csv\"\ninvert = true").c_str(), {"--overwrite"});
  EXPECT_THAT(succeed({"encode", "run", "dark.csv"}).err, Not(HasSubstr("warning")));  // as the recipe has it
  EXPECT_THAT(succeed({"encode", "run", "dark.csv", "--no-invert"}).err, HasSubstr("warning"));
}

// A run that began before there were scales goes on as it was.
TEST_F(Reading, AnOldRunKeepsItsRules) {
  write_table("train.csv", "a,b,label\n", {"0,4,16", "16,8,0"});
  const std::string old = recipe("train = \"train.csv\"\nrules = \"1\"");
  EXPECT_THAT(train(folder, old.c_str()).err, HasSubstr("20 cases of 3 units"));
  std::string text = folder.read("run/recipe.toml");
  EXPECT_THAT(text, HasSubstr("rules = \"1\""));
  write_file(folder / "run/recipe.toml", as_bytes(text.replace(text.find("rules = \"1\"\n"), 12, "")));
  EXPECT_THAT(folder.run({"resume", "run"}).err, HasSubstr("another recipe"));  // and not: other data
}

TEST_F(Reading, APathThatIsNotUtf8IsRefusedBeforeTraining) {
  folder.write("caf\xE9.csv", "0,1\n1,0\n");
  folder.write("recipe.toml", recipe("train = \"x.csv\""));
  EXPECT_THAT(refused({"train", "recipe.toml", "--out", "run", "--set", "data.train=caf\xE9.csv"}),
              HasSubstr("data.train"));
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
}

// init looks at a file; its recipe runs, and so does the command that training ends with.
TEST_F(Reading, AFirstRecipeRuns) {
  write_table("iris.csv", "length,width,species\n", {"5.1,3.5,setosa", "6.2,2.9,virginica", "5.9,3.1,versicolor"}, 30);
  write_table("bits.csv", "a,b,c\n", {"0,1,1", "1,0,0"}, 30);
  write_table("stars.csv", "userId,movieId,rating\n", {}, 0);
  std::string stars = "userId,movieId,rating\n";
  for (int user = 1; user <= 10; ++user)
    for (int item = 1; item <= 6; ++item) stars += fmt::format("{},{},{}\n", user, item, 1 + (user * item) % 5);
  folder.write("stars.csv", stars);
  write_table("texts.txt", "", {"cat dog purr", "fox wolf forest"}, 30);
  write_table("family.fasta", "", {">s\nACD-", ">s\nAC-E"}, 30);
  write_table("words.svm", "", {"0 1:2 2:1", "1 3:1 4:2"}, 30);
  for (const char* name : {"iris.csv", "bits.csv", "stars.csv", "texts.txt", "family.fasta", "words.svm"}) {
    EXPECT_THAT(succeed({"data", "show", name}).err, HasSubstr(std::string("next: deepboltz init ") + name));
    folder.write("my.toml", succeed({"init", name}).out);
    std::vector<std::string> arguments{"train", "my.toml", "--out", name + std::string("-run")};
    const bool stars_file = std::string(name) == "stars.csv";
    for (const char* setting : {"train.epochs=1", "evaluate.ais_steps=50", "evaluate.ais_runs=5", "evaluate.burn_in=10",
                                "evaluate.raise_cases=0", "evaluate.tempering_rounds=0", "monitor.likelihood_every=0"})
      if (!stars_file) arguments.insert(arguments.end(), {"--set", setting});
    if (stars_file) arguments.insert(arguments.end(), {"--set", "ratings.epochs=1"});
    const Outcome trained = succeed(arguments);
    const std::size_t at = trained.err.find("next: deepboltz ");
    ASSERT_NE(at, std::string::npos) << name;
    std::vector<std::string> next;
    std::istringstream words(trained.err.substr(at + 16));
    for (std::string word; words >> word;) next.push_back(word);
    succeed(next);
  }
  folder.write("my.toml", succeed({"init", "iris.csv"}).out);
  for (const char* line : {"visible = \"gaussian\"", "label_column = \"species\"", "labels = true", "validation = 3"})
    EXPECT_THAT(folder.read("my.toml"), HasSubstr(line));
}

TEST_F(Reading, ShowSaysWhatIsInAFile) {
  write_table("t.csv", ",a,b,class\n", {}, 0);
  folder.write("t.csv", ",a,b,class\n0,0,3,cat\n1,4,0,dog\n2,2,1,dog\n");
  const Outcome shown = succeed({"data", "show", "t.csv"});
  EXPECT_THAT(shown.out, HasSubstr("3 cases of 2 units, 2 classes"));
  EXPECT_THAT(shown.out, HasSubstr("numbers from 0 to 4, mean 1.66667, 33.3 % are 0, none is missing"));
  EXPECT_THAT(shown.out, HasSubstr("units: 2 columns, a, b"));
  EXPECT_THAT(shown.out, HasSubstr("cat (1), dog (2)"));
  EXPECT_THAT(shown.err, HasSubstr("column 1, which has no name, numbers the cases"));
  const auto json = nlohmann::json::parse(succeed({"data", "show", "t.csv", "--json"}).out);
  EXPECT_EQ(json["greatest"], 4);
  EXPECT_EQ(json["label_column"], "class");
  EXPECT_THAT(refused({"data", "show", "strokes", "--label-column", "0"}), HasSubstr("label_column is for"));
}

}  // namespace
}  // namespace deepboltz::test
