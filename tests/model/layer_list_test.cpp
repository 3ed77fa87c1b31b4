// Machines from lists of layers and connections: what the list says is what is built, and what it may not say.
#include "deepboltz/model/layer_list.h"

#include <gtest/gtest.h>

#include "deepboltz/model/build.h"

namespace deepboltz::testing {
namespace {

using Layers = std::vector<ListedLayer>;
using Connections = std::vector<ListedConnection>;

const Layers kTwoParts{{"image", Bernoulli{}, 4, Role::visible},
                       {"text", Counts{}, 3, Role::visible},
                       {"image1", Bernoulli{}, 3},
                       {"joint", Bernoulli{}, 2},
                       {"label", Softmax{2}, 2, Role::label}};
const Connections kMeeting{{"image", "image1"}, {"image1", "joint"}, {"text", "joint"}, {"label", "joint"}};

std::string refusal(const Layers& layers, const Connections& connections) {
  try {
    build_layers(layers, connections, DType::f64);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(LayerList, SpelledOutPathwaysAreTheSameMachine) {
  const std::vector<Pathway> pathways{{"image", Bernoulli{}, 4, {3}}, {"text", Counts{}, 3, {}}};
  EnergyModel shortly = multimodal_dbm(pathways, 2, {.classes = 2}),
              listed = build_layers(kTwoParts, kMeeting, DType::f32);
  initialise_weights(shortly, 0.1, Key{7});
  initialise_weights(listed, 0.1, Key{7});
  ASSERT_EQ(listed.layers().size(), shortly.layers().size());
  for (LayerId id : listed.ids()) {
    EXPECT_EQ(listed.layer(id).name, shortly.layer(id).name);
    EXPECT_EQ(listed.layer(id).role, shortly.layer(id).role);
  }
  ASSERT_EQ(listed.connections().size(), shortly.connections().size());
  for (std::size_t c = 0; c < listed.connections().size(); ++c) {
    const Connection &a = listed.connections()[c], &b = shortly.connections()[c];
    EXPECT_EQ(a.lower, b.lower);
    EXPECT_EQ(a.upper, b.upper);
    for (std::int64_t i = 0; i < a.weight.rows(); ++i)
      for (std::int64_t j = 0; j < a.weight.cols(); ++j) EXPECT_EQ(a.weight.at(i, j), b.weight.at(i, j));
  }
}

TEST(LayerList, ListsGraphsThatAreNoTrees) {
  const EnergyModel model = build_layers(
      Layers{{"image", Bernoulli{}, 4, Role::visible},
             {"text", Bernoulli{}, 3, Role::visible},
             {"low", Bernoulli{}, 3},
             {"high", Bernoulli{}, 2},
             {"top", Bernoulli{}, 2}},
      Connections{{"image", "low"}, {"low", "high"}, {"text", "high"}, {"image", "high"}, {"high", "top"}}, DType::f64);
  ASSERT_EQ(model.connections().size(), 5u);
  EXPECT_EQ(model.connections()[3].weight.rows(), 4);
  EXPECT_EQ(model.connections()[3].weight.cols(), 2);
}

TEST(LayerList, RefusesWhatIsNoMachine) {
  EXPECT_EQ(refusal(kTwoParts, {{"image", "joint"}, {"txt", "joint"}}),
            "connection 2: there is no layer 'txt'; did you mean 'text'?");
  EXPECT_EQ(refusal(kTwoParts, {{"image", "image1"}, {"text", "joint"}, {"label", "joint"}, {"joint", "joint"}}),
            "connect: 'joint' cannot be connected with itself");
  EXPECT_EQ(refusal(kTwoParts, {{"image", "joint"}, {"joint", "image"}}),
            "connect: 'joint' and 'image' are connected already");
  EXPECT_EQ(refusal(kTwoParts, {{"image", "joint"}, {"text", "joint"}, {"label", "joint"}}),
            "layer 'image1': expected a connection to another layer, got none");
  EXPECT_EQ(refusal({{"a", Bernoulli{}, 2}, {"b", Bernoulli{}, 2}}, {{"a", "b"}}),
            "expected a visible layer, got none among 2 layers");
  EXPECT_EQ(refusal({{"a", Bernoulli{}, 2, Role::visible}, {"a", Bernoulli{}, 2}}, {}),
            "add: there is a layer 'a' already");
  EXPECT_EQ(refusal({{"a", Counts{}, 2, Role::visible}, {"b", Counts{}, 2, Role::visible}, {"h", Bernoulli{}, 2}},
                    {{"a", "h"}, {"b", "h"}})
                .substr(0, 49),
            "connect: 'h' would touch two layers of counts, 'a");
}

}  // namespace
}  // namespace deepboltz::testing
