#include "deepboltz/system/robust/robust_machine.h"

#include <algorithm>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/row_blocks.h"
#include "deepboltz/model/field.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/robust/pixel_rows.h"

namespace deepboltz {
namespace {

void require_half(const EnergyModel& half, const Unit& unit, std::string_view name, std::int64_t pixels) {
  require(half.ids(Role::visible).size() == 1, "robust: the {} has to have one visible layer, got {}", name,
          half.ids(Role::visible).size());
  const Layer& visible = half.layer(half.visible());
  require(half.ids(Role::hidden).size() + 1 == half.layers().size(),
          "robust: the {} has to have a visible and hidden layers only", name);
  require(visible.unit == unit, "robust: the visible layer of the {} has to be of {} units, got {}", name,
          name_of(unit), name_of(visible.unit));
  require(visible.whitening.empty(), "robust: the visible layer of the {} is whitened; a mask is of pixels", name);
  require(visible.units == pixels, "robust: the {} has {} pixels, the gate {}", name, visible.units, pixels);
}

// Adds the half's layers to the machine, the visible one first, named anew. Returns where each layer went.
std::vector<LayerId> add_half(const EnergyModel& half, std::string_view visible, std::string_view hidden,
                              EnergyModel& machine) {
  std::vector<LayerId> place(half.layers().size());
  const auto add = [&](LayerId id, std::string name) {
    const Layer& from = half.layer(id);
    const LayerId to = machine.add(std::move(name), from.unit, from.units, Role::hidden);
    Layer& layer = machine.layer(to);
    layer.bias = from.bias.to(machine.precision());
    layer.offset = from.offset.to(machine.precision());
    place[std::size_t(id.index)] = to;
  };
  add(half.visible(), std::string(visible));
  for (LayerId id : half.ids(Role::hidden)) add(id, fmt::format("{}{}", hidden, half.layer(id).name));
  for (const Connection& c : half.connections())
    machine.connect(place[std::size_t(c.lower.index)], place[std::size_t(c.upper.index)],
                    c.weight.to(machine.precision()));
  return place;
}

// What the halves count of a unit.
double as_gaussian(double field, std::optional<double> known) {
  return known ? field * *known + Gaussian::log_measure(*known) : Gaussian::log_partition(field);
}
double as_bit(double field, std::optional<double> known) {
  return known ? field * *known : Bernoulli::log_partition(field);
}

}  // namespace

RobustMachine::RobustMachine(const EnergyModel& face, const EnergyModel& mask, Gate gate)
    : gate_(std::move(gate)), halves_(face.precision()) {
  require_gate(gate_);
  require_half(face, Gaussian{}, "face's half", gate_.pixels());
  require_half(mask, Bernoulli{}, "mask's half", gate_.pixels());
  add_half(face, "clean", "", halves_);
  first_of_mask_ = int(halves_.connections().size());
  mask_ = add_half(mask, "mask", "mask_", halves_)[std::size_t(mask.visible().index)];
  observed_ = halves_.add("observed", Gaussian{}, gate_.pixels(), Role::visible);
  gate_ = {gate_.kind, gate_.strength.to(precision()), gate_.precision.to(precision()), gate_.mean.to(precision())};
  DEEPBOLTZ_ASSERT(block(mask_) == block(clean()) && block(observed_) == block(clean()));
}

void RobustMachine::set_mask(Context& ctx, const EnergyModel& mask) {
  int next = mask_.index;
  const auto copy = [&](const Layer& from) {
    Layer& to = halves_.layer({next++});
    scale_add(ctx, 1, from.bias, 0, to.bias);
    to.offset = from.offset.to(precision());
  };
  copy(mask.layer(mask.visible()));
  for (LayerId id : mask.ids(Role::hidden)) copy(mask.layer(id));
  for (std::size_t c = 0; c < mask.connections().size(); ++c)
    scale_add(ctx, 1, mask.connections()[c].weight, 0, halves_.connections()[std::size_t(first_of_mask_) + c].weight);
}

void RobustMachine::sample_block(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const {
  draw_hidden(ctx, block, tempering, key, state);
  if (block == this->block(clean())) draw_pixels(ctx, tempering, key, state, {}, {});
}

void RobustMachine::draw_hidden(Context& ctx, int block, const Tempering& tempering, Key key, State& state) const {
  for (LayerId id : ids())
    if (this->block(id) == block && !is_pixel(id) && !state.is_clamped(id))
      sample_layer(ctx, halves_, id, tempering, key, state, state.mask(id), state.x(id), {});
}

void RobustMachine::sample_pixels(Context& ctx, Key key, State& state, const PixelMeans& means,
                                  const Exposure& exposure) const {
  require(exposure.corrected.empty() || state.is_clamped(observed_),
          "sample_pixels: an exposure is of cases whose pixels are all observed");
  draw_pixels(ctx, {}, key, state, means, exposure);
}

void RobustMachine::draw_pixels(Context& ctx, const Tempering& tempering, Key key, State& state,
                                const PixelMeans& means, const Exposure& exposure) const {
  ScratchScope scope(ctx);
  const PixelFields fields(ctx, scope, *this, tempering, state);
  const std::vector<PixelGate> gates = pixel_gates(gate_);
  const auto folded = [&](LayerId id) { return key.fold(std::uint64_t(id.index)); };
  const Key of_mask = folded(mask_), of_clean = folded(clean()), of_observed = folded(observed_);
  visit_real(precision(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, state.cases, 8 * pixels(), [&](std::int64_t r) {
      const FieldRows<Real> field(fields, r, exposure);
      const Known<Real> v(state, clean(), r), s(state, mask_, r);
      const KnownObserved<Real> observed(state, observed_, r, exposure);
      const auto row_of = [&](Matrix of) { return of.empty() ? nullptr : of.as<Real>().row(r); };
      Real *v_out = row_of(state.x(clean())), *s_out = row_of(state.x(mask_)),
           *observed_out = row_of(state.x(observed_));
      Real *clear_out = row_of(means.clear), *mean_out = row_of(means.clean), *squares_out = row_of(means.squares);
      double log_p = 0;
      const auto row = std::uint32_t(state.first_case + r);
      for (std::int64_t i = 0; i < pixels(); ++i) {
        const PixelLaw law = field.law(gates[std::size_t(i)], i);
        const std::optional<Seen> seen = observed(i);
        const auto pixel = std::uint32_t(i);
        const double covered = law.log_weight(0, v(i), seen), clear = law.log_weight(1, v(i), seen);
        const double p = s.has(i) ? double(s_out[i]) : logistic(clear - covered);
        if (!s.has(i)) s_out[i] = Real(double(uniform(of_mask, row, pixel)) < p);
        if (!means.log_p.empty())
          log_p += log_add_exp(covered, clear) -
                   log_add_exp(law.log_weight(0, {}, {}), law.log_weight(1, {}, {}) - field.log_gain);
        if (clear_out) clear_out[i] = Real(p);
        if (mean_out)
          mean_out[i] = v.has(i) ? v_out[i] : Real((1 - p) * law.clean(0, seen).mean + p * law.clean(1, seen).mean);
        if (squares_out && seen) {
          const PixelLaw::Normal of = law.clean(1, seen);
          const double apart = of.mean - seen->corrected;
          squares_out[i] = Real(p * (apart * apart + of.variance));
        }
        const int side = s_out[i] != 0;
        const auto draw = [&](PixelLaw::Normal of, Key from) {
          return Real(of.mean + std::sqrt(of.variance) * normal(from, row, pixel));
        };
        if (!v.has(i)) v_out[i] = draw(law.clean(side, seen), of_clean);
        if (!seen) observed_out[i] = draw(law.observed(side, double(v_out[i])), of_observed);
      }
      if (!means.log_p.empty()) means.log_p[std::size_t(r)] = log_p;
    });
  });
}

void RobustMachine::mean_pixels(Context& ctx, State& state, std::span<double> log_sum, const Exposure& exposure) const {
  ScratchScope scope(ctx);
  const PixelFields fields(ctx, scope, *this, {}, state);
  const std::vector<PixelGate> gates = pixel_gates(gate_);
  visit_real(precision(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, state.cases, 8 * pixels(), [&](std::int64_t r) {
      const FieldRows<Real> field(fields, r, exposure);
      const KnownObserved<Real> observed(state, observed_, r, exposure);
      double sum = 0;
      for (std::int64_t i = 0; i < pixels(); ++i) {
        const PixelLaw law = field.law(gates[std::size_t(i)], i);
        const std::optional<Seen> seen = observed(i);
        const double covered = law.log_weight(0, {}, seen), clear = law.log_weight(1, {}, seen);
        const double p = logistic(clear - covered);
        sum += log_add_exp(covered, clear);
        state.x(mask_).as<Real>()(r, i) = Real(p);
        state.x(clean()).as<Real>()(r, i) = Real((1 - p) * law.clean(0, seen).mean + p * law.clean(1, seen).mean);
      }
      log_sum[std::size_t(r)] = sum;
    });
  });
}

