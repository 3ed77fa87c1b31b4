#include "deepboltz/learn/collapse.h"

#include <algorithm>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/learn/source.h"

namespace deepboltz {
namespace {

constexpr double kNear = 0.01;  // of 0 or of 1

template <class Real> std::int64_t count_stuck(View<const Real> means) {
  std::int64_t stuck = 0;
  for (std::int64_t j = 0; j < means.cols; ++j) {
    bool off = true, on = true;
    for (std::int64_t r = 0; r < means.rows && (off || on); ++r) {
      off = off && means(r, j) < kNear;
      on = on && means(r, j) > 1 - kNear;
    }
    stuck += off || on;
  }
  return stuck;
}

}  // namespace

std::vector<StuckBits> stuck_bits(const EnergyModel& model, const State& state) {
  std::vector<StuckBits> all;
  for (const LayerId id : model.ids()) {
    const Layer& layer = model.layer(id);
    if (layer.role != Role::hidden || !std::holds_alternative<Bernoulli>(layer.unit)) continue;
    const ConstMatrix means = state.x(id);
    all.push_back({layer.name, layer.units,
                   visit_real(means.dtype, [&](auto real) { return count_stuck(means.as<decltype(real)>()); })});
  }
  return all;
}

std::vector<StuckBits> stuck_bits_on(Context& ctx, const EnergyModel& model, const Cases& cases) {
  constexpr std::int64_t kCases = 1'000;
  State state = fixed_cases(ctx, model, cases, 0, std::min(kCases, cases.count()), true);
  bottom_up(ctx, model, state);
  mean_field(ctx, model, {.sweeps = 30}, state);
  return stuck_bits(model, state);
}

std::string advice(const StuckBits& bits) {
  return fmt::format(
      "{} has collapsed: {} of its {} units ({:.0f} %) are on, or off, whatever the case; start again with a lower "
      "rate, "
      "a ramp of it (kind = \"linear\") or centring (centering.kind = \"offsets\")",
      bits.layer, bits.stuck, bits.units, 100.0 * double(bits.stuck) / double(bits.units));
}

}  // namespace deepboltz
