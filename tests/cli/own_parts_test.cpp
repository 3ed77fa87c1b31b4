// Pictures and words of one's own as a newcomer has them: a folder of pictures, and a table with a column of file names
// and a column of words.
#include <algorithm>

#include "tests/cli/command.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/data/read_data.h"
#include "deepboltz/data/tagged_strokes.h"
#include "deepboltz/io/png.h"

namespace deepboltz::test {
namespace {

using testing::HasSubstr;

constexpr int kTrain = 400, kTest = 40;

std::string words_of(const Column& text, std::int64_t row) {
  std::string words;
  for (const std::uint32_t word : text.sparse().row(row))
    words += (words.empty() ? "" : " ") + text.meaning.names[word];
  return words;
}

// The digits of the new pictures as words, in the order of the folder.
std::vector<std::string> digits_of_new() {
  Context ctx;
  const Cases truth = tagged_strokes(ctx, kTest, Key{2});
  std::vector<std::string> files, digits;
  for (int c = 0; c < kTest; ++c) files.push_back(fmt::format("{}.png", c));
  std::ranges::sort(files);
  for (const std::string& file : files)
    digits.push_back(truth.at(kLabelColumn).meaning.names[labels_of(truth)[std::size_t(std::stoi(file))]]);
  return digits;
}

// Pictures NAME/0.png, … and a table NAME.csv, whose lines are in another order than the files. Every `skip`-th picture
// has no line; 0: all have one.
void write_parts(const Folder& folder, const std::string& name, int cases, std::uint64_t key, int skip = 0) {
  Context ctx;
  const Cases drawn = tagged_strokes(ctx, cases, Key{key});
  const auto pictures = drawn.at("image").rows().as<std::uint8_t>();
  std::filesystem::create_directory(folder / name);
  std::string table = "file,words,digit\n";
  for (int c = cases - 1; c >= 0; --c) {
    write_png(folder / fmt::format("{}/{}.png", name, c),
              {.height = 28, .width = 28, .channels = 1, .pixels = {pictures.row(c), pictures.row(c) + 28 * 28}});
    if (skip == 0 || c % skip > 0)
      table += fmt::format("{}.png,\"{}\",{}\n", c, words_of(drawn.at("text"), c), labels_of(drawn)[std::size_t(c)]);
  }
  folder.write(name + ".csv", table);
}

const char* const kData = R"(
[data]
name = "files"

[[data.part]]
name = "image"
train = "mine"
test = "new"

[[data.part]]
name = "text"
train = "mine.csv"
test = "new.csv"
id_column = "file"
text_column = "words"
)";

const char* const kMachine = R"(
[[pathway]]
name = "image"
visible = "bernoulli"
binarise = "each-time"
hidden = []

[[pathway]]
name = "text"
visible = "counts"
hidden = []

[joint]
units = 60

[train]
epochs = 20
batch = 20
method = "pcd"
chains = 20
sweeps = 1
rate = { kind = "linear", start = 0.05, end = 0.0005, epochs = 20 }
)";

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// Trained once.
class OwnParts : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder;
    write_parts(*folder_, "mine", kTrain, 1);
    write_parts(*folder_, "new", kTest, 2);
    folder_->write("mine.toml", std::string(kData) + kMachine);
    trained_ = new Outcome(folder_->run({"train", "mine.toml", "--out", "run"}));
  }
  static void TearDownTestSuite() {
    delete folder_;
    delete trained_;
    folder_ = nullptr;
    trained_ = nullptr;
  }
  void SetUp() override { ASSERT_EQ(trained_->code, 0) << trained_->err; }

  static nlohmann::json ask(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Outcome outcome = folder_->run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.code == 0 ? nlohmann::json::parse(outcome.out) : nlohmann::json::array();
  }
  // The picture for these words, or for those of a file.
  static std::string picture_for(const std::string& given, const std::string& out) {
    const Outcome outcome = folder_->run({"complete", "run", "--given", "text=" + given, "--out", out});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return folder_->read(out);
  }
  static Folder* folder_;
  static Outcome* trained_;
};
Folder* OwnParts::folder_ = nullptr;
Outcome* OwnParts::trained_ = nullptr;

TEST_F(OwnParts, SayWordsForNewPictures) {
  const auto all = ask({"complete", "run", "--given", "image=new", "--want", "text", "--top", "17"});
  ASSERT_EQ(all.size(), std::size_t(kTest));
  const std::vector<std::string> digits = digits_of_new();
  int right = 0;
  for (std::size_t row = 0; row < kTest; ++row) {
    const auto& words = all[row]["words"];
    const auto first = std::ranges::find_if(words, [&](const auto& word) {
      return std::ranges::find(digits, word["word"].template get<std::string>()) != digits.end();
    });
    ASSERT_NE(first, words.end());
    right += (*first)["word"] == digits[row];
  }
  EXPECT_GE(right, 16);  // 4 by chance: binomial of 40 at 0.1 has 16 or more with probability 1e-6
  const auto one = ask({"complete", "run", "--given", "image=new/0.png", "--want", "text", "--top", "17"});
  ASSERT_EQ(one.size(), 1u);  // the first of the folder
  ASSERT_EQ(one[0]["words"].size(), all[0]["words"].size());
  for (std::size_t k = 0; k < 17; ++k)
    EXPECT_NEAR(one[0]["words"][k]["probability"].get<double>(), all[0]["words"][k]["probability"].get<double>(), 1e-5);
}

