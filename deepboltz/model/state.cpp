#include "deepboltz/model/state.h"

#include <cstring>

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

State repeat_cases(const State& state, std::int64_t first, std::int64_t count, std::int64_t times) {
  DEEPBOLTZ_ASSERT(first >= 0 && first + count <= state.cases);
  State repeated;
  for (const Tensor& x : state.layers) repeated.layers.push_back(repeat_rows(x, first, count, times));
  for (const Clamp& clamp : state.clamped)
    repeated.clamped.push_back({clamp.kind, repeat_rows(clamp.mask, first, count, times)});
  for (std::int64_t r = 0; !state.length.empty() && r < count * times; ++r)
    repeated.length.push_back(state.length[std::size_t(first + r / times)]);
  repeated.cases = count * times;
  repeated.first_case = (state.first_case + first) * times;
  return repeated;
}

}  // namespace deepboltz
