#include "deepboltz/model/state.h"

#include <algorithm>
#include <cstring>

#include "deepboltz/base/error.h"

namespace deepboltz {

Tensor repeat_rows(const Tensor& from, std::int64_t first, std::int64_t count, std::int64_t times) {
  if (from.empty()) return {};
  Tensor to(from.dtype(), count * times, from.cols());
  const std::size_t row = std::size_t(from.cols()) * size_of(from.dtype());
  for (std::int64_t r = 0; r < to.rows(); ++r)
    std::memcpy(to.data() + std::size_t(r) * row, from.data() + std::size_t(first + r / times) * row, row);
  return to;
}

State State::clone() const {
  State copy;
  for (const Tensor& x : layers) copy.layers.push_back(x.clone());
  for (const Clamp& clamp : clamped) copy.clamped.push_back({clamp.kind, clamp.mask.clone()});
  copy.length = length;
  copy.cases = cases;
  copy.first_case = first_case;
  return copy;
}

std::span<double> State::lengths(LayerId layer) {
  std::vector<double>& of_layer = length[std::size_t(layer.index)];
  return std::span(of_layer).first(of_layer.empty() ? 0 : std::size_t(cases));
}

std::span<const double> State::lengths(LayerId layer) const { return const_cast<State*>(this)->lengths(layer); }

std::span<double> State::lengths() {
  LayerId only;
  for (int l = 0; l < int(length.size()); ++l) {
    if (length[std::size_t(l)].empty()) continue;
    require(only.index < 0, "two layers of this machine count words: expected documents of one kind only");
    only = {l};
  }
  return only.index < 0 ? std::span<double>() : lengths(only);
}

std::span<const double> State::lengths() const { return const_cast<State*>(this)->lengths(); }

void State::fill_lengths(double words) {
  for (std::vector<double>& of_layer : length) std::ranges::fill(of_layer, words);
}

State repeat_cases(const State& state, std::int64_t first, std::int64_t count, std::int64_t times) {
  DEEPBOLTZ_ASSERT(first >= 0 && first + count <= state.cases);
  State repeated;
  for (const Tensor& x : state.layers) repeated.layers.push_back(repeat_rows(x, first, count, times));
  for (const Clamp& clamp : state.clamped)
    repeated.clamped.push_back({clamp.kind, repeat_rows(clamp.mask, first, count, times)});
  for (const std::vector<double>& of_layer : state.length) {
    std::vector<double>& length = repeated.length.emplace_back();
    for (std::int64_t r = 0; !of_layer.empty() && r < count * times; ++r)
      length.push_back(of_layer[std::size_t(first + r / times)]);
  }
  repeated.cases = count * times;
  repeated.first_case = (state.first_case + first) * times;
  return repeated;
}

}  // namespace deepboltz
