#include "deepboltz/sample/replicas.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace deepboltz {

namespace {

std::size_t row_bytes(const Tensor& x) { return std::size_t(x.cols()) * size_of(x.dtype()); }

}  // namespace

void SwapRecord::begin(std::size_t pairs) {
  if (rejection.size() == pairs) return;
  rejection.assign(pairs, 0.0);
  attempts.assign(pairs, 0.0);
  round_trips = 0;
}

std::vector<double> SwapRecord::mean_rejection() const {
  std::vector<double> mean;
  for (std::size_t i = 0; i < rejection.size(); ++i) mean.push_back(attempts[i] > 0 ? rejection[i] / attempts[i] : 1);
  return mean;
}

double SwapRecord::acceptance() const {
  const double tried = std::accumulate(attempts.begin(), attempts.end(), 0.0);
  return tried > 0 ? 1 - std::accumulate(rejection.begin(), rejection.end(), 0.0) / tried : 0;
}

void note_trip(int level, int top, int& trip, SwapRecord& record) {
  if (level == 0) {
    if (trip == 2) ++record.round_trips;
    trip = 1;
  } else if (level == top && trip == 1) {
    trip = 2;
  }
}

void copy_row(const State& source, std::int64_t from, State& target, std::int64_t to) {
  for (std::size_t l = 0; l < source.layers.size(); ++l) {
    const std::size_t bytes = row_bytes(source.layers[l]);
    std::memcpy(target.layers[l].data() + std::size_t(to) * bytes, source.layers[l].data() + std::size_t(from) * bytes,
                bytes);
  }
}

void swap_rows(State& a, std::int64_t row_a, State& b, std::int64_t row_b) {
  for (std::size_t l = 0; l < a.layers.size(); ++l) {
    const std::size_t bytes = row_bytes(a.layers[l]);
    std::byte* first = a.layers[l].data() + std::size_t(row_a) * bytes;
    std::swap_ranges(first, first + bytes, b.layers[l].data() + std::size_t(row_b) * bytes);
  }
}

}  // namespace deepboltz