// sum[case] += sign times what the gate adds to the halves' log-weight with that block summed out.
void RobustMachine::add_gate(Context& ctx, const State& state, const Tempering& tempering, int summed, double sign,
                             std::span<double> sum) const {
  ScratchScope scope(ctx);
  const bool pixels_summed = summed == block(clean());
  std::optional<PixelFields> fields;
  if (pixels_summed) fields.emplace(ctx, scope, *this, tempering, state);
  const std::vector<PixelGate> gates = pixel_gates(gate_);
  visit_real(precision(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, state.cases, 8 * pixels(), [&](std::int64_t r) {
      double added = 0;
      if (!pixels_summed) {
        const Real *v = state.x(clean()).as<Real>().row(r), *s = state.x(mask_).as<Real>().row(r),
                   *observed = state.x(observed_).as<Real>().row(r);
        for (std::int64_t i = 0; i < pixels(); ++i) {
          const PixelGate& gate = gates[std::size_t(i)];
          const double x = double(observed[i]), apart = double(v[i]) - x;
          added += x * x / 2 + (s[i] != 0 ? gate.clear(x) - gate.strength * apart * apart / 2 : gate.covered(x));
        }
        added *= tempering.beta.empty() ? 1 : tempering.beta[std::size_t(r)];
      } else {
        const FieldRows<Real> field(*fields, r);
        const Known<Real> v(state, clean(), r), s(state, mask_, r), observed(state, observed_, r);
        const auto seen = [&](std::int64_t i) {
          return observed.has(i) ? std::optional<Seen>(*observed(i)) : std::nullopt;
        };
        for (std::int64_t i = 0; i < pixels(); ++i) {
          const PixelLaw law = field.law(gates[std::size_t(i)], i);
          added += s.has(i) ? law.log_weight(*s(i) != 0, v(i), seen(i))
                            : log_add_exp(law.log_weight(0, v(i), seen(i)), law.log_weight(1, v(i), seen(i)));
          added -= as_gaussian(double(field.clean(i)), v(i)) + as_bit(double(field.mask(i)), s(i)) +
                   as_gaussian(double(field.observed(i)), observed(i));
        }
      }
      sum[std::size_t(r)] += sign * added;
    });
  });
}

void RobustMachine::energy(Context& ctx, const State& state, std::span<double> energy) const {
  halves_.energy(ctx, state, energy);
  add_gate(ctx, state, {}, kNoBlock, -1, energy);
}

void RobustMachine::log_weight(Context& ctx, const State& state, const Tempering& tempering, int summed,
                               std::span<double> out) const {
  halves_.log_weight(ctx, state, tempering, summed, out);
  add_gate(ctx, state, tempering, summed, 1, out);
}

void RobustMachine::log_weight_change(Context& ctx, State& state, const Tempering& from, const Tempering& to,
                                      int summed, std::optional<Key> draw, std::span<double> out) const {
  halves_.log_weight_change(ctx, state, from, to, summed, std::nullopt, out);
  add_gate(ctx, state, to, summed, 1, out);
  add_gate(ctx, state, from, summed, -1, out);
  if (draw) sample_block(ctx, summed, to, *draw, state);
}

void RobustMachine::log_z_base(Context& ctx, const State& state, const std::vector<Tensor>* base,
                               std::span<double> out) const {
  halves_.log_z_base(ctx, state, base, out);
}

}  // namespace deepboltz
