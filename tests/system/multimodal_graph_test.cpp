// Machines of several parts that a recipe writes layer by layer: the same as pathways where it spells these out, any
// other graph, and what is no machine.
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/io/file.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/recipe/write.h"
#include "deepboltz/system/run.h"
#include "deepboltz/task/given_parts.h"

namespace deepboltz::testing {
namespace {

using ::testing::HasSubstr;

const std::string kData = R"(
[data]
name = "tagged-strokes"
train_cases = 24
test_cases = 2
)";

const std::string kPathways = R"(
[[pathway]]
name = "image"
binarise = "each-time"
hidden = [5]
hide = 0.25
rate = 0.5

[[pathway]]
name = "text"
visible = "counts"
hidden = [4, 3]
hide = 0.5
length = 3

[joint]
units = 4
labels = true
)";

const std::string kImage = "[[layer]]\npart = \"image\"\nbinarise = \"each-time\"\nhide = 0.25\nrate = 0.5\n",
                  kText = "[[layer]]\npart = \"text\"\nunit = \"counts\"\nhide = 0.5\nlength = 3\n",
                  kLabels = "[[layer]]\npart = \"labels\"\n";

std::string hidden(const std::string& name, int units) {
  return fmt::format("[[layer]]\nname = \"{}\"\nunits = {}\n", name, units);
}
std::string connected(const std::string& from, const std::string& to) {
  return fmt::format("[[connection]]\nfrom = \"{}\"\nto = \"{}\"\n", from, to);
}

// kPathways, spelled out.
std::string spelled_out() {
  return kImage + kText + hidden("image1", 5) + hidden("text1", 4) + hidden("text2", 3) + hidden("joint", 4) + kLabels +
         connected("image", "image1") + connected("text", "text1") + connected("text1", "text2") +
         connected("image1", "joint") + connected("text2", "joint") + connected("label", "joint");
}

const std::string kStage = "[[pretrain.stage]]\nepochs = 2\nbatch = 12\n",
                  kPretrain = "[pretrain]\nbias = \"mean\"\n" + kStage + kStage + kStage + kStage,
                  kTrain = "[train]\nepochs = 2\nbatch = 12\nchains = 6\n[monitor]\ncases = 10\n";

Recipe recipe_from(const std::string& layers, const std::string& pretrain = "") {
  const std::string head = layers.find("[[layer]]") == std::string::npos ? "" : "system = \"multimodal\"\n";
  return parse_recipe(kinds(), head + kData + layers + pretrain + kTrain, "recipe.toml");
}

class MultimodalGraph : public ::testing::Test {
 protected:
  Context ctx;
  const TempFolder place;

  // The bytes of the model and of the metrics.
  std::pair<Bytes, Bytes> learnt(const std::string& name, const Recipe& recipe) {
    const auto sets = recipe.kind->load(ctx, *recipe.values, {});
    std::filesystem::create_directories(place / name);
    EXPECT_EQ(train_run(ctx, *recipe.kind, *recipe.values, *sets, {.folder = place / name, .recipe_text = "the same"}),
              Outcome::finished);
    return {read_file(place / name / "model.safetensors"), read_file(place / name / "metrics.csv")};
  }
};

TEST_F(MultimodalGraph, PathwaysSpelledOutLearnTheSameBytes) {
  for (const std::string& pretrain : {std::string(), kPretrain}) {
    const auto shortly = learnt("short", recipe_from(kPathways, pretrain)),
               listed = learnt("listed", recipe_from(spelled_out(), pretrain));
    EXPECT_EQ(shortly.first, listed.first);
    EXPECT_EQ(shortly.second, listed.second);
  }
}

TEST_F(MultimodalGraph, IsWrittenAndReadAgain) {
  const std::string text = write_recipe(recipe_from(spelled_out(), kPretrain));
  EXPECT_EQ(write_recipe(parse_recipe(kinds(), text, "written.toml")), text);
  EXPECT_EQ(text.find("[[pathway]]"), std::string::npos);
}

// A graph each, and its top layer.
TEST_F(MultimodalGraph, OfAnyShapeLearnsAndSaysItsTopLayer) {
  const std::string parts = kImage + kText;
  const std::vector<std::pair<std::string, std::string>> graphs = {
      // two joint layers, one above the other
      {parts + hidden("low", 5) + hidden("high", 4) + connected("image", "low") + connected("text", "low") +
           connected("low", "high"),
       "high"},
      // parts that join at different heights
      {parts + hidden("image1", 5) + hidden("both", 4) + connected("image", "image1") + connected("image1", "both") +
           connected("text", "both"),
       "both"},
      // a connection past a layer, and labels beside the layer between
      {parts + kLabels + hidden("image1", 5) + hidden("both", 4) + connected("image", "image1") +
           connected("image1", "both") + connected("image", "both") + connected("text", "both") +
           connected("label", "image1"),
       "both"},
      // two layers above the same parts, the upper one first
      {hidden("top", 3) + parts + hidden("left", 3) + hidden("right", 4) + connected("image", "left") +
           connected("image", "right") + connected("text", "right") + connected("left", "top") +
           connected("right", "top"),
       "top"}};
  for (const auto& [layers, top] : graphs) {
    const Recipe recipe = recipe_from(layers);
    learnt(top + std::to_string(layers.size()), recipe);
    const auto sets = recipe.kind->load(ctx, *recipe.values, {});
    const System system = recipe.kind->begin(ctx, *recipe.values, *sets, {});
    const auto& model = part<EnergyModel>(system, "model");
    EXPECT_EQ(model.layer(joint_layer(model)).name, top);
    const Codes codes = recipe.kind->uses.codes(ctx, system, sets->test, "", {});
    EXPECT_EQ(codes.x.cols(), model.layer(joint_layer(model)).units);
  }
}

