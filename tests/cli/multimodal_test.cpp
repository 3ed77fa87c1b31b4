// A machine of pictures and words as a user meets it: words for a picture, pictures for words, codes of either.
#include <iterator>
#include <set>
#include <sstream>

#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/io/png.h"

namespace deepboltz::test {
namespace {

using testing::HasSubstr;

constexpr const char* kRecipe = R"(
[data]
name = "tagged-strokes"
train_cases = 200
test_cases = 30
validation = 40

[[pathway]]
name = "image"
binarise = "each-time"
hidden = [20]
hide = 0.25

[[pathway]]
name = "text"
visible = "counts"
hidden = [10]
hide = 0.25

[joint]
units = 12

[pretrain]
bias = "mean"
[[pretrain.stage]]
epochs = 2
[[pretrain.stage]]
epochs = 2
[[pretrain.stage]]
epochs = 2

[train]
epochs = 2
batch = 20
chains = 20
)";

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class PicturesAndWords : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::make_unique<Folder>();
    const Outcome trained = train(*folder, kRecipe);
    ASSERT_EQ(trained.code, 0) << trained.err;
  }
  static void TearDownTestSuite() { folder.reset(); }
  static Outcome run(const std::vector<std::string>& arguments) {
    const Outcome outcome = folder->run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }
  static nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    return nlohmann::json::parse(run(arguments).out);
  }
  static Image picture_of(const std::string& name) { return parse_png_grey(as_bytes(folder->read(name)), name); }
  static inline std::unique_ptr<Folder> folder;
};

TEST_F(PicturesAndWords, WordsForAPicture) {
  const auto said = json({"complete", "run", "--given", "image=0", "--want", "text", "--top", "17"});
  ASSERT_EQ(said.size(), 1u);
  ASSERT_EQ(said[0]["words"].size(), 17u);
  double all = 0, last = 1;
  for (const auto& word : said[0]["words"]) {
    EXPECT_LE(double(word["probability"]), last);
    all += last = double(word["probability"]);
  }
  EXPECT_NEAR(all, 1, 1e-5);  // 17 shares in float
  const auto lines = lines_of(run({"complete", "run", "--given", "image=0"}).out);
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_THAT(lines[0], HasSubstr(std::string(said[0]["words"][0]["word"])));
  const auto drawn = json({"complete", "run", "--given", "image=0", "--draw", "3", "--every", "2"});
  ASSERT_EQ(drawn[0]["draws"].size(), 3u);
  for (const std::string draw : drawn[0]["draws"]) {
    std::istringstream words(draw);
    EXPECT_EQ(std::distance(std::istream_iterator<std::string>(words), {}), 4);  // the median of the training texts
  }
}

