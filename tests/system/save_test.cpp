// What a system is read back as: of today's format to the bit, of older ones whole, of newer ones refused by name.
#include "deepboltz/system/save.h"

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include "tests/system/toy_kind.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/model/build.h"

namespace deepboltz::testing {
namespace {

using ::testing::HasSubstr;

System everything() {
  System system{.kind = "graph"};
  EnergyModel model = rbm(6, 3, {.classes = 2});
  initialise_weights(model, 0.5, Key{1});
  system.parts.emplace("model", std::move(model));
  Network network;
  network.layers.push_back(random_layer("hidden1", Bernoulli{}, 6, 3, 0.1, Key{2}));
  network.layers.push_back(random_layer("classes", Softmax{2}, 3, 2, 0.1, Key{3}));
  system.parts.emplace("classifier", std::move(network));
  Tensor numbers(DType::f64, 2, 3);
  numbers.set(1, 2, 0.1);
  system.parts.emplace("threshold", std::move(numbers));
  system.columns["visible"] = {.names = {"a", "", "two words", "é\n", "e", "f"}, .height = 2, .width = 3};
  system.columns["label"] = {.names = {"yes", "no"}};
  system.notes = {{"recipe", "[train]\nepochs = 3\n"}, {"data", "0123"}};
  return system;
}

Bytes bytes_of(const System& system) {
  Archive archive;
  add_system(system, archive);
  return make_safetensors(archive);
}

System read(const Bytes& bytes) {
  Archive archive = parse_safetensors(bytes, "memory");
  return take_system(archive, kinds());
}

TEST(SavedSystem, IsReadBackToTheBit) {
  const System system = everything();
  const System again = read(bytes_of(system));
  EXPECT_EQ(again.kind, "graph");
  EXPECT_EQ(again.format, kFormat);
  EXPECT_EQ(again.notes, system.notes);
  EXPECT_EQ(again.columns.at("visible").names, system.columns.at("visible").names);
  EXPECT_EQ(again.columns.at("visible").width, 3);
  EXPECT_EQ(bytes_of(again), bytes_of(system));
}

TEST(SavedSystem, OfANewerFormatOrKindIsRefusedByName) {
  const auto refused = [](const char* name, const std::string& text) {
    Archive archive;
    add_system(everything(), archive);
    archive.metadata[name] = text;
    archive.file = "m.safetensors";
    return refusal([&] { take_system(archive, kinds()); });
  };
  EXPECT_THAT(refused("deepboltz", "4"), HasSubstr("m.safetensors: model format '4'"));
  EXPECT_THAT(refused("deepboltz", ""), HasSubstr("model format ''"));
  EXPECT_THAT(refused("kind", "oracle"), HasSubstr("kind 'oracle'"));
  EXPECT_THAT(refused("parts", "model tree\n"), HasSubstr("expected model, network or tensor, got 'tree'"));
  EXPECT_THAT(refused("parts", "model model\nmodel model\n"), HasSubstr("'model' comes twice"));
  EXPECT_THAT(refused("picture/visible", "5 5 1"), HasSubstr("6 visible units, but pictures of 25"));
  EXPECT_THAT(refused("picture/visible", "-1 6"), HasSubstr("the size of a picture"));
}

TEST(SavedSystem, TextsThatEndTooSoonAreRefused) {
  Archive archive;
  System system = everything();
  add_system(system, archive);
  Archive spoiled;
  spoiled.metadata = archive.metadata;
  spoiled.file = "m";
  for (const Archive::Entry& entry : archive.entries()) {
    Tensor tensor = entry.tensor.clone();
    if (entry.name == "names/label") tensor.as<std::uint8_t>()(0, 0) = 200;
    spoiled.add(entry.name, std::move(tensor), entry.shape);
  }
  EXPECT_THAT(refusal([&] { take_system(spoiled, kinds()); }), HasSubstr("m: 'names/label' ends within text 0"));
}

TEST(SavedMachine, IsASystemOfTheFirstKind) {
  const TempFolder folder;
  EnergyModel model = rbm(4, 2);
  initialise_weights(model, 0.5, Key{1});
  save(model, folder / "m.safetensors");
  const EnergyModel again = load(folder / "m.safetensors");
  EXPECT_EQ(again.connections()[0].weight.at(3, 1), model.connections()[0].weight.at(3, 1));
  EXPECT_EQ(read_system(folder / "m.safetensors", kinds()).kind, kinds().front().word);
  EXPECT_THROW(load(folder / "none.safetensors"), FileError);
}

System kept(const std::string& file) {
  return read_system(std::filesystem::path(DEEPBOLTZ_SOURCE_DIR) / "tests/kept" / file, kinds());
}

TEST(KeptFile, OfFormat1IsAGraphWithItsPictures) {
  const System rbm = kept("rbm-1.safetensors");
  EXPECT_EQ(rbm.kind, "graph");
  EXPECT_EQ(rbm.format, 1);
  EXPECT_EQ(part<EnergyModel>(rbm, "model").layer(part<EnergyModel>(rbm, "model").visible()).units, 16);
  EXPECT_EQ(meaning_of(rbm, "visible").height, 4);
  EXPECT_THAT(note_of(rbm, "recipe"), HasSubstr("bars-and-stripes"));
}

TEST(KeptFile, OfARecommenderIsOfItsKind) {
  for (const char* file : {"recommender-1.safetensors", "recommender-seen-1.safetensors"}) {
    System system = kept(file);
    EXPECT_EQ(system.kind, "ratings") << file;
    // Without its recipe too: by its layers.
    Archive archive = read_safetensors(std::filesystem::path(DEEPBOLTZ_SOURCE_DIR) / "tests/kept" / file);
    archive.metadata.erase("note/recipe");
    EXPECT_EQ(take_system(archive, kinds()).kind, "ratings") << file;
  }
}

// What was seen beside ratings was a second visible layer.
TEST(KeptFile, OfARecommenderBeforeConditionsHasOne) {
  const System system = kept("recommender-seen-1.safetensors");
  const auto& model = part<EnergyModel>(system, "model");
  ASSERT_EQ(model.ids(Role::condition).size(), 1u);
  EXPECT_EQ(model.layer(model.ids(Role::condition)[0]).name, "seen");
  EXPECT_TRUE(part<EnergyModel>(kept("recommender-1.safetensors"), "model").ids(Role::condition).empty());
}

TEST(KeptFile, OfFormat2IsWhitened) {
  const System system = kept("whitened-2.safetensors");
  EXPECT_EQ(system.format, 2);
  EXPECT_FALSE(part<EnergyModel>(system, "model").layers()[0].whitening.empty());
}

}  // namespace
}  // namespace deepboltz::testing