// Three parts and two layers in which they meet: a column of its own for each.
TEST_F(MultimodalGraph, OfThreePartsMeetsTwice) {
  const std::string layers = kImage + kText + "[[layer]]\npart = \"mirror\"\nbinarise = \"each-time\"\n" +
                             hidden("left", 3) + hidden("right", 4) + connected("image", "left") +
                             connected("text", "left") + connected("text", "right") + connected("mirror", "right");
  const Recipe whole = recipe_from(layers), two = recipe_from(kPathways);
  const auto sets = two.kind->load(ctx, *two.values, {});
  Column mirror = sets->train.at("image");
  mirror.name = "mirror";
  sets->train.columns.push_back(std::move(mirror));
  ASSERT_EQ(train_run(ctx, *whole.kind, *whole.values, *sets, {.folder = place.path(), .recipe_text = "three"}),
            Outcome::finished);
  const System system = whole.kind->begin(ctx, *whole.values, *sets, {});
  const auto& model = part<EnergyModel>(system, "model");
  EXPECT_EQ(parts_of(model), (std::vector<std::string>{"image", "text", "mirror"}));
  EXPECT_EQ(model.layer(joint_layer(model)).name, "right");
  EXPECT_EQ(model.connections().size(), 4u);
}

TEST_F(MultimodalGraph, ThatIsATreeIsPretrained) {
  const std::string low = kImage + kText + hidden("low", 5) + hidden("high", 4) + connected("image", "low") +
                          connected("text", "low") + connected("low", "high");
  learnt("tree", recipe_from(low, "[pretrain]\n" + kStage + kStage));
}

std::string refusal(const std::string& layers, const std::string& pretrain = "") {
  try {
    recipe_from(layers, pretrain);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST_F(MultimodalGraph, ThatIsNoMachineIsRefusedWithItsKey) {
  const std::string parts = kImage + kText + hidden("joint", 4), image = connected("image", "joint"),
                    both = image + connected("text", "joint");
  EXPECT_EQ(refusal(parts + both), "accepted");
  const auto expect = [&](const std::string& layers, const std::string& said, const std::string& pretrain = "") {
    EXPECT_THAT(refusal(layers, pretrain), HasSubstr(said));
    EXPECT_THAT(refusal(layers, pretrain), HasSubstr("recipe.toml"));
  };
  expect(parts + both + image, "connection[2].to: \"image\" and \"joint\" are connected already");
  expect(parts + both + connected("join", "joint"),
         "connection[2].from: there is no layer \"join\"; did you mean \"joint\"?");
  expect(parts + both + connected("joint", "joint"), "connection[2].to: \"joint\" cannot be connected with itself");
  expect(parts + image + connected("joint", "text"), "connection[1].to: expected a hidden layer, got \"text\"");
  expect(parts + hidden("high", 2) + both + connected("joint", "high") + connected("high", "joint"),
         "connection[3].to: \"joint\" is below \"high\" already");
  expect(parts + image, "layer 'text': expected a connection to another layer, got none");
  expect(hidden("joint", 2) + hidden("high", 2) + connected("joint", "high"),
         "expected a layer with a part of the data, got none");
  expect(kText + "[[layer]]\npart = \"image\"\nunit = \"counts\"\n" + hidden("joint", 4) + both,
         "'joint' would touch two layers of counts");
  expect(parts + hidden("joint", 3) + both, "layer[3].name: there are two layers \"joint\"");
  expect(parts + hidden("high", 0) + both + connected("joint", "high"), "layer[3].units: expected the number of units");
  expect(parts + kPathways + both, "expected [[pathway]] tables or [[layer]] tables, got both");
  expect(parts + "[[layer]]\nunits = 3\n" + both, "layer[3].part: expected the name of a hidden layer");
  expect(parts + "[[layer]]\nname = \"x\"\npart = \"labels\"\n" + both, "layer[3].name: expected none");
  expect(kPathways + image, "connection: is for [[layer]] tables, and there are none");
  expect(parts + both + "[evaluate]\nlayer = \"text\"\n",
         "evaluate.layer: expected a hidden layer (joint), got \"text\"");
  expect(parts + hidden("other", 2) + both + connected("image", "other"),
         "pretraining needs a tree of layers: 'image' is below 2 others", "[pretrain]\n" + kStage + kStage);
  expect(parts + both, "expected one [[pretrain.stage]] a hidden layer (1), got 2", "[pretrain]\n" + kStage + kStage);
}

TEST_F(MultimodalGraph, OfAPartThatTheDataLackIsRefused) {
  const Recipe recipe = recipe_from("[[layer]]\npart = \"sound\"\n" + hidden("joint", 4) + connected("sound", "joint"));
  try {
    recipe.kind->load(ctx, *recipe.values, {});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("layer[0].part: the data 'tagged-strokes' have no part 'sound'; expected"));
  }
}

}  // namespace
}  // namespace deepboltz::testing
