// Learning from cases that lack parts.
#include <cstring>

#include "tests/learn/pathway_source.h"
#include "tests/tensor/slope.h"
#include <gtest/gtest.h>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/length_rates.h"
#include "deepboltz/learn/phases.h"

namespace deepboltz::testing {
namespace {

constexpr int kCases = 9;
constexpr double kLength = 2;

Learner persistent() {
  Learner learner;
  learner.negative = {.kind = Negative::Kind::persistent, .sweeps = 2, .chains = 7};
  learner.mean_field = {.sweeps = 30, .tolerance = 1e-300, .damping = 0};  // as many passes whatever the batch
  learner.rate.start = 0.02;
  learner.deviation_rate = 0;
  return learner;
}

void expect_same_bits(const EnergyModel& a, const EnergyModel& b) {
  const auto same = [](const Tensor& x, const Tensor& y) {
    ASSERT_EQ(x.bytes(), y.bytes());
    EXPECT_EQ(std::memcmp(x.data(), y.data(), x.bytes()), 0);
  };
  ASSERT_EQ(a.layers().size(), b.layers().size());
  for (std::size_t l = 0; l < a.layers().size(); ++l) same(a.layers()[l].bias, b.layers()[l].bias);
  for (std::size_t c = 0; c < a.connections().size(); ++c) same(a.connections()[c].weight, b.connections()[c].weight);
}

EnergyModel after_epochs(Context& ctx, const EnergyModel& start, const Source& source, const Learner& learner,
                         std::int64_t batch = 4, int epochs = 2) {
  EnergyModel model = start.clone();
  LearningState learning = start_learning(ctx, model, learner, batch);
  State data = make_batch(ctx, model, batch);
  while (learning.epoch < epochs)
    fit_epoch(ctx, learner, source, {.batch = batch, .key = {8}}, {}, model, data, learning);
  return model;
}

void expect_near(const Parameters& a, const Parameters& b, double near) {
  const auto each = [near](const Tensor& x, const Tensor& y) {
    for (std::int64_t i = 0; i < x.rows(); ++i)
      for (std::int64_t j = 0; j < x.cols(); ++j) EXPECT_NEAR(x.at(i, j), y.at(i, j), near);
  };
  for (std::size_t l = 0; l < a.bias.size(); ++l) each(a.bias[l], b.bias[l]);
  for (std::size_t c = 0; c < a.weight.size(); ++c) each(a.weight[c], b.weight[c]);
}

void add(const Parameters& from, double times, Parameters& to) {
  const auto each = [times](const Tensor& x, Tensor& y) {
    for (std::int64_t i = 0; i < x.rows(); ++i)
      for (std::int64_t j = 0; j < x.cols(); ++j) y.set(i, j, y.at(i, j) + times * x.at(i, j));
  };
  for (std::size_t l = 0; l < from.bias.size(); ++l) each(from.bias[l], to.bias[l]);
  for (std::size_t c = 0; c < from.weight.size(); ++c) each(from.weight[c], to.weight[c]);
}

class LearningOfPathways : public ::testing::TestWithParam<int> {
 protected:
  RandomPathways of = random_pathways(GetParam());
  EnergyModel model = random_machine(of, GetParam());
  std::vector<LayerId> parts = model.ids(Role::visible);
  Key key = Key{710}.fold(std::uint64_t(GetParam()));
  std::vector<Joint> rows = random_cases(model, kCases, key);
  std::vector<std::vector<std::uint8_t>> known;  // [part][case]
  Learner learner = persistent();
  Context ctx;

