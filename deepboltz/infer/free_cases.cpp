#include "deepboltz/infer/free_cases.h"

#include <algorithm>
#include <numeric>

namespace deepboltz {
namespace {

constexpr double kRounding = 1e-3;  // of the words of a document (model/length.cpp)

bool has_free_units(ConstMatrix mask, std::span<const double> lengths, std::int64_t r) {
  if (mask.dtype == DType::u8) {
    const std::uint8_t* row = mask.as<std::uint8_t>().row(r);
    return std::find(row, row + mask.cols, std::uint8_t(0)) != row + mask.cols;
  }
  return visit_real(mask.dtype, [&](auto real) {
    const auto* row = mask.as<decltype(real)>().row(r);
    const double words = lengths[std::size_t(r)];
    return words < 0 || std::accumulate(row, row + mask.cols, 0.0) < words - kRounding;
  });
}

}  // namespace

CaseRange common_cases(const CaseRange& a, const CaseRange& b) {
  const std::int64_t first = std::max(a.first, b.first), end = std::min(a.first + a.count, b.first + b.count);
  return {first, std::max<std::int64_t>(0, end - first)};
}

CaseRange free_cases(const EnergyModel& model, LayerId layer, const State& state) {
  if (state.is_clamped(layer)) return {};
  const ConstMatrix mask = state.mask(layer);
  if (mask.empty()) return {0, state.cases};
  DEEPBOLTZ_ASSERT(mask.dtype == DType::u8 || std::holds_alternative<Counts>(model.layer(layer).unit));
  const auto lengths = state.lengths(layer);
  std::int64_t first = 0, end = state.cases;
  while (first < end && !has_free_units(mask, lengths, first)) ++first;
  while (end > first && !has_free_units(mask, lengths, end - 1)) --end;
  return {first, end - first};
}

}  // namespace deepboltz
