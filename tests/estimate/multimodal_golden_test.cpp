// The numbers of a multimodal machine that were found by enumeration with another program: pictures of two real values
// and documents of three words, two hidden layers a pathway, one joint unit. And of two layers of counts.
#include <cmath>

#include <gtest/gtest.h>

#include "deepboltz/estimate/conditional_log_p.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/infer/missing_part.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/standardisation.h"

namespace deepboltz {
namespace {

Context& ctx() {
  static Context context(1);
  return context;
}

using Rows = std::vector<std::vector<double>>;

void put(const Rows& rows, Tensor& out) {
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t i = 0; i < rows[r].size(); ++i) out.set(std::int64_t(r), std::int64_t(i), rows[r][i]);
}

void put_bias(EnergyModel& model, const char* layer, const std::vector<double>& bias) {
  put({bias}, model.layer(*model.find(layer)).bias);
}

void put_weight(EnergyModel& model, const char* lower, const char* upper, const Rows& weight) {
  for (Connection& c : model.connections())
    if (model.layer(c.lower).name == lower && model.layer(c.upper).name == upper) return put(weight, c.weight);
  FAIL() << lower << "–" << upper;
}

const std::vector<double> kDeviations{0.5, 1.5};

// Parts "image" (of `unit`) and "text".
EnergyModel machine(const Unit& unit) {
  const std::vector<Pathway> pathways{{"image", unit, 2, {2, 1}}, {"text", Counts{}, 3, {2, 1}}};
  EnergyModel model = multimodal_dbm(pathways, 1, {.precision = DType::f64});
  put_weight(model, "image1", "image2", {{0.7}, {-0.4}});
  put_bias(model, "image2", {0.05});
  put_weight(model, "text", "text1", {{0.3, -0.2}, {0.1, 0.4}, {-0.5, 0.2}});
  put_bias(model, "text", {0.2, -0.1, 0});
  put_bias(model, "text1", {-0.1, 0.3});
  put_weight(model, "text1", "text2", {{0.6}, {0.2}});
  put_bias(model, "text2", {-0.15});
  put_weight(model, "image2", "joint", {{0.8}});
  put_weight(model, "text2", "joint", {{0.9}});
  put_bias(model, "joint", {0.1});
  return model;
}

EnergyModel pictures_and_words() {
  EnergyModel model = machine(Gaussian{});
  put_weight(model, "image", "image1", {{0.3, -0.5}, {0.6, 0.1}});
  put_bias(model, "image", {0.2 / kDeviations[0], -0.4 / kDeviations[1]});  // of states, v/σ
  put_bias(model, "image1", {0.1, -0.2});
  Layer& image = model.layer(*model.find("image"));
  standardise_by(0, 1, image);
  put({kDeviations}, image.scale);
  return model;
}

// A case with both parts; M: its words.
State both(const EnergyModel& model, const std::vector<double>& image, const std::vector<double>& text, double words) {
  State state = model.make_state(ctx(), 1);
  put({image}, state.layers[0]);
  to_states(ctx(), model.layer({0}), state.x({0}));
  put({text}, state.layers[1]);
  state.fill_lengths(words);
  state.clamp({0});
  state.clamp({1});
  return state;
}

double exact(const EnergyModel& model, const State& state) {
  double value = 0;
  exact_log_z_given(ctx(), model, state, {}, {&value, 1});
  return value;
}

double log_jacobian_here(const EnergyModel& model) { return log_jacobian(model.layer({0})); }

State with_free(State state, std::vector<LayerId> free) {
  for (LayerId id : free) state.unclamp(id);
  return state;
}

double joint_after_mean_field(const EnergyModel& model, State& state) {
  bottom_up(ctx(), model, state);
  mean_field(ctx(), model, {.sweeps = 3'000, .tolerance = 1e-15}, state);
  return state.x(*model.find("joint")).as<double>()(0, 0);
}

TEST(MultimodalGolden, LogProbabilitiesOfPicturesAndWords) {
  const EnergyModel model = pictures_and_words();
  const State state = both(model, {0.4, -1}, {1, 0, 1}, 2);
  const double log_z = exact(model, with_free(state.clone(), {{0}, {1}}));
  double gauss = 0;  // the golden energy has (v − b)² in the place of v² − 2 b v, and integrates over v
  for (std::int64_t i = 0; i < 2; ++i)
    gauss += std::log(kDeviations[std::size_t(i)]) - std::pow(model.layer({0}).bias.at(0, i), 2) / 2;
  EXPECT_NEAR(log_z + gauss, 10.291472040624, 1e-11);
  EXPECT_NEAR(exact(model, state) - log_z + log_jacobian_here(model), -3.725728896584, 1e-11);
}

TEST(MultimodalGolden, WordsGivenThePicture) {
  const EnergyModel model = pictures_and_words();
  const std::vector<std::pair<std::vector<double>, double>> texts{
      {{2, 0, 0}, 0.141110404848}, {{0, 2, 0}, 0.140691812006}, {{0, 0, 2}, 0.072072948302},
      {{1, 1, 0}, 0.270636120871}, {{1, 0, 1}, 0.183427117704}, {{0, 1, 1}, 0.192061596268}};
  for (const auto& [text, p] : texts) {
    const State state = both(model, {0.4, -1}, text, 2);
    const auto log_p = part_log_p(ctx(), model, state, {})[1][0];
    const double orders = *std::ranges::max_element(text) == 2 ? 1 : 2;
    EXPECT_NEAR(log_p.given.least.value, std::log(p / orders), 1e-11);
    EXPECT_EQ(log_p.given.least.standard_error, 0);
    const double alone = exact(model, with_free(state.clone(), {{0}})) -
                         exact(model, with_free(state.clone(), {{0}, {1}}));  // of counts
    EXPECT_NEAR(log_p.information.least.value, std::log(p) - alone, 1e-11);
  }
}

TEST(MultimodalGolden, MeanFieldWithWordsFreeAndWithout) {
  const EnergyModel model = pictures_and_words();
  const double log_z = exact(model, with_free(both(model, {0.4, -1}, {1, 0, 1}, 2), {{0}, {1}}));
  const auto bound = [&](const State& state) {
    double value = 0;
    bound_at(ctx(), model, state, {&value, 1});
    return value - log_z + log_jacobian_here(model);
  };
  State clamped = both(model, {0.4, -1}, {1, 0, 1}, 2);
  EXPECT_NEAR(joint_after_mean_field(model, clamped), 0.793144556103, 1e-11);
  EXPECT_NEAR(bound(clamped) - std::log(2), -4.469681007800, 1e-10);  // of the words in their order

  State free = both(model, {0.4, -1}, {0, 0, 0}, 0);
  const std::uint8_t none = 0;
  clamp_where_known(ctx(), model, {1}, {&none, 1}, 2, free);
  EXPECT_NEAR(joint_after_mean_field(model, free), 0.794563592381, 1e-11);
  const double words[] = {0.735201881785, 0.753851457780, 0.510946660435};
  for (std::int64_t k = 0; k < 3; ++k) EXPECT_NEAR(free.x({1}).as<double>()(0, k), words[k], 1e-11);

  State empty = both(model, {0.4, -1}, {0, 0, 0}, 0);
  EXPECT_NEAR(joint_after_mean_field(model, empty), 0.794083607969, 1e-11);
}

TEST(MultimodalGolden, TwoLayersOfCountsHaveLengthsOfTheirOwn) {
  EnergyModel model = machine(Counts{});
  put_weight(model, "image", "image1", {{0.5, -0.3}, {-0.2, 0.4}});
  put_bias(model, "image", {0.1, -0.1});
  put_bias(model, "image1", {0.2, 0});
  State state = both(model, {2, 1}, {1, 0, 1}, 2);
  std::ranges::fill(state.length[0], 3.0);
  const double log_z = exact(model, with_free(state.clone(), {{0}, {1}}));
  EXPECT_NEAR(log_z, 11.759186442900, 1e-11);
  EXPECT_NEAR(exact(model, state) - log_z, -2.582092563836, 1e-11);
}

}  // namespace
}  // namespace deepboltz