  void SetUp() override {
    for (std::size_t p = 0; p < parts.size(); ++p) {
      known.emplace_back();
      for (std::size_t r = 0; r < kCases; ++r) known.back().push_back(std::uint8_t((r + p) % 3 != 0));
    }
  }
  Source source() const { return rows_source(model, rows, kLength); }
  Source with_missing() const {
    Source all = source();
    for (std::size_t p = 0; p < parts.size(); ++p) all.visible[p].known = known[p];
    return all;
  }
  // The gradient's side of the data, of those cases.
  Parameters statistics(const EnergyModel& machine, const Source& shown, std::vector<std::uint32_t> chosen) {
    LearningState learning = start_learning(ctx, machine, learner, std::int64_t(chosen.size()));
    State data = make_batch(ctx, machine, std::int64_t(chosen.size()));
    fill_batch(ctx, machine, shown, chosen, key, data);
    positive_phase(ctx, learner, key, machine, data, learning);
    return std::move(learning.gradient);
  }
};

INSTANTIATE_TEST_SUITE_P(Random, LearningOfPathways, ::testing::Range(0, kPathways));

TEST_P(LearningOfPathways, ABatchHasTheStatisticsOfItsCasesOneByOne) {
  std::vector<std::uint32_t> all;
  Parameters mean = zero_parameters(model);
  for (std::uint32_t r = 0; r < kCases; ++r) {
    all.push_back(r);
    add(statistics(model, with_missing(), {r}), 1.0 / kCases, mean);
  }
  expect_near(statistics(model, with_missing(), all), mean, 1e-12);
}

TEST_P(LearningOfPathways, HiddenInAllPresentationsIsMissingInAllCases) {
  if (parts.size() == 1) GTEST_SKIP() << "a case of one part is never shown without it";
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const std::vector<std::uint8_t> none(kCases, 0);
    Source hidden = source(), missing = source();
    hidden.visible[p].hide = 1;
    missing.visible[p].known = none;
    const EnergyModel trained = after_epochs(ctx, model, hidden, learner);
    expect_same_bits(trained, after_epochs(ctx, model, missing, learner));
    EXPECT_NE(std::memcmp(trained.connections()[0].weight.data(), model.connections()[0].weight.data(),
                          model.connections()[0].weight.bytes()),
              0);
  }
}

// Of a case with the parts that `known` has: E[statistics | them] − E[statistics] is the slope of log p of those parts,
// with the lengths of all documents given.
TEST_P(LearningOfPathways, TheExpectedStepIsTheSlopeOfLogPOfTheKnownParts) {
  for (Layer& layer : model.layers()) layer.offset = {};
  const std::vector<int> words = words_of(model, rows[0]);
  const std::vector<LayerId> free(parts.begin() + (parts.size() > 1 ? 1 : 0), parts.end());
  const auto expected = [&](const Joint& evidence) {
    const PathwaySum exact(model, evidence, words);
    Parameters sum = zero_parameters(model), one = zero_parameters(model);
    State nothing = model.make_state(ctx, 1);
    nothing.fill_lengths(0);
    for (std::size_t s = 0; s < exact.states.size(); ++s) {
      contrast(ctx, model, state_of(ctx, model, {exact.states[s]}), nothing, one);
      add(one, exact.p[s], sum);
    }
    return sum;
  };
  Parameters step = expected(without(rows[0], parts.size() > 1 ? free : std::vector<LayerId>{}));
  add(expected(Joint(rows[0].size())), -1, step);
  State with = cases_in(ctx, model, {rows[0]}), without_any = with.clone();
  if (parts.size() > 1)
    for (LayerId id : free) with.unclamp(id);
  for (LayerId id : parts) without_any.unclamp(id);
  const auto log_p = [&] {
    double of_known = 0, of_all = 0;
    exact_log_z_given(ctx, model, with, {}, {&of_known, 1});
    exact_log_z_given(ctx, model, without_any, {}, {&of_all, 1});
    return of_known - of_all;
  };
  for (LayerId id : model.ids())
    EXPECT_NEAR(step.bias[at(id)].at(0, 0), slope_of(model.layer(id).bias, 0, 0, log_p), 1e-7) << model.layer(id).name;
  for (std::size_t c = 0; c < model.connections().size(); ++c)
    EXPECT_NEAR(step.weight[c].at(0, 0), slope_of(model.connections()[c].weight, 0, 0, log_p), 1e-7) << c;
}

// What is inferred of it is then what its pathway alone says, whatever the case. Beside the joint layer itself that is
// the model's own mean: the part is expected to stay where it is.
TEST_P(LearningOfPathways, WithoutWeightsToTheJointLayerAMissingPartLearnsNothingOfTheCases) {
  if (parts.size() == 1) GTEST_SKIP() << "there is no other part";
  const LayerId joint = *model.find("joint");
  for (Connection& c : model.connections())
    if (c.upper == joint && model.layer(c.lower).role != Role::label) fill_normal(c.weight, 0, {1});
  const std::vector<std::uint8_t> none(kCases, 0);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    Source missing = source();
    missing.visible[p].known = none;
    const Parameters a = statistics(model, missing, {0, 1, 2}), b = statistics(model, missing, {5, 6, 7});
    const std::string& name = of.pathways[p].name;
    for (LayerId id : model.ids()) {
      if (!model.layer(id).name.starts_with(name)) continue;
      for (std::int64_t u = 0; u < model.layer(id).units; ++u)
        EXPECT_NEAR(a.bias[at(id)].at(0, u), b.bias[at(id)].at(0, u), 1e-12);
    }
    for (std::size_t c = 0; c < model.connections().size(); ++c) {
      const Connection& link = model.connections()[c];
      if (!model.layer(link.lower).name.starts_with(name) || link.upper == joint) continue;
      for (std::int64_t i = 0; i < link.weight.rows(); ++i)
        for (std::int64_t j = 0; j < link.weight.cols(); ++j)
          EXPECT_NEAR(a.weight[c].at(i, j), b.weight[c].at(i, j), 1e-12);
    }
    if (!of.pathways[p].hidden.empty()) continue;
    std::vector<int> words(model.layers().size(), int(kLength));
    const PathwaySum exact(model, Joint(model.layers().size()), words);
    for (std::int64_t u = 0; u < model.layer(parts[p]).units; ++u)
      EXPECT_NEAR(a.bias[at(parts[p])].at(0, u),
                  exact.mean([&](const Joint& x) { return x[at(parts[p])][std::size_t(u)]; }), 1e-11);
  }
}

