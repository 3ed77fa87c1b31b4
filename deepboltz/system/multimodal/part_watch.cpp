#include "deepboltz/system/multimodal/part_watch.h"

#include <cmath>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/field.h"
#include "deepboltz/system/layered/monitor.h"
#include "deepboltz/task/given_parts.h"
#include "deepboltz/task/part_distance.h"

namespace deepboltz {
namespace {

// Over the cases that have the part, and words in it.
double distance(const Unit& unit, ConstMatrix x, ConstMatrix means, const Column& column) {
  const std::vector<double> all = part_distances(unit, x, means);
  double sum = 0, count = 0;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    if (!column.is_known(r) || std::isnan(all[std::size_t(r)])) continue;
    sum += all[std::size_t(r)];
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

std::vector<std::string> watched_columns(const EnergyModel& model) {
  std::vector<std::string> columns;
  for (const std::string& name : parts_of(model))
    for (const char* what : {"reconstruction", "inferred", "floor"})
      columns.push_back(fmt::format("{}_{}", what, name));
  columns.emplace_back("dead_units");
  columns.emplace_back("chain_activity");
  return columns;
}

void watch_parts(Context& ctx, const CaseSets& sets, std::int64_t most, const EnergyModel& model, const State& chains,
                 Figures& figures) {
  const Cases cases = first_cases(sets.validation.count() > 0 ? sets.validation : sets.train, most);
  const std::vector<std::string> parts = parts_of(model);
  const std::vector<Tensor> base = visible_means(ctx, model, sets.train);
  const LayerId joint = joint_layer(model);
  const auto add = [&](const std::string& name, double value) { figures.columns.emplace_back(name, value); };

  const State truth = fixed_cases(ctx, model, cases, 0, cases.count(), false);
  State all = state_given(ctx, model, cases, 0, cases.count(), {});
  bottom_up(ctx, model, all);
  mean_field(ctx, model, {.sweeps = 30}, all);
  for (const std::string& name : parts) {
    const LayerId id = *model.find(name);
    const Column& column = cases.at(name);
    Tensor back(model.precision(), cases.count(), model.layer(id).units);
    mean_layer(ctx, model, id, all, {}, back);
    add("reconstruction_" + name, distance(model.layer(id).unit, truth.x(id), back, column));
    if (parts.size() > 1) {
      const std::vector<Tensor> inferred =
          means_given(ctx, model, cases, {.names = other_parts(model, name)}, {&id, 1});
      add("inferred_" + name, distance(model.layer(id).unit, truth.x(id), inferred[0], column));
      if (name == parts.back())
        figures.note = fmt::format("{} inferred {:.4g}", name, figures.columns.back().second.value());
    }
    add("floor_" + name, distance(model.layer(id).unit, truth.x(id), base[std::size_t(id.index)], column));
  }
  const double dead = share_of_dead(ctx, model, joint, all);
  add("dead_units", dead);
  if (dead > 0.5)
    figures.warnings.push_back({"joint", fmt::format("{:.0f} % of the units of '{}' are dead: they tell cases apart "
                                                     "no more; take a lower rate",
                                                     100 * dead, model.layer(joint).name)});
  Tensor activity(model.precision(), 1, model.layer(joint).units);
  column_means(ctx, chains.x(joint), activity);
  double sum = 0;
  for (std::int64_t j = 0; j < activity.cols(); ++j) sum += activity.at(0, j);
  add("chain_activity", sum / double(activity.cols()));
}

}  // namespace deepboltz
