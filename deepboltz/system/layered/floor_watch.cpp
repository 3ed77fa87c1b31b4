#include "deepboltz/system/layered/floor_watch.h"

#include <algorithm>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/system/layered/objective.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kDraws, kChains };

Estimate mean_difference(std::span<const double> a, std::span<const double> b) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  return mean_estimate(differences);
}

bool is_counted(const EnergyModel& model, LayerId id) {
  const Unit& unit = model.layer(id).unit;
  return model.block(id) == model.block(model.visible()) || !std::holds_alternative<Gaussian>(unit);
}

// The greatest sum over the visible block where short chains end, from where they are: less than log Z. Nothing where
// the sum over the others is an integral.
std::optional<Estimate> log_z_where_chains_go(Context& ctx, const EnergyModel& model, Key key, State& chains) {
  constexpr int kSweeps = 10;
  const std::vector<LayerId> ids = model.ids();
  if (!std::ranges::all_of(ids, [&](LayerId id) { return is_counted(model, id); })) return std::nullopt;
  for (const LayerId id : ids) chains.unclamp(id);
  advance(ctx, model, Gibbs{kSweeps}, key, chains);
  std::vector<double> sums(std::size_t(chains.cases));
  model.log_weight(ctx, chains, {}, model.block(model.visible()), sums);
  const double greatest = *std::ranges::max_element(sums);
  return Estimate{.value = greatest, .lower = greatest, .upper = greatest};
}

}  // namespace

FloorWatch::FloorWatch(Context& ctx, const EnergyModel& model, const Cases& train, const Cases& cases,
                       std::int64_t count, Key key)
    : units_(ctx, model, train), log_q_(units_.log_p(ctx, cases, count, true)), key_(key) {}

Estimate FloorWatch::above(std::span<const double> objective, const Estimate& log_z) const {
  return difference(mean_difference(objective, log_q_), log_z);
}

void FloorWatch::start_every_second(Context& ctx, const EnergyModel& model, Key key, State& chains) const {
  std::vector<double> log_q(std::size_t(chains.cases));
  const State draws = units_.draw(ctx, model, key, log_q);
  for (const LayerId id : model.ids())
    for (std::int64_t c = 1; draws.is_clamped(id) && c < chains.cases; c += 2)
      scale_add(ctx, 1, draws.x(id).slice(c, 1), 0, chains.x(id).slice(c, 1));
}

void FloorWatch::look(Context& ctx, const EnergyModel& model, std::span<const double> objective,
                      const std::optional<Estimate>& log_z, Figures& figures) const {
  std::vector<double> log_q(log_q_.size());
  State draws = units_.draw(ctx, model, key_.fold(kDraws), log_q);
  Estimate least = above(objective, mean_difference(objective_of(ctx, model, draws), log_q));
  const auto compare = [&](const Estimate& log_z_or_less) {
    if (const Estimate with = above(objective, log_z_or_less); with.upper < least.upper) least = with;
  };
  if (const auto reached = log_z_where_chains_go(ctx, model, key_.fold(kChains), draws)) compare(*reached);
  if (log_z) compare(*log_z);
  if (least.upper >= 0) return;
  figures.warnings.push_back(
      {"floor", fmt::format("cases are less probable by {:.1f} nats than under independent units: the machine moves "
                            "away from the data; start again with a lower rate",
                            -least.value)});
}

}  // namespace deepboltz
