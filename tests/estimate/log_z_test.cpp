// Which log Z is to be quoted. Peers gave the two directions of annealing of one machine 11.8 nats apart without a
// word.
#include "deepboltz/estimate/log_z.h"

#include <cmath>

#include "tests/model/brute_force.h"
#include "tests/model/random_graph.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/base/numeric.h"
#include "deepboltz/model/build.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz::testing {
namespace {

using ::testing::HasSubstr;

Estimate estimate(double value, double error = 0.1) {
  return {.value = value, .standard_error = error, .lower = value - 3 * error, .upper = value + 3 * error, .runs = 100};
}

// A measurement in which nothing speaks against the bridge.
LogZ agreeing() {
  LogZ m{.forward = estimate(100), .quarter = estimate(99.9), .bridge = estimate(100.1)};
  m.from_data = m.from_annealing = {.reverse = estimate(100.2), .free_energy = estimate(50)};
  return m;
}

// One in which nothing speaks against tempering either.
LogZ tempered() {
  LogZ m = agreeing();
  m.tempering.emplace();
  m.tempering->bridge = m.tempering->first_half = m.tempering->second_half = estimate(100.1);
  return m;
}

std::string said(const LogZ& m) {
  const Trust trust = quotable(m);
  return std::string(name_of(trust.quoted)) + ": " + trust.reason;
}

TEST(QuotedLogZ, IsTheExactOneThenTemperingThenTheBridge) {
  LogZ m = agreeing();
  EXPECT_EQ(quotable(m).quoted, Quoted::bridge);
  EXPECT_EQ(quoted_log_z(m), &m.bridge);
  m = tempered();
  EXPECT_EQ(quoted_log_z(m), &m.tempering->bridge);
  m.exact = estimate(105, 0);
  EXPECT_EQ(quoted_log_z(m), &*m.exact);
}

// Each way to mislead, and the words that name it. Without tempering nothing is left to quote.
struct Contradiction {
  const char* name;
  const char* words;
  void (*put)(LogZ&);
};

class QuotedLogZContradicted : public ::testing::TestWithParam<Contradiction> {};

TEST_P(QuotedLogZContradicted, IsNone) {
  LogZ m = agreeing();
  GetParam().put(m);
  EXPECT_THAT(said(m), ::testing::AllOf(::testing::StartsWith("none: "), HasSubstr(GetParam().words)));
  EXPECT_EQ(quoted_log_z(m), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, QuotedLogZContradicted,
    ::testing::Values(
        Contradiction{"ForwardAboveReverse", "forward AIS is above reverse AIS",
                      [](LogZ& m) { m.from_data.reverse = estimate(99.5); }},
        Contradiction{"ForwardAboveReverseOfAnnealing", "forward AIS is above reverse AIS",
                      [](LogZ& m) { m.from_annealing.reverse = estimate(99.5); }},
        Contradiction{"WarnedTemperingAboveReverse", "tempering is above reverse AIS",
                      [](LogZ& m) {
                        m = tempered();
                        m.tempering->bridge = estimate(101);
                        m.tempering->bridge.warning = "3 round trips of 20 ladders";
                      }},
        Contradiction{"BridgeThatWarns", "hardly overlap", [](LogZ& m) { m.bridge.warning = "they hardly overlap"; }},
        Contradiction{"AnnealingThatGrows", "forward AIS grows", [](LogZ& m) { m.quarter = estimate(99.5); }},
        Contradiction{"OtherReverse", "other reverse figures",
                      [](LogZ& m) { m.from_annealing.reverse = estimate(100.7); }},
        Contradiction{"OtherEnergies", "other mean −F", [](LogZ& m) { m.from_annealing.free_energy = estimate(50.5); }},
        Contradiction{"BridgeBelowForward", "above the bridge", [](LogZ& m) { m.bridge = estimate(99.5); }},
        Contradiction{"TemperingAgainstTheBridge", "disagree",
                      [](LogZ& m) {
                        m = tempered();
                        m.from_data.reverse = m.from_annealing.reverse = estimate(101);
                        m.tempering->bridge = m.tempering->first_half = m.tempering->second_half = estimate(101.2);
                      }}),
    [](const auto& way) { return std::string(way.param.name); });

TEST(QuotedLogZ, IsNoTemperingThatWarnsOrWhoseHalvesDisagree) {
  LogZ m = tempered();
  m.bridge.warning = "the two directions hardly overlap";
  EXPECT_EQ(quotable(m).quoted, Quoted::tempering);
  m.tempering->second_half = estimate(100.7);
  EXPECT_THAT(said(m), HasSubstr("the halves of its rounds disagree"));
  m = tempered();
  m.bridge.warning = "the two directions hardly overlap";
  m.tempering->bridge.warning = "0 round trips of 20 ladders";
  EXPECT_THAT(said(m), HasSubstr("0 round trips"));
  m = tempered();
  m.tempering->bridge = estimate(99.5);
  EXPECT_EQ(quotable(m).quoted, Quoted::bridge);  // forward AIS is a bound on average, tempering is none
}

State noise(Context& ctx, const EnergyModel& model, std::int64_t cases) {
  State state = model.make_state(ctx, cases);
  draw_base(ctx, model, nullptr, Key{9}, state);
  return state;
}

TEST(LogZMeasurement, IsRightWhereItIsQuotedAndIsQuotedForMostMachines) {
  Context ctx;
  int quoted = 0;
  for (int number = 0; number < kGraphs; ++number) {
    const EnergyModel model = random_graph(number, number % 2 == 0 ? DType::f64 : DType::f32, {51});
    LogZMeasurement measurement(ctx, model, noise(ctx, model, 40),
                                {.steps = 40,
                                 .runs = 40,
                                 .burn_in = 20,
                                 .levels = 4,
                                 .ladders = 10,
                                 .rounds = 100,
                                 .key = Key{52}.fold(std::uint64_t(number))});
    const double exact = BruteForce(model).log_z;
    for (int call = 0; call < 2; ++call)
      if (const Estimate* e = quoted_log_z(measurement.measure())) {
        ++quoted;
        EXPECT_NEAR(e->value, exact, 4 * e->standard_error) << number;
      }
  }
  EXPECT_GE(quoted, 8 * 2 * kGraphs / 10);
}

// Two modes of about the same mass, and all cases in one of them. Both directions of annealing and
// their bridge are in the chains' hands; the other group of chains is not.
TEST(LogZMeasurement, DoesNotQuoteABridgeWhoseChainsMissAMode) {
  Context ctx;
  constexpr std::int64_t kUnits = 20;
  EnergyModel model = rbm(kUnits, 1, {.precision = DType::f64});
  double one = 0, other = 0;  // log masses of the two modes
  State state = model.make_state(ctx, 60);
  for (std::int64_t i = 0; i < kUnits; ++i) {
    const double sign = i % 2 == 0 ? 1 : -1;
    model.layers()[0].bias.set(0, i, -3 * sign);
    const double weight = (5.6 + 0.04 * double(i)) * sign;
    model.connections()[0].weight.set(i, 0, weight);
    one += std::log1p(std::exp(-3 * sign));
    other += std::log1p(std::exp(weight - 3 * sign));
    for (std::int64_t c = 0; c < state.cases; ++c) state.layers[0].set(c, i, sign < 0);
  }
  const double exact = log_add_exp(one, other);
  for (std::uint64_t repeat = 0; repeat < 10; ++repeat) {
    LogZMeasurement measurement(ctx, model, state.clone(),
                                {.steps = 200, .runs = 60, .burn_in = 20, .rounds = 100, .key = Key{53}.fold(repeat)});
    const LogZ& m = measurement.measure();
    EXPECT_NE(quotable(m).quoted, Quoted::bridge);
    const Estimate* e = quoted_log_z(m);
    EXPECT_NEAR(e ? e->value : exact, exact, e ? 4 * e->standard_error : 0) << name_of(quotable(m).quoted);
  }
}

}  // namespace
}  // namespace deepboltz::testing
