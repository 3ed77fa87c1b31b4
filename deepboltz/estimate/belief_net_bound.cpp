#include "deepboltz/estimate/belief_net_bound.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/belief_net_joint.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/kernel/log_probability.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/support.h"
#include "deepboltz/stack/belief_net_passes.h"

namespace deepboltz {
namespace {

constexpr std::int64_t kStatesAtOnce = 4096;

// One draw of the hidden layers of a batch: w with −log Q of the draw into `weight`, and with the entropies of Q into
// `bound`. The field of the first hidden layer is the same for all draws.
void draw_once(Context& ctx, const BeliefNet& net, const Field& first_field, std::span<const double> lengths, Key key,
               std::int64_t first_case, BeliefNetStates& states, std::span<double> weight, std::span<double> bound) {
  const auto x = states.x(net);
  std::ranges::fill(weight, 0.0);
  std::ranges::fill(bound, 0.0);
  for (std::size_t k = 0; k < net.layers.size(); ++k) {
    ScratchScope scope(ctx);
    const Unit& unit = net.layers[k].recognition.unit;
    const Field field = k == 0 ? first_field : field_above(ctx, scope, net.layers[k], x[k]);
    const Matrix mean = scope.matrix(x[k + 1].dtype, x[k + 1].rows, x[k + 1].cols);
    unit_sample(ctx, unit, field, key.fold(k + 1), first_case, {}, x[k + 1], mean);
    add_log_probability(ctx, unit, field, x[k + 1], -1, weight);
    std::vector<double> log_measure(bound.size());  // the entropy is relative to ν
    add_log_measure(ctx, unit, x[k + 1], {}, log_measure);
    add_entropy(ctx, unit, mean, {}, bound);
    for (std::size_t r = 0; r < bound.size(); ++r) bound[r] -= log_measure[r];
  }
  std::vector<double> joint(weight.size());
  add_log_below(ctx, net, 0, lengths, x, joint);
  add_log_above(ctx, net, states, joint);
  for (std::size_t r = 0; r < joint.size(); ++r) weight[r] += joint[r], bound[r] += joint[r];
}

// The units of the hidden layers as digits of a number that counts their joint states.
struct Digit {
  std::size_t layer;
  std::int64_t first, values;
};

std::vector<Digit> digits_of(const BeliefNet& net, const EnumerateOptions& options) {
  std::vector<Digit> digits;
  double states = 1;
  for (std::size_t k = 0; k < net.layers.size(); ++k) {
    const Unit& unit = net.layers[k].recognition.unit;
    const std::int64_t values = count_values(unit);
    require(values > 0, "belief net: the {} units of '{}' cannot be enumerated", name_of(unit), net.layers[k].name);
    for (std::int64_t first = 0; first < net.layers[k].above(); first += group_size(unit)) {
      digits.push_back({k + 1, first, values});
      states *= double(values);
    }
  }
  require(states <= double(options.limit), "belief net: {:.3g} states are more than the limit of {}", states,
          options.limit);
  return digits;
}

void write_states(const BeliefNet& net, std::span<const Digit> digits, std::int64_t first, std::span<const Matrix> x) {
  for (std::int64_t r = 0; r < x[0].rows; ++r) {
    std::int64_t rest = first + r;
    for (const Digit& digit : digits) {
      set_value(net.layers[digit.layer - 1].recognition.unit, rest % digit.values, r, digit.first, x[digit.layer]);
      rest /= digit.values;
    }
  }
}

void repeat_row(ConstMatrix row, Matrix out) {
  for (std::int64_t r = 0; r < out.rows; ++r)
    std::memcpy(out.slice(r, 1).data, row.data, std::size_t(row.cols) * size_of(row.dtype));
}

}  // namespace

BeliefNetSums belief_net_log_sums(Context& ctx, const BeliefNet& net, ConstMatrix cases,
                                  const BeliefNetBoundOptions& options) {
  require_belief_net_cases(ctx, net, cases);
  require(options.draws >= 2 && options.batch >= 1,
          "belief net: expected at least two draws and one case, got {} and {}", options.draws, options.batch);
  BeliefNetSums sums;
  BeliefNetStates states(ctx, net, std::min(options.batch, cases.rows));
  const std::size_t draws = std::size_t(options.draws);
  StepCount steps("belief net", cases.rows * options.draws, options.report);
  for (std::int64_t first = 0; first < cases.rows; first += options.batch) {
    const std::int64_t count = states.top.cases = std::min(options.batch, cases.rows - first);
    ScratchScope scope(ctx);
    const ConstMatrix bottom = cases.slice(first, count);
    scale_add(ctx, 1, bottom, 0, states.x(net)[0]);
    const std::vector<double> lengths = document_lengths(net, bottom);
    const Field field = field_above(ctx, scope, net.layers[0], bottom);
    std::vector<double> weights(static_cast<std::size_t>(count)), bounds = weights;
    std::vector<std::vector<double>> weight(weights.size(), std::vector<double>(draws)), bound = weight;
    for (std::size_t draw = 0; draw < draws; ++draw) {
      draw_once(ctx, net, field, lengths, options.key.fold(draw), first, states, weights, bounds);
      for (std::size_t r = 0; r < weights.size(); ++r) weight[r][draw] = weights[r], bound[r][draw] = bounds[r];
      steps.add(count);
    }
    for (std::size_t r = 0; r < weight.size(); ++r) {
      sums.bound.push_back(mean_estimate(bound[r]));
      sums.importance.push_back(log_mean_exp(weight[r]));
    }
  }
  return sums;
}

ExactBeliefNetSums exact_belief_net_log_sums(Context& ctx, const BeliefNet& net, ConstMatrix cases,
                                             const EnumerateOptions& options) {
  require_belief_net_cases(ctx, net, cases);
  const std::vector<Digit> digits = digits_of(net, options);
  std::int64_t joint_states = 1;
  for (const Digit& digit : digits) joint_states *= digit.values;
  ExactBeliefNetSums sums;
  BeliefNetStates states(ctx, net, std::min(joint_states, kStatesAtOnce));
  for (std::int64_t c = 0; c < cases.rows; ++c) {
    StreamingLogSumExp log_p;
    double bound = 0;
    for (std::int64_t first = 0; first < joint_states; first += kStatesAtOnce) {
      const std::int64_t count = states.top.cases = std::min(kStatesAtOnce, joint_states - first);
      const auto x = states.x(net);
      repeat_row(cases.slice(c, 1), x[0]);
      write_states(net, digits, first, x);
      std::vector<double> joint(std::size_t(count), 0.0), log_q(std::size_t(count), 0.0);
      add_log_below(ctx, net, 0, document_lengths(net, x[0]), x, joint);
      add_log_above(ctx, net, states, joint);
      for (std::size_t k = 0; k < net.layers.size(); ++k) {
        ScratchScope scope(ctx);
        add_log_probability(ctx, net.layers[k].recognition.unit, field_above(ctx, scope, net.layers[k], x[k]), x[k + 1],
                            1, log_q);
      }
      for (std::size_t r = 0; r < joint.size(); ++r) {
        log_p.add(joint[r]);
        bound += std::exp(log_q[r]) * (joint[r] - log_q[r]);
      }
    }
    sums.log_p.push_back(log_p.value());
    sums.bound.push_back(bound);
  }
  return sums;
}

Estimate mean_log_p(const std::vector<Estimate>& log_sums, const Estimate& log_z) {
  std::vector<double> values;
  std::size_t doubtful = 0;
  std::string warning;
  for (const Estimate& of_a_case : log_sums) {
    values.push_back(of_a_case.value);
    if (of_a_case.warning.empty()) continue;
    ++doubtful;
    warning = of_a_case.warning;
  }
  Estimate mean = mean_log_p(std::span<const double>(values), log_z);
  if (doubtful > 0 && mean.warning.empty())
    mean.warning = fmt::format("{} of {} cases: {}", doubtful, log_sums.size(), warning);
  return mean;
}

}  // namespace deepboltz
