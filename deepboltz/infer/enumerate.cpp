#include "deepboltz/infer/enumerate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/support.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kBatch = 4096;

// The units that enumeration walks over: each has `states` values.
struct Digit {
  LayerId layer;
  std::int64_t first, states;  // first column, number of values
};

std::vector<Digit> digits(const EnergyModel& model, const State& like, int summed) {
  std::vector<Digit> all;
  for (LayerId id : model.ids()) {
    const Layer& layer = model.layer(id);
    const bool counts = std::holds_alternative<Counts>(layer.unit);
    require(counts || like.clamped[std::size_t(id.index)].kind != Clamp::Kind::some,
            "enumeration takes whole clamped layers, '{}' is masked", layer.name);
    if (model.block(id) == summed || like.is_clamped(id)) continue;
    for (std::int64_t first = 0; first < layer.units; first += group_size(layer.unit))
      all.push_back({id, first, count_values(layer.unit)});
  }
  return all;
}

// One case with nothing clamped.
State free_state(Context& ctx, const EnergyModel& model, const EnumerateOptions& options) {
  model.require_unconditional("enumeration");
  State free = model.make_state(ctx, 1);
  free.fill_lengths(double(options.length));
  return free;
}

int cheapest_sum(const EnergyModel& model, const State& like) {
  int best = 0;
  for (int block = 1; block < model.blocks(); ++block)
    if (count_states(model, like, block) < count_states(model, like, best)) best = block;
  return best;
}

}  // namespace

double count_states(const EnergyModel& model, const State& like, int summed) {
  double count = 1;
  for (const Digit& digit : digits(model, like, summed))
    count *= digit.states > 0 ? double(digit.states) : std::numeric_limits<double>::infinity();
  return count;
}

void enumerate(Context& ctx, const EnergyModel& model, const State& like, int summed, const EnumerateOptions& options,
               const Visit& visit) {
  const double count = count_states(model, like, summed);
  require(std::isfinite(count), "enumeration: real-valued layers and counts can only be summed out, and one block is");
  require(count <= double(options.limit), "enumeration: {:.3g} states are more than the limit of {}", count,
          options.limit);
  const auto walked = digits(model, like, summed);
  const std::int64_t total = std::int64_t(count), batch = std::min(total, kBatch);
  State state = model.make_state(ctx, batch);
  for (std::size_t l = 0; l < like.length.size(); ++l)
    if (!like.length[l].empty()) std::ranges::fill(state.length[l], like.length[l][0]);
  for (LayerId id : model.ids()) {
    const Clamp& clamp = like.clamped[std::size_t(id.index)];
    if (clamp.kind == Clamp::Kind::some) state.clamp(id, repeat_rows(clamp.mask, 0, 1, batch));
    if (!like.is_clamped(id)) continue;
    state.clamp(id);
    state.layers[std::size_t(id.index)] = repeat_rows(like.layers[std::size_t(id.index)], 0, 1, batch);
  }
  SentMemory sent;
  std::vector<double> log_weight(static_cast<std::size_t>(batch));
  for (std::int64_t first = 0; first < total; first += batch) {
    state.cases = std::min(batch, total - first);
    for (std::int64_t r = 0; r < state.cases; ++r) {
      std::int64_t rest = first + r;
      for (const Digit& digit : walked) {
        set_value(model.layer(digit.layer).unit, rest % digit.states, r, digit.first, state.x(digit.layer));
        rest /= digit.states;
      }
    }
    const std::span<double> weights(log_weight.data(), std::size_t(state.cases));
    model.log_weight(ctx, state, {.sent = &sent}, summed, weights);
    visit(state, weights);
  }
}

double exact_log_z(Context& ctx, const EnergyModel& model, const EnumerateOptions& options) {
  const State free = free_state(ctx, model, options);
  StreamingLogSumExp sum;
  enumerate(ctx, model, free, cheapest_sum(model, free), options, [&](State&, std::span<const double> w) {
    for (double x : w) sum.add(x);
  });
  return sum.value();
}

void exact_log_z_given(Context& ctx, const EnergyModel& model, const State& state, const EnumerateOptions& options,
                       std::span<double> out) {
  for (LayerId id : model.ids())
    if (state.clamped[std::size_t(id.index)].kind != Clamp::Kind::none) require_states(model, id, state, "enumeration");
  const int summed = cheapest_sum(model, state);
  for (std::int64_t r = 0; r < state.cases; ++r) {
    const State one = repeat_cases(state, r, 1, 1);
    StreamingLogSumExp sum;
    enumerate(ctx, model, one, summed, options, [&](State&, std::span<const double> w) {
      for (double x : w) sum.add(x);
    });
    out[std::size_t(r)] = sum.value();
  }
}

Parameters exact_moments(Context& ctx, const EnergyModel& model, const EnumerateOptions& options) {
  const State free = free_state(ctx, model, options);
  const int summed = cheapest_sum(model, free);
  const double log_z = exact_log_z(ctx, model, options);
  Parameters moments = zero_parameters(model);
  enumerate(ctx, model, free, summed, options, [&](State& state, std::span<const double> w) {
    for (LayerId id : model.block_layers(summed)) mean_layer(ctx, model, id, state, {}, state.x(id));
    ScratchScope scope(ctx);
    const Matrix p = scope.matrix(model.precision(), state.cases, 1);
    visit_real(p.dtype, [&](auto real) {
      for (std::int64_t r = 0; r < state.cases; ++r)
        p.as<decltype(real)>()(r, 0) = decltype(real)(std::exp(w[std::size_t(r)] - log_z));
    });
    for (LayerId id : model.ids())
      multiply(ctx, 1, p, Transpose::yes, state.x(id), Transpose::no, 1, moments.bias[std::size_t(id.index)]);
    for (std::size_t c = 0; c < model.connections().size(); ++c) {
      const Connection& link = model.connections()[c];
      const Matrix weighted = scope.matrix(model.precision(), state.cases, link.weight.rows());
      visit_real(p.dtype, [&](auto real) {
        using Real = decltype(real);
        const auto x = state.x(link.lower).template as<Real>();
        for (std::int64_t r = 0; r < state.cases; ++r)
          for (std::int64_t i = 0; i < link.weight.rows(); ++i)
            weighted.as<Real>()(r, i) = p.as<Real>()(r, 0) * x(r, i);
      });
      multiply(ctx, 1, weighted, Transpose::yes, state.x(link.upper), Transpose::no, 1, moments.weight[c]);
    }
  });
  return moments;
}

}  // namespace deepboltz
