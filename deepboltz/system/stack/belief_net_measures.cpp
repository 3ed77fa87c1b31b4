#include "deepboltz/system/stack/belief_net_measures.h"

#include <algorithm>

#include "deepboltz/infer/mean_field.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/sample/ladder.h"
#include "deepboltz/stack/belief_net_passes.h"
#include "deepboltz/system/layered/log_z_within.h"
#include "deepboltz/system/stack/belief_net_parts.h"
#include "deepboltz/system/stack/stack_cases.h"
#include "deepboltz/system/stack/stack_classes.h"
#include "deepboltz/system/stack/stack_recipe.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStarts, kLogZ, kBound };

// Cases as the bottom's states: bits that are drawn once where the units are bits.
Tensor bottom_states(Context& ctx, const System& system, const Cases& cases) {
  const auto& visible = part<EnergyModel>(system, "visible");
  const State state = fixed_cases(ctx, visible, cases, 0, cases.count(), false);
  const ConstMatrix x = state.x(visible.visible());
  Tensor bottom(x.dtype, x.rows, x.cols);
  scale_add(ctx, 1, x, 0, bottom);
  return bottom;
}

// The top at cases that came up by draws: where its chains start, and its base rates.
struct TopAtCases {
  State chains;
  std::vector<Tensor> base;
};
TopAtCases top_at_cases(Context& ctx, const BeliefNet& net, const System& system, const Cases& cases, std::int64_t runs,
                        Key key) {
  constexpr std::int64_t kMostCases = 5'000;
  Tensor bottom = bottom_states(ctx, system, first_cases(cases, std::max(runs, std::min(kMostCases, cases.count()))));
  ScratchScope scope(ctx);
  std::vector<Matrix> x{bottom};
  for (const Matrix& layer : layer_scratch(scope, net, bottom.rows(), 1)) x.push_back(layer);
  pass_up_draws(ctx, net, key, 0, x);
  const LayerId visible = net.top.visible();
  TopAtCases out{net.top.make_state(ctx, runs), {}};
  scale_add(ctx, 1, x.back().slice(0, runs), 0, out.chains.x(visible));
  bottom_up(ctx, net.top, out.chains);
  std::vector<Tensor> means(net.top.layers().size());
  Tensor& mean = means[std::size_t(visible.index)] = Tensor(net.dtype(), 1, x.back().cols);
  column_means(ctx, x.back(), mean);
  out.base = base_rates(net.top, means, double(bottom.rows()));
  return out;
}

}  // namespace

void measure_net_likelihood(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const StackEvaluateRecipe& plan = static_cast<const StackRecipe&>(of.recipe).evaluate;
  const BeliefNet net = net_of(of.system);
  require(of.cases.count() >= 2, "evaluate: expected at least two cases, got {}", of.cases.count());
  const Cases& at_hand = of.sets.train.count() > 0 ? of.sets.train : of.cases;
  const std::int64_t runs = std::min<std::int64_t>(plan.log_z.runs, at_hand.count());
  TopAtCases top = top_at_cases(ctx, net, of.system, at_hand, runs, of.key.fold(kStarts));
  LogZOptions options = plan.log_z;
  options.ladder = three_part_ladder;
  options.base = &top.base;
  options.key = of.key.fold(kLogZ);
  options.report = of.report;
  LogZMeasurement measurement(ctx, net.top, std::move(top.chains), options);
  const LogZ log_z = log_z_within(ctx, net.top, measurement, of.budget, of.report);
  const Trust trust = quotable(log_z);

  BeliefNetBoundOptions bound = plan.bound;
  bound.key = of.key.fold(kBound);
  bound.report = of.report;
  const auto& visible = part<EnergyModel>(of.system, "visible");
  const double jacobian = log_jacobian(visible.layer(visible.visible()));  // to the data's own units
  const BeliefNetSums sums = belief_net_log_sums(ctx, net, bottom_states(ctx, of.system, of.cases), bound);
  if (log_z.exact) findings.push_back({"log_z_exact", *log_z.exact});
  findings.push_back({"log_z", log_z.forward});
  findings.push_back({"log_z_bridge", log_z.bridge});
  if (log_z.tempering) findings.push_back({"log_z_tempering", log_z.tempering->bridge});
  findings.push_back({"trust/word", std::string(name_of(trust.quoted))});
  findings.push_back({"trust/reason", trust.reason});
  findings.push_back({"bound", shifted(mean_log_p(sums.bound, log_z.forward), jacobian)});
  findings.push_back({"importance", shifted(mean_log_p(sums.importance, log_z.forward), jacobian)});
  if (const Estimate* quoted = quoted_log_z(log_z)) {
    findings.push_back({"bound_quoted", shifted(mean_log_p(sums.bound, *quoted), jacobian)});
    findings.push_back({"importance_quoted", shifted(mean_log_p(sums.importance, *quoted), jacobian)});
  }
}

std::string says_net_likelihood(const Subject& of, std::span<const Finding> found) {
  if (find_estimate(found, "bound") == nullptr) return {};
  const Estimate *bound = find_estimate(found, "bound_quoted"), *nearer = find_estimate(found, "importance_quoted");
  const auto with = [](const Estimate& e) { return with_error(e.value, e.standard_error); };
  if (bound == nullptr || nearer == nullptr)
    return fmt::format("log p of the {} cases: not known: {}", name_of(of.share), find_text(found, "trust/reason"));
  return fmt::format(
      "log p of the {} cases: at least {} nats (variational bound), about {} by importance (log Z by {})",
      name_of(of.share), with(*bound), with(*nearer), find_text(found, "trust/word"));
}

void measure_net_error(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const std::vector<std::uint32_t> truth = labels_of(of.cases);
  if (truth.size() < 2) return;
  const auto error = [&](const char* method) {
    return in_percent(error_rate(stack_classes(ctx, of.system, &of.recipe, of.cases, method, of.report).label, truth));
  };
  const bool labels = part<EnergyModel>(of.system, "top").find(Role::label).has_value();
  const bool network = find_part<Network>(of.system, "classifier") != nullptr;
  if (labels) findings.push_back({"label_error_percent", error("clamp")});
  if (network) findings.push_back({"classifier_error_percent", error("network")});
  if (!(labels || network) || classes_of(of.sets.train) == 0) return;
  const std::vector<std::uint32_t> guess(truth.size(), most_frequent_class(of.sets.train));
  findings.push_back({"error_percent_class_shares", in_percent(error_rate(guess, truth))});
}

std::string says_net_error(const Subject& of, std::span<const Finding> found) {
  const Estimate *network = find_estimate(found, "classifier_error_percent"),
                 *label = find_estimate(found, "label_error_percent");
  if (network == nullptr && label == nullptr) return {};
  const Estimate& best = network ? *network : *label;
  return fmt::format("{} error: {} % ({})", name_of(of.share), with_error(best.value, best.standard_error),
                     network ? "fine-tuned network" : "label layer");
}

}  // namespace deepboltz
