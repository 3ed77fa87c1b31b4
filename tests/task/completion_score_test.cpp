#include "deepboltz/task/completion_score.h"

#include <cmath>

#include "tests/task/toy_machine.h"
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(CompletionScore, ByHand) {
  const Tensor truth = toy::matrix({{1, 0, 1}, {0, 0, 1}}), said = toy::matrix({{0.8, 0.4, 0.1}, {0.5, 0.3, 0.9}});
  const Tensor known = toy::matrix({{0, 0, 1}, {1, 0, 0}}, DType::u8);
  const CompletionScore score = score_completion(truth, said, known, kMachineClip);
  const double first = -std::log(0.8) - std::log(0.6), second = -std::log(0.7) - std::log(0.9);
  EXPECT_EQ(score.hidden, 4);
  EXPECT_NEAR(score.log_loss.value, (first + second) / 4, 1e-15);
  // With as many hidden pixels in each case the ratio is a plain mean: its error is the deviation of two numbers, /√2.
  EXPECT_NEAR(score.log_loss.standard_error, std::abs(first - second) / 4, 1e-15);
  EXPECT_NEAR(score.rmse.value, std::sqrt((0.04 + 0.16 + 0.09 + 0.01) / 4), 1e-15);
  EXPECT_NEAR(score.rmse.standard_error, std::abs(0.20 - 0.10) / 4 / (2 * score.rmse.value), 1e-15);
}

TEST(CompletionScore, AWrongCopyCostsTheClip) {
  const Tensor truth = toy::matrix({{1, 0}, {1, 0}}, DType::f32), copied = toy::matrix({{0, 0}}, DType::f32);
  const Tensor known(DType::u8, 2, 2);
  const CompletionScore score = score_completion(truth, copied, known, kBaselineClip);
  EXPECT_NEAR(score.log_loss.value, (std::log(512.0) - std::log(511.0 / 512)) / 2, 1e-12);
  EXPECT_NEAR(score.log_loss.standard_error, 0, 1e-12);
  EXPECT_NEAR(score.rmse.value, std::sqrt((511.0 * 511 + 1) / 2) / 512, 1e-12);
}

TEST(CompletionScore, RefusesWhatHasNoError) {
  const Tensor truth = toy::matrix({{1, 0}, {1, 0}}), one = toy::matrix({{1, 0}});
  const Tensor everything = toy::matrix({{1, 1}, {1, 1}}, DType::u8), known(DType::u8, 1, 2);
  EXPECT_THROW(score_completion(truth, truth, everything, kBaselineClip), InputError);
  EXPECT_THROW(score_completion(one, one, known, kBaselineClip), InputError);
  EXPECT_THROW(score_completion(truth, truth, known, kBaselineClip), InputError);
}

}  // namespace
}  // namespace deepboltz