TEST_F(OwnParts, DrawPicturesForWords) {
  picture_for("five thick", "five.png");
  EXPECT_EQ(read_data(*folder_ / "five.png").units(), 60 * 60);  // drawn twice as large, in a frame
  EXPECT_NE(picture_for("five thick", "five.npy"), picture_for("five thin", "thin.npy"));
}

TEST_F(OwnParts, ReadWordsFromFilesAsTheyWereReadInTraining) {
  folder_->write("note.txt", "A THREE,\nand thick!\n");  // one document, as it is typed
  folder_->write("note.csv", "words\nthree thick\n");
  const std::string typed = picture_for("three thick", "seen.npy");
  for (const char* file : {"note.txt", "note.csv"}) EXPECT_EQ(picture_for(file, "seen.npy"), typed) << file;
}

TEST_F(OwnParts, AreFoundAndNamed) {
  const auto found = ask({"search", "run", "--given", "text=three", "--among", "train", "--top", "10"});
  ASSERT_EQ(found.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_THAT(found[i]["name"].get<std::string>(), HasSubstr(".png"));
    EXPECT_GE(found[i == 0 ? 0 : i - 1]["score"].get<double>(), found[i]["score"].get<double>());
  }
}

TEST_F(OwnParts, FindTextsOfTheSameDigitForNewPictures) {
  const auto found = ask({"search", "run", "--given", "image=new", "--want", "text", "--among", "train", "--top", "1"});
  ASSERT_EQ(found.size(), std::size_t(kTest));
  const std::vector<std::string> digits = digits_of_new();
  int right = 0;
  for (std::size_t row = 0; row < kTest; ++row)
    right += (" " + found[row]["words"].get<std::string>() + " ").find(" " + digits[row] + " ") != std::string::npos;
  EXPECT_GE(right, 16);  // 4 by chance, as above
}

TEST_F(OwnParts, AreWrittenForOtherPrograms) {
  const auto said = ask({"data", "write", "mine.toml", "--part", "test", "--out", "new.npz"});
  EXPECT_EQ(said["arrays"], nlohmann::json({"image", "text", "labels", "names"}));
  const Dataset image = read_data(*folder_ / "new.npz", {.data_key = "image", .label_key = "labels"}),
                text = read_data(*folder_ / "new.npz", {.data_key = "text", .numbers = true});
  const Dataset files = read_data(*folder_ / "new");
  ASSERT_EQ(image.cases(), kTest);
  ASSERT_EQ(text.cases(), kTest);
  Context ctx;
  const Cases truth = tagged_strokes(ctx, kTest, Key{2});
  for (int row = 0; row < kTest; ++row) {
    const std::int64_t c = std::stoi(files.case_names[std::size_t(row)]);
    EXPECT_EQ(image.labels[std::size_t(row)], int(labels_of(truth)[std::size_t(c)]));
    double words = 0;
    for (std::int64_t k = 0; k < text.units(); ++k) words += text.x.at(row, k);
    EXPECT_EQ(words, 4);
    for (std::int64_t i = 0; i < 28 * 28; ++i)
      ASSERT_EQ(image.x.at(row, i), float(files.x.as<std::uint8_t>()(row, i)) / 255.0f) << row << " " << i;
  }
  EXPECT_THAT(folder_->run({"data", "write", "mine.toml", "--out", "new.npy"}).err, HasSubstr("ends in .npz"));
}

// What a training run says before it learns.
std::string said_of(const Folder& folder, const std::string& recipe, int code) {
  folder.write("bad.toml", recipe);
  const Outcome outcome = folder.run({"train", "bad.toml", "--out", "bad", "--dry-run"});
  EXPECT_EQ(outcome.code, code) << outcome.err;
  return outcome.err + outcome.out;
}

