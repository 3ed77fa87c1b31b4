// Greedy learning of a tree of pathways: the factors of its stages, the cases that they see, and what becomes of them.
#include "tests/learn/pathway_source.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/learn/pretrain.h"
#include "deepboltz/model/field.h"

namespace deepboltz::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Context& ctx() {
  static Context context(1);
  return context;
}

// Stages: image1, image2, text1, joint. The part "tags" is beside the joint layer.
EnergyModel tree() {
  const std::vector<Pathway> pathways{
      {"image", Gaussian{}, 3, {3, 2}}, {"text", Counts{}, 4, {2}}, {"tags", Bernoulli{}, 2, {}}};
  return multimodal_dbm(pathways, 2, {.precision = DType::f64, .classes = 2});
}

constexpr double kWords = 5;

PretrainRule rule_of(const EnergyModel& model, BiasRule bias) {
  PretrainRule rule{scales_2009(4), bias};
  rule.lengths.assign(model.layers().size(), 0);
  rule.lengths[at(*model.find("text"))] = kWords;
  return rule;
}

std::vector<EnergyModel> random_stages(const EnergyModel& model, const PretrainRule& rule) {
  std::vector<EnergyModel> stages;
  stages.reserve(4);
  for (std::size_t s = 1; s <= 4; ++s) {
    stages.push_back(pretraining_stage(model, rule, s));
    for (Connection& c : stages.back().connections()) fill_normal(c.weight, 1, Key{s}.fold(1).fold(at(c.lower)));
    for (std::size_t l = 0; l < stages.back().layers().size(); ++l)
      fill_normal(stages.back().layers()[l].bias, 1, Key{s}.fold(2).fold(l));
  }
  return stages;
}

TEST(StagesOfATree, HaveTheFactorsOfTheirPlace) {
  const EnergyModel model = tree();
  struct Expected {
    std::size_t stage;
    const char* lower;
    double up, down;
  };
  for (const auto& [stage, lower, up, down] :
       {Expected{1, "image", 2, 1}, Expected{2, "image1", 2, 2}, Expected{3, "text", 2, 1}, Expected{4, "image2", 1, 2},
        Expected{4, "text1", 1, 2}, Expected{4, "tags", 1, 1}, Expected{4, "label", 1, 1}}) {
    const EnergyModel machine = pretraining_stage(model, rule_of(model, BiasRule::mean), stage);
    int found = 0;
    for (const Connection& c : machine.connections()) {
      if (machine.layer(c.lower).name != lower) continue;
      ++found;
      EXPECT_EQ(c.up, up) << stage << ' ' << lower;
      EXPECT_EQ(c.down, down) << stage << ' ' << lower;
    }
    EXPECT_EQ(found, 1) << stage << ' ' << lower;
  }
}

TEST(StagesOfATree, DoubleTheBiasesOfLayersThatTwoOfThemTrain) {
  const EnergyModel model = tree();
  for (const BiasRule bias : {BiasRule::sum, BiasRule::mean})
    for (std::size_t s = 1; s <= 4; ++s) {
      const EnergyModel machine = pretraining_stage(model, rule_of(model, bias), s);
      for (const Layer& layer : machine.layers()) {
        const bool two = layer.name == "image1" || layer.name == "image2" || layer.name == "text1";
        EXPECT_EQ(layer.bias_factor, two && bias == BiasRule::sum ? 2 : 1) << s << ' ' << layer.name;
      }
    }
}

TEST(StagesOfATree, AreMergedByTheRuleAndBesideCountsByTheLength) {
  for (const BiasRule bias : {BiasRule::sum, BiasRule::mean}) {
    EnergyModel model = tree();
    const PretrainRule rule = rule_of(model, bias);
    const std::vector<EnergyModel> stages = random_stages(model, rule);
    merge_stages(ctx(), stages, rule, model);
    const double half = bias == BiasRule::sum ? 1 : 0.5;
    const auto of = [&](std::size_t stage, const char* name) {
      const EnergyModel& machine = stages[stage - 1];
      return machine.layer(*machine.find(name)).bias.at(0, 1);
    };
    const auto merged = [&](const char* name) { return model.layer(*model.find(name)).bias.at(0, 1); };
    EXPECT_NEAR(merged("image"), of(1, "image"), 1e-12);
    EXPECT_NEAR(merged("image1"), half * (of(1, "image1") + of(2, "image1")), 1e-12);
    EXPECT_NEAR(merged("image2"), half * (of(2, "image2") + of(4, "image2")), 1e-12);
    EXPECT_NEAR(merged("text"), of(3, "text"), 1e-12);
    EXPECT_NEAR(merged("text1"), half * (of(3, "text1") + of(4, "text1") / kWords), 1e-12);
    EXPECT_NEAR(merged("tags"), of(4, "tags"), 1e-12);
    EXPECT_NEAR(merged("joint"), of(4, "joint"), 1e-12);
    EXPECT_NEAR(merged("label"), of(4, "label"), 1e-12);
    for (const Connection& link : model.connections())
      for (const EnergyModel& machine : stages)
        for (const Connection& c : machine.connections())
          if (machine.layer(c.lower).name == model.layer(link.lower).name) {
            EXPECT_EQ(machine.layer(c.upper).name, model.layer(link.upper).name);
            EXPECT_EQ(c.weight.at(1, 1), link.weight.at(1, 1));
          }
    EXPECT_NO_THROW(model.require_energy("test"));
  }
}

