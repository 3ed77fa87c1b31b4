#include "deepboltz/system/graph/adapt.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/system/layered/standardise.h"

namespace deepboltz {
namespace {

double words_of_a_document(const Cases& train) {
  double words = 0;
  each_value(train.at(kVisibleColumn), [&](std::int64_t, std::int64_t, double x) { words += x; });
  return words / double(train.count());
}

double rate_for(const Cases& train, const ModelRecipe& model) {
  constexpr double kPictures = 784, kBits = 0.05, kLeast = 0.02, kMost = 0.2;
  if (std::holds_alternative<Gaussian>(model.visible)) {
    constexpr double kGaussian = 0.05, kMostGaussian = 0.02, kWhitened = 0.01;
    if (model.standardise == Standardise::zca) return kWhitened;
    return std::min(kMostGaussian, kGaussian / greatest_correlation(train));
  }
  if (std::holds_alternative<Relu>(model.visible)) return 0.001;
  if (std::holds_alternative<Counts>(model.visible)) return 0.15 / std::max(1.0, words_of_a_document(train));
  const double units = double(train.at(kVisibleColumn).units()) / double(group_size(model.visible));
  return std::clamp(kBits * std::sqrt(kPictures / units), kLeast, kMost);
}

// Two digits: a recipe is read by people.
double rounded(double x) {
  const double steps = std::pow(10, 1 - std::floor(std::log10(x)));
  return std::round(x * steps) / steps;
}

}  // namespace

std::string adapt(const Cases& train, GraphRecipe& recipe) {
  constexpr std::int64_t kUpdates = 10'000, kLines = 50, kPictures = 5;
  StageRecipe& stage = recipe.train;
  MonitorRecipe& monitor = recipe.monitor;
  std::string said;
  const auto fill = [](std::int64_t& open, std::int64_t value) {
    if (open == kOpen) open = value;
  };
  const bool open_epochs = stage.epochs == kOpen;
  fill(stage.batch, open_epochs ? std::clamp<std::int64_t>(train.count() / 20, 10, 100) : 100);
  if (open_epochs) {
    const std::int64_t of_epoch = (train.count() + stage.batch - 1) / stage.batch;
    stage.epochs = (kUpdates + of_epoch - 1) / of_epoch;
    said = fmt::format("by default: {} epochs of batches of {}", stage.epochs, stage.batch);
  }
  const auto spaced = [&](std::int64_t looks) { return std::max<std::int64_t>(1, stage.epochs / looks); };
  fill(monitor.every, open_epochs ? spaced(kLines) : 1);
  fill(monitor.checkpoint_every, open_epochs ? spaced(kLines) : 1);
  fill(monitor.likelihood_every, open_epochs ? spaced(kPictures) : 10);
  fill(monitor.pictures_every, open_epochs ? spaced(kPictures) : 10);
  if (double& l2 = stage.learner.decay.l2; std::isnan(l2))
    l2 = std::holds_alternative<Softmax>(recipe.model.visible) ? rounded(std::min(0.02, 6 / double(train.count()))) : 0;
  Schedule& rate = stage.learner.rate;
  if (!std::isnan(rate.start)) return said;
  rate = {.kind = Schedule::Kind::linear,
          .start = rounded(rate_for(train, recipe.model) / (recipe.model.hidden.size() > 1 ? 3 : 1)),
          .end = 0,
          .epochs = double(std::max<std::int64_t>(1, stage.epochs))};
  return fmt::format("{}a rate from {:g}, falling to 0", said.empty() ? "by default: " : said + ", ", rate.start);
}

}  // namespace deepboltz
