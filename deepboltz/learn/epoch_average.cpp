#include "deepboltz/learn/epoch_average.h"

#include <algorithm>
#include <cmath>

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

void EpochAverage::see(Context& ctx, std::int64_t done, std::span<const NamedMatrix> parameters) {
  const std::int64_t snapshots = done - before_;
  if (snapshots <= 0) return;
  if (snapshots == 1) mean_.clear();
  if (mean_.empty())
    for (const auto& [name, parameter] : parameters)
      mean_.emplace_back(name, Tensor(parameter.dtype, parameter.rows, parameter.cols));
  DEEPBOLTZ_ASSERT(mean_.size() == parameters.size());
  const double share = 1 / double(snapshots);
  for (std::size_t i = 0; i < mean_.size(); ++i)
    scale_add(ctx, share, parameters[i].second, 1 - share, mean_[i].second);
}

void EpochAverage::keep(Context& ctx, std::span<const NamedMatrix> parameters) const {
  for (std::size_t i = 0; i < mean_.size(); ++i) scale_add(ctx, 1, mean_[i].second, 0, parameters[i].second);
}

void EpochAverage::add(const std::string& prefix, Archive& archive) const {
  for (const auto& [name, mean] : mean_) archive.add(prefix + name, mean.clone());
}

void EpochAverage::take(const std::string& prefix, Archive& archive, std::int64_t done,
                        std::span<const NamedMatrix> parameters) {
  mean_.clear();
  if (done <= before_) return;
  for (const auto& [name, parameter] : parameters) {
    mean_.emplace_back(name, Tensor(parameter.dtype, parameter.rows, parameter.cols));
    take_tensor(archive, prefix + name, mean_.back().second);
  }
}

}  // namespace deepboltz