class CasesOfStages : public ::testing::Test {
 protected:
  EnergyModel model = tree();
  std::vector<EnergyModel> stages = random_stages(model, rule_of(model, BiasRule::mean));
  std::vector<Joint> rows = random_cases(model, 5, {3});
  Source source = rows_source(model, rows, kWords);
  std::vector<std::uint8_t> image{1, 0, 1, 1, 0}, text{1, 1, 0, 1, 1}, none{0, 0, 0, 0, 0};

  Source of(std::size_t stage, bool draws = false) {
    return stage_source(ctx(), model, source, stages, stage, draws, 5);
  }
};

TEST_F(CasesOfStages, AreThoseThatHaveAllPartsBelow) {
  source.visible[0].known = image;
  source.visible[1].known = text;
  EXPECT_THAT(cases_below(model, source, 1), ElementsAre(0, 2, 3));
  EXPECT_THAT(cases_below(model, source, 2), ElementsAre(0, 2, 3));
  EXPECT_THAT(cases_below(model, source, 3), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(cases_below(model, source, 4), ElementsAre(0, 3));
  EXPECT_EQ(of(1).cases, 3u);
  EXPECT_EQ(of(3).cases, 4u);
  EXPECT_EQ(of(4).cases, 2u);
}

// Stage 4 sees in "image2" what the machines of image1 and image2 make of the cases that it learns from.
TEST_F(CasesOfStages, AreSeenThroughTheStagesBelow) {
  source.visible[0].known = image;
  source.visible[1].known = text;
  const std::vector<std::uint32_t> both{0, 1};  // cases 0 and 3
  const Source joint = of(4);
  ASSERT_EQ(joint.visible.size(), 3u);
  Tensor image2(DType::f64, 2, 2), tags(DType::f64, 2, 2);
  joint.visible[0].states(ctx(), both, {1}, image2);
  joint.visible[2].states(ctx(), both, {1}, tags);
  State bottom = stages[0].make_state(ctx(), 2), middle = stages[1].make_state(ctx(), 2);
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t i = 0; i < 3; ++i) bottom.layers[0].set(r, i, rows[r == 0 ? 0 : 3][0][std::size_t(i)]);
  mean_layer(ctx(), stages[0], {1}, bottom, {}, middle.x({0}));
  mean_layer(ctx(), stages[1], {1}, middle, {}, middle.x({1}));
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t j = 0; j < 2; ++j) {
      EXPECT_NEAR(image2.at(r, j), middle.layers[1].at(r, j), 1e-12);
      EXPECT_EQ(tags.at(r, j), rows[r == 0 ? 0 : 3][2][std::size_t(j)]);
    }
}

TEST_F(CasesOfStages, AStageWithoutACaseIsRefusedByName) {
  const auto refusal = [&](std::size_t stage) -> std::string {
    try {
      of(stage);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  source.visible[1].known = none;
  EXPECT_EQ(refusal(1), "");
  EXPECT_THAT(refusal(3), HasSubstr("no case has all parts below 'text1'"));
  EXPECT_THAT(refusal(4), HasSubstr("no case has all parts below 'joint'"));
  const std::vector<std::uint8_t> other{0, 1, 0, 0, 1};
  source.visible[0].known = image;
  source.visible[1].known = other;  // each part is there, and never both
  EXPECT_EQ(refusal(3), "");
  EXPECT_THAT(refusal(4), HasSubstr("'joint'"));
}

}  // namespace
}  // namespace deepboltz::testing