TEST_F(PicturesAndWords, APictureForWords) {
  EXPECT_EQ(
      run({"complete", "run", "--given", "text=three odd", "--draw", "2", "--every", "2", "--out", "three.png"}).out,
      "three.png\n");
  const Image picture = picture_of("three.png");
  EXPECT_GE(picture.width, 3 * 2 * 28);  // what was inferred, and two looks
  EXPECT_GE(picture.height, 2 * 28);
  run({"complete", "run", "--given", "text=three odd", "--out", "three.csv"});
  const auto rows = lines_of(folder->read("three.csv"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(std::ranges::count(rows[0], ','), 783);
}

TEST_F(PicturesAndWords, CasesForWordsAndForAPicture) {
  for (const char* by : {"prediction", "codes"})
    for (const char* given : {"text=three odd", "image=4"}) {
      const auto found = json({"search", "run", "--given", given, "--top", "7", "--by", by});
      ASSERT_EQ(found.size(), 7u);
      std::set<int> cases;
      for (std::size_t i = 0; i < 7; ++i) {
        cases.insert(int(found[i]["case"]));
        if (i > 0) {
          EXPECT_LE(double(found[i]["score"]), double(found[i - 1]["score"]));
        }
      }
      EXPECT_EQ(cases.size(), 7u);
      EXPECT_LT(*cases.rbegin(), 30);
    }
  const auto train_cases = json({"search", "run", "--given", "text=one", "--among", "train", "--top", "160"});
  EXPECT_EQ(train_cases.size(), 160u);
  run({"search", "run", "--given", "text=three odd", "--top", "5", "--out", "found.png"});
  EXPECT_GE(picture_of("found.png").width, 5 * 2 * 28);
}

// The codes of pictures know nothing of their words, and the other way round.
TEST_F(PicturesAndWords, CodesWithoutAPart) {
  const auto all = lines_of(run({"encode", "run"}).out),
             pictures = lines_of(run({"encode", "run", "--without", "text"}).out),
             texts = lines_of(run({"encode", "run", "--without", "image"}).out);
  for (const auto& codes : {all, pictures, texts}) {
    ASSERT_EQ(codes.size(), 30u);
    for (const std::string& code : codes) EXPECT_EQ(std::ranges::count(code, ','), 11);
  }
  EXPECT_NE(all, pictures);
  EXPECT_NE(all, texts);
  EXPECT_NE(pictures, texts);
  EXPECT_EQ(lines_of(run({"encode", "run", "--layer", "image1"}).out).size(), 30u);
}

// Codes of a search are those of the top layer, and of an evaluation those of the layer that it names.
TEST(AnyGraph, IsAskedLikeAPairOfPathways) {
  Folder folder;
  const Outcome trained = train(folder, R"(system = "multimodal"
[data]
name = "tagged-strokes"
train_cases = 100
test_cases = 20
[[layer]]
name = "top"
units = 6
[[layer]]
part = "text"
unit = "counts"
[[layer]]
part = "image"
binarise = "each-time"
[[layer]]
name = "low"
units = 12
[[connection]]
from = "image"
to = "low"
[[connection]]
from = "low"
to = "top"
[[connection]]
from = "image"
to = "top"
[[connection]]
from = "text"
to = "low"
[train]
epochs = 2
batch = 20
chains = 20
)");
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto succeed = [&](const std::vector<std::string>& arguments) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  };
  EXPECT_THAT(succeed({"encode", "run"}).err, HasSubstr("20 codes of 6 numbers: means of 'top'"));
  EXPECT_THAT(succeed({"encode", "run", "--layer", "low"}).err, HasSubstr("means of 'low'"));
  succeed({"complete", "run", "--given", "image=0", "--want", "text"});
  succeed({"complete", "run", "--given", "text=three", "--out", "three.png"});
  succeed({"search", "run", "--given", "text=three", "--top", "3", "--by", "codes"});
  const auto classes = [&](const char* layer) {
    return succeed({"evaluate", "run", "--only", "classes", "--set", std::string("evaluate.layer=") + layer}).out;
  };
  const std::string top = classes("top");
  EXPECT_NE(top, classes("low"));
  EXPECT_EQ(succeed({"evaluate", "run", "--only", "classes"}).out, top);
  succeed({"plot", "run"});
  EXPECT_THAT(folder.run({"evaluate", "run", "--set", "evaluate.layer=image"}).err,
              HasSubstr("expected a hidden layer (top, low), got \"image\""));
}

TEST_F(PicturesAndWords, AQueryBesideAPartIsRefused) {
  for (const auto& arguments : {std::vector<std::string>{"search", "run", "0", "--given", "image=0"},
                                {"complete", "run", "recipe.toml", "--given", "image=0"}}) {
    const Outcome outcome = folder->run(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("got both"));
  }
  const Outcome nothing = folder->run({"complete", "run"});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("expected --given PART=WHAT"));
  const Outcome ending = folder->run({"search", "run", "--given", "text=one", "--out", "found.jpg"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_THAT(ending.err, HasSubstr("found.jpg: expected a name that ends in .png"));
}

}  // namespace
}  // namespace deepboltz::test
