#include "deepboltz/learn/schedule.h"

#include <gtest/gtest.h>

#include "deepboltz/base/error.h"

namespace deepboltz {
namespace {

using Kind = Schedule::Kind;

TEST(Schedule, TakesItsPublishedForms) {
  const Schedule momentum{.kind = Kind::step, .start = 0.5, .end = 0.9, .epochs = 5};  // 0.5 for epochs 1–5, then 0.9
  EXPECT_EQ(momentum.at(4.99, 0), 0.5);
  EXPECT_EQ(momentum.at(5, 0), 0.9);
  const Schedule rate{
      .kind = Kind::per_update, .start = 0.001, .end = 1e-4, .factor = 1.000015};  // divided at each update
  double expected = 0.001;
  for (int update = 0; update < 1000; ++update) expected /= 1.000015;
  EXPECT_NEAR(rate.at(1, 1000), expected, 1e-12);
  EXPECT_EQ(rate.at(1000, 10'000'000), 1e-4);
}

TEST(Schedule, MovesFromStartToEndAndStays) {
  for (Kind kind : {Kind::linear, Kind::geometric}) {
    const Schedule s{.kind = kind, .start = 0.1, .end = 0.001, .epochs = 10};
    EXPECT_NEAR(s.at(0, 0), 0.1, 1e-12);
    EXPECT_NEAR(s.at(5, 0), kind == Kind::linear ? 0.0505 : 0.01, 1e-12);
    EXPECT_NEAR(s.at(10, 0), 0.001, 1e-12);
    EXPECT_NEAR(s.at(25, 0), 0.001, 1e-12);
  }
}

TEST(Schedule, RefusesWhatItCannotBe) {
  EXPECT_THROW(require_schedule({.kind = Kind::constant, .start = 1.5}, 0, 1, "momentum"), InputError);
  EXPECT_THROW(require_schedule({.kind = Kind::linear, .start = 0.5, .end = 0.1, .epochs = 0}, 0, 1, "rate"),
               InputError);
  EXPECT_THROW(require_schedule({.kind = Kind::geometric, .start = 0.5, .end = 0, .epochs = 3}, 0, 1, "rate"),
               InputError);
  EXPECT_THROW(require_schedule({.kind = Kind::per_update, .start = 0.5, .end = 0.1, .factor = 0.5}, 0, 1, "rate"),
               InputError);
  EXPECT_NO_THROW(require_schedule({.kind = Kind::constant, .start = 0.5}, 0, 1, "rate"));
}

}  // namespace
}  // namespace deepboltz