TEST(PartsOfFiles, ThatCasesLackAreInferredWhereTheRecipeSaysSo) {
  Folder folder;
  write_parts(folder, "mine", 40, 1, 4);
  write_parts(folder, "new", 10, 2);
  const std::string recipe = std::string(kData) + kMachine;
  EXPECT_THAT(said_of(folder, recipe, 2), HasSubstr("mine.csv (text): there is no case '0.png', which "));
  const std::string missing = changed(recipe, "name = \"files\"", "name = \"files\"\nmissing = true");
  folder.write("missing.toml", missing);
  const Outcome trained = folder.run({"train", "missing.toml", "--out", "run", "--set", "train.epochs=1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  ASSERT_EQ(folder.run({"data", "write", "missing.toml", "--part", "train", "--out", "mine.npz"}).code, 0);
  const Dataset known = read_data(folder / "mine.npz", {.data_key = "text", .numbers = true});
  EXPECT_EQ(known.cases(), 40);
  int without = 0;
  for (std::int64_t r = 0; r < 40; ++r) {
    double words = 0;
    for (std::int64_t k = 0; k < known.units(); ++k) words += known.x.at(r, k);
    without += words == 0;
  }
  EXPECT_EQ(without, 10);
}

TEST(PartsOfFiles, AreMeasuredOnHeldOutCasesWhereThereAreNoTestCases) {
  Folder folder;
  write_parts(folder, "mine", 40, 1);
  std::string recipe = std::string(kData) + kMachine;
  for (const char* test : {"test = \"new\"\n", "test = \"new.csv\"\n"}) recipe = changed(recipe, test, "");
  folder.write("all.toml", recipe);
  folder.write("some.toml", changed(recipe, "name = \"files\"", "name = \"files\"\nvalidation = 10"));
  const auto say = [&](const std::vector<std::string>& arguments, int code) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, code) << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(say({"train", "some.toml", "--out", "some", "--set", "train.epochs=1"}, 0),
              HasSubstr("next: deepboltz evaluate some"));
  EXPECT_THAT(say({"evaluate", "some", "--only", "parts"}, 0),
              HasSubstr("some: its data have no test cases; measuring on its 10 validation cases"));
  const auto written = nlohmann::json::parse(folder.read("some/evaluation.json"));
  EXPECT_EQ(written["cases"], 10);
  EXPECT_THAT(written["data"].get<std::string>(), testing::EndsWith("/validation"));
  EXPECT_THAT(say({"evaluate", "some", "--on", "test"}, 2), HasSubstr("its data have no test cases"));
  EXPECT_THAT(say({"train", "all.toml", "--out", "all", "--set", "train.epochs=1"}, 0),
              HasSubstr("next: deepboltz evaluate all --on train"));
  EXPECT_THAT(say({"evaluate", "all"}, 2), HasSubstr("take others with --test FILE or --on train"));
}

TEST(PartsOfFiles, ContradictionsAreRefusedWithTheirKeys) {
  Folder folder;
  write_parts(folder, "mine", 60, 1);
  write_parts(folder, "new", 10, 2);
  const std::string recipe = std::string(kData) + kMachine;
  EXPECT_THAT(said_of(folder, recipe, 0), HasSubstr("60 training cases"));
  const auto without = [&](const std::string& from, const std::string& to, const std::string& said) {
    EXPECT_THAT(said_of(folder, changed(recipe, from, to), 2), HasSubstr(said)) << to;
  };
  without("name = \"image\"\ntrain", "name = \"picture\"\ntrain",
          "pathway[0].name: there is no [[data.part]] \"image\"; expected picture, text");
  without("name = \"text\"\ntrain", "name = \"image\"\ntrain", "data.part[1].name: there are two parts \"image\"");
  without("test = \"new.csv\"\n", "", "data.part[1].test: part \"image\" has test cases");
  without("train = \"mine.csv\"\n", "", "data.part[1].train: expected the path");
  without("name = \"files\"", "name = \"files\"\nmatch = \"order\"\nmissing = true",
          "data.missing: expected match = \"names\"");
  without("name = \"files\"", "name = \"wikipedia\"", "data.name: expected \"files\" where [[data.part]] is given");
  without("text_column = \"words\"", "text_column = \"word\"", "mine.csv:1: no column 'word'");
  without("id_column = \"file\"\n", "", "mine.csv (text): its cases have no names");
  without("test = \"new\"", "test = \"new\"\ninvert = true\ncolour = true", "a grey picture, expected one in colour");
  // A part that no pathway sees is only read.
  const std::size_t text = recipe.find("[[pathway]]\nname = \"text\"");
  EXPECT_THAT(
      said_of(folder, std::string(recipe).erase(text, recipe.find("[joint]") - text), 0),
      testing::AllOf(HasSubstr("60 training cases of image (784)"), HasSubstr("no layer sees the part 'text'")));
  std::string table = folder.read("new.csv");
  const std::size_t end = table.find('\n', table.find('\n') + 1);
  folder.write("new.csv", table.replace(table.rfind(',', end) + 1, 1, "11"));
  EXPECT_THAT(said_of(folder, recipe, 2), HasSubstr("new.csv: '11' is no class of the training cases"));
}

}  // namespace
}  // namespace deepboltz::test
