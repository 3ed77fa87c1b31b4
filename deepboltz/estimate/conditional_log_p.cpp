#include "deepboltz/estimate/conditional_log_p.h"

#include <algorithm>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kAll, kOthers, kPart, kNothing };

State freed(const State& cases, std::span<const LayerId> layers) {
  State state = cases.clone();
  for (LayerId id : layers) state.unclamp(id);
  return state;
}

AisOptions keyed(const AisOptions& options, std::uint64_t use) {
  AisOptions own = options;
  own.key = options.key.fold(use);
  return own;
}

void require_part(const EnergyModel& model, const State& cases, LayerId part) {
  for (LayerId id : model.ids(Role::visible))
    require(cases.is_clamped(id), "log p of a part: expected cases with all parts, '{}' is not clamped",
            model.layer(id).name);
  require(model.layer(part).role == Role::visible, "log p of a part: '{}' is no visible layer", model.layer(part).name);
}

// Fewest states to visit for one case, over the blocks that can be summed out.
double states_to_visit(const EnergyModel& model, const State& evidence) {
  double fewest = count_states(model, evidence, 0);
  for (int block = 1; block < model.blocks(); ++block) fewest = std::min(fewest, count_states(model, evidence, block));
  return fewest;
}

}  // namespace

std::vector<Bracket> log_sum_given(Context& ctx, const EnergyModel& model, const State& evidence,
                                   const AisOptions& options, std::int64_t limit) {
  if (states_to_visit(model, evidence) > double(limit)) return ais_bracket_given(ctx, model, evidence, options);
  std::vector<double> exact(std::size_t(evidence.cases));
  exact_log_z_given(ctx, model, evidence, {.limit = limit}, exact);
  std::vector<Bracket> out;
  for (const double value : exact) out.push_back(exact_bracket(value));
  return out;
}

std::vector<PartLogP> part_log_p(Context& ctx, const EnergyModel& model, const State& cases, LayerId part,
                                 const AisOptions& options) {
  require_part(model, cases, part);
  const auto visible = model.ids(Role::visible);
  std::vector<LayerId> rest;
  for (LayerId id : visible)
    if (id != part) rest.push_back(id);
  const auto sum = [&](std::span<const LayerId> free, Use use) {
    return log_sum_given(ctx, model, freed(cases, free), keyed(options, use));
  };
  const std::vector<Bracket> all = sum({}, kAll), others = sum({&part, 1}, kOthers), own = sum(rest, kPart),
                             nothing = sum(visible, kNothing);
  std::vector<double> ways(all.size());  // of counts: in how many orders its words can stand
  if (std::holds_alternative<Counts>(model.layer(part).unit)) add_clamped_measure(ctx, model, part, cases, ways);
  std::vector<PartLogP> out;
  for (std::size_t n = 0; n < all.size(); ++n) {
    const Bracket given = difference(all[n], others[n]), alone = difference(own[n], nothing[n]);
    out.push_back({shifted(given, -ways[n]), shifted(alone, -ways[n]), difference(given, alone)});
  }
  return out;
}

}  // namespace deepboltz