TEST_P(LearningOfPathways, RatesOfOneChangeNoBit) {
  Learner with_lists = learner;
  with_lists.bias_rates.assign(model.layers().size(), 1);
  with_lists.weight_rates.assign(model.connections().size(), 1);
  expect_same_bits(after_epochs(ctx, model, with_missing(), learner),
                   after_epochs(ctx, model, with_missing(), with_lists));
}

TEST(LearningOfOnePathway, IsThatOfADeepMachine) {
  Context ctx;
  for (const Unit& unit : {Unit(Bernoulli{}), Unit(Gaussian{}), Unit(Counts{}), Unit(Softmax{3})})
    for (const std::int64_t classes : {0, 2}) {
      const RandomPathways of{{{"image", unit, 6, {4}}}, 3, classes};
      EnergyModel tree = of.build(),
                  deep = dbm(6, {4, 3}, {.precision = DType::f64, .classes = classes, .visible = unit});
      for (EnergyModel* model : {&tree, &deep}) initialise_weights(*model, 0.3, {3});
      const std::vector<Joint> rows = random_cases(tree, kCases, {4});
      expect_same_bits(after_epochs(ctx, tree, rows_source(tree, rows, 0), persistent()),
                       after_epochs(ctx, deep, rows_source(deep, rows, 0), persistent()));
    }
}

TEST(LearningOfPathwaysWithThreads, GivesTheSameBits) {
  const std::vector<Pathway> pathways{
      {"image", Bernoulli{}, 300, {90, 40}}, {"text", Counts{}, 60, {50}}, {"sound", Gaussian{}, 30, {20}}};
  EnergyModel start = multimodal_dbm(pathways, 45, {.classes = 5});
  initialise_weights(start, 0.05, {3});
  std::vector<Joint> rows = random_cases(start, 0, {4});
  for (std::uint32_t r = 0; r < 130; ++r) {
    Joint& x = rows.emplace_back(start.layers().size());
    for (std::uint32_t i = 0; i < 300; ++i) x[0].push_back(uniform(Key{5}, r, i) < 0.3f);
    for (std::uint32_t i = 0; i < 60; ++i) x[1].push_back(double(below(Key{6}.fold(r), i, 3)));
    for (std::uint32_t i = 0; i < 30; ++i) x[2].push_back(double(normal(Key{7}, r, i)));
  }
  std::vector<std::vector<std::uint8_t>> known(3);
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t r = 0; r < rows.size(); ++r) known[p].push_back(std::uint8_t((r + p) % 4 != 0));
  Learner learner = persistent();
  learner.negative.chains = 80;
  divide_rates_by_length(start, std::vector<double>{0, 60, 0, 0, 0, 0, 0, 0, 0}, learner);
  std::vector<EnergyModel> trained;
  for (int threads = 1; threads <= 3; ++threads) {
    Context ctx(threads);
    Source source = rows_source(start, rows, 60);
    for (std::size_t p = 0; p < 3; ++p) source.visible[p].known = known[p];
    source.visible[1].hide = 0.25;
    trained.push_back(after_epochs(ctx, start, source, learner, 64, 1));
  }
  expect_same_bits(trained[0], trained[1]);
  expect_same_bits(trained[0], trained[2]);
}

TEST(LengthRates, AreDividedByTheWordsAndBesideThemByTheirSquare) {
  const std::vector<Pathway> pathways{
      {"image", Bernoulli{}, 3, {2}}, {"text", Counts{}, 3, {2, 2}}, {"sift", Counts{}, 4, {}}};
  const EnergyModel model = multimodal_dbm(pathways, 2, {});
  std::vector<double> lengths(model.layers().size(), 0);
  lengths[at(*model.find("text"))] = 20;
  lengths[at(*model.find("sift"))] = 0.5;  // below a word a document: as one word
  Learner learner;
  divide_rates_by_length(model, lengths, learner);
  const auto bias = [&](const char* name) { return learner.bias_rates[at(*model.find(name))]; };
  EXPECT_EQ(bias("image"), 1);
  EXPECT_EQ(bias("image1"), 1);
  EXPECT_EQ(bias("text"), 1.0 / 20);
  EXPECT_EQ(bias("text1"), 1.0 / 400);
  EXPECT_EQ(bias("text2"), 1);
  EXPECT_EQ(bias("sift"), 1);
  EXPECT_EQ(bias("joint"), 1);
  for (std::size_t c = 0; c < model.connections().size(); ++c)
    EXPECT_EQ(learner.weight_rates[c], model.layer(model.connections()[c].lower).name == "text" ? 1.0 / 20 : 1);
}

}  // namespace
}  // namespace deepboltz::testing
