#include "deepboltz/model/save.h"

#include <functional>
#include <limits>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deepboltz::testing {
namespace {

EnergyModel through_bytes(const EnergyModel& model) {
  Archive archive;
  add_model(model, "part/", archive);
  Archive read = parse_safetensors(make_safetensors(archive), "memory");
  return take_model("part/", read);
}

TEST(SavedModel, IsTheSameMachineToTheBit) {
  Context ctx;
  for (int graph = 0; graph < kGraphs; ++graph)
    for (DType precision : {DType::f32, DType::f64}) {
      const EnergyModel model = random_graph(graph, precision);
      const EnergyModel read = through_bytes(model);
      ASSERT_EQ(read.layers().size(), model.layers().size());
      ASSERT_EQ(read.connections().size(), model.connections().size());
      EXPECT_EQ(read.precision(), precision);
      for (LayerId id : model.ids()) {
        EXPECT_EQ(read.layer(id).name, model.layer(id).name);
        EXPECT_EQ(read.layer(id).unit, model.layer(id).unit);
        EXPECT_EQ(read.layer(id).role, model.layer(id).role);
        EXPECT_EQ(read.layer(id).offset.empty(), model.layer(id).offset.empty());
        EXPECT_EQ(read.block(id), model.block(id));
      }
      const auto states = BruteForce(model).draw(20, {1});
      std::vector<double> here(states.size()), there(states.size());
      for (int summed = kNoBlock; summed < model.blocks(); ++summed) {
        model.log_weight(ctx, state_of(ctx, model, states), {}, summed, here);
        read.log_weight(ctx, state_of(ctx, read, states), {}, summed, there);
        EXPECT_EQ(here, there);
      }
    }
}

TEST(SavedModel, KeepsItsCondition) {
  EnergyModel model(DType::f32);
  const LayerId v = model.add("v", Bernoulli{}, 3, Role::visible), h = model.add("h", Bernoulli{}, 2),
                c = model.add("c", Gaussian{}, 4, Role::condition);
  model.connect(v, h);
  model.connect(c, h);
  EXPECT_EQ(through_bytes(model).ids(Role::condition), model.ids(Role::condition));
}

TEST(SavedModel, NumbersAloneGoIntoAKnownGraph) {
  const EnergyModel model = random_graph(3);
  EnergyModel other = random_graph(3, DType::f64);
  for (Connection& c : other.connections()) c.weight = Tensor(DType::f64, c.weight.rows(), c.weight.cols());
  Archive archive;
  add_numbers(model, "stage1/", archive);
  take_numbers("stage1/", archive, other);
  EXPECT_EQ(other.connections()[0].weight.at(0, 0), model.connections()[0].weight.at(0, 0));
}

TEST(SavedModel, IsNeverAStageOfPretraining) {
  EnergyModel model = random_graph(3);
  model.connections()[0].up = 2;
  Archive archive;
  EXPECT_THROW(add_model(model, "part/", archive), InputError);
}

// A model of layers "v" (3 Bernoulli, visible) and "y" (one softmax of 2, label), with something wrong.
using Metadata = std::map<std::string, std::string>;
using Tensors = std::map<std::string, Tensor>;

std::string refusal(const std::function<void(Metadata&, Tensors&)>& spoil) {
  Metadata metadata{
      {"precision", "f32"}, {"layers", "v bernoulli 3 visible\ny softmax:2 2 label\n"}, {"connections", "v y\n"}};
  Tensors tensors;
  tensors["layer/v/bias"] = Tensor(DType::f32, 1, 3);
  tensors["layer/y/bias"] = Tensor(DType::f32, 1, 2);
  tensors["connection/v/y/weight"] = Tensor(DType::f32, 3, 2);
  spoil(metadata, tensors);
  Archive archive;
  archive.file = "model.safetensors";
  archive.metadata = metadata;
  for (auto& [name, tensor] : tensors) archive.add(name, std::move(tensor));
  try {
    take_model("", archive);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(SavedModel, IsRefusedByNameWhereItIsWrong) {
  using ::testing::HasSubstr;
  using ::testing::StartsWith;
  EXPECT_EQ(refusal([](Metadata&, Tensors&) {}), "");
  const auto header = [](const std::string& name, const std::string& text) {
    const std::string message = refusal([&](Metadata& m, Tensors&) { m[name] = text; });
    EXPECT_THAT(message, StartsWith("model.safetensors: ")) << name << " = " << text;
    return message;
  };
  for (const char* section : {"precision", "layers", "connections"})
    EXPECT_THAT(refusal([&](Metadata& m, Tensors&) { m.erase(section); }), HasSubstr(section));
  header("precision", "f16");
  header("precision", "f64");  // the tensors are of f32
  header("layers", "");
  header("layers", "v bernoulli 3 visible\nv softmax:2 2 label\n");  // a name twice
  header("layers", "v bernoulli 4 visible\ny softmax:2 2 label\n");  // the bias has 3
  header("layers", "v bernoulli 3 visible\ny softmax:3 2 label\n");  // 3 does not divide 2
  header("layers", "v bernoulli 3 visible\ny softmax:0 2 label\n");
  header("layers", "v bernoulli 3 visible\ny softmax: 2 label\n");
  header("layers", "v poisson 3 visible\ny softmax:2 2 label\n");
  header("layers", "v binomial 3 visible\ny softmax:2 2 label\n");
  header("layers", "v binomial:0 3 visible\ny softmax:2 2 label\n");
  header("layers", "v spin:2 3 visible\ny softmax:2 2 label\n");
  header("layers", "v bernoulli 3 seen\ny softmax:2 2 label\n");
  header("layers", "v bernoulli -3 visible\ny softmax:2 2 label\n");
  header("layers", "v bernoulli 3x visible\ny softmax:2 2 label\n");
  header("layers", "v bernoulli 99999999999999999999 visible\n");
  header("layers", "v bernoulli 3 visible\ny softmax:2 2 label\nz bernoulli 3\n");  // a word is missing
  header("layers", "v bernoulli 3 visible hidden\ny softmax:2 2 label\n");          // a word too many
  header("connections", "v z\n");
  header("connections", "v v\n");
  header("connections", "y v\n");  // there is no such weight
  header("connections", "v y\nv y\n");
  header("connections", "v y\nv\n");
  for (const char* name : {"layer/v/bias", "layer/y/bias", "connection/v/y/weight"}) {
    EXPECT_THAT(refusal([&](Metadata&, Tensors& t) { t.erase(name); }), HasSubstr(name));
    for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
      EXPECT_THAT(refusal([&](Metadata&, Tensors& t) { t[name].set(0, 1, double(bad)); }), HasSubstr(name));
    EXPECT_NE(refusal([&](Metadata&, Tensors& t) { t[name] = Tensor(DType::f32, 2, 2); }), "");
    EXPECT_NE(refusal([&](Metadata&, Tensors& t) { t[name] = t[name].to(DType::f64); }), "");
  }
  EXPECT_THAT(refusal([](Metadata&, Tensors& t) { t["layer/v/offset"] = Tensor(DType::f32, 1, 2); }),
              HasSubstr("layer/v/offset"));
}

}  // namespace
}  // namespace deepboltz::testing
