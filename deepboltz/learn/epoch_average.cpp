#include "deepboltz/learn/epoch_average.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/checkpoint.h"

namespace deepboltz {

std::int64_t epochs_before_average(double share, std::int64_t epochs) {
  require(share >= 0 && share <= 1, "average: expected a share of the epochs from 0 to 1, got {}", share);
  if (share == 0) return epochs;
  return epochs -
         std::clamp<std::int64_t>(std::llround(share * double(epochs)), std::min<std::int64_t>(1, epochs), epochs);
}

EpochAverage::EpochAverage(double share, std::int64_t epochs) : before_(epochs_before_average(share, epochs)) {}

void EpochAverage::see(Context& ctx, std::int64_t done, std::span<const ConstMatrix> parameters) {
  const std::int64_t snapshots = done - before_;
  if (snapshots <= 0) return;
  if (snapshots == 1) mean_.clear();
  if (mean_.empty())
    for (const ConstMatrix& parameter : parameters) mean_.emplace_back(parameter.dtype, parameter.rows, parameter.cols);
  DEEPBOLTZ_ASSERT(mean_.size() == parameters.size());
  const double share = 1 / double(snapshots);
  for (std::size_t i = 0; i < mean_.size(); ++i) scale_add(ctx, share, parameters[i], 1 - share, mean_[i]);
}

void EpochAverage::add(const std::string& prefix, Archive& archive) const {
  for (std::size_t i = 0; i < mean_.size(); ++i) archive.add(fmt::format("{}{}", prefix, i), mean_[i].clone());
}

void EpochAverage::take(const std::string& prefix, Archive& archive, std::int64_t done,
                        std::span<const ConstMatrix> parameters) {
  mean_.clear();
  if (done <= before_) return;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    mean_.emplace_back(parameters[i].dtype, parameters[i].rows, parameters[i].cols);
    take_tensor(archive, fmt::format("{}{}", prefix, i), mean_.back());
  }
}

}  // namespace deepboltz
