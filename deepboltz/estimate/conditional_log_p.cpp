#include "deepboltz/estimate/conditional_log_p.h"

#include <algorithm>
#include <map>

#include "deepboltz/infer/enumerate.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

State freed(const State& cases, std::span<const LayerId> layers) {
  State state = cases.clone();
  for (LayerId id : layers) state.unclamp(id);
  return state;
}

// The sums of the same cases, each once.
class Sums {
 public:
  Sums(Context& ctx, const EnergyModel& model, const State& cases, const AisOptions& options)
      : ctx_(ctx), model_(model), cases_(cases), options_(options) {}

  // With these layers free, besides the hidden ones.
  const std::vector<Bracket>& with_free(const std::vector<LayerId>& layers) {
    std::vector<int> numbers;
    for (LayerId id : layers) numbers.push_back(id.index);
    const auto known = found_.find(numbers);
    if (known != found_.end()) return known->second;
    AisOptions own = options_;
    for (const int number : numbers) own.key = own.key.fold(std::uint64_t(number));
    return found_[numbers] = log_sum_given(ctx_, model_, freed(cases_, layers), own);
  }

 private:
  Context& ctx_;
  const EnergyModel& model_;
  const State& cases_;
  const AisOptions& options_;
  std::map<std::vector<int>, std::vector<Bracket>> found_;
};

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

std::vector<std::vector<PartLogP>> part_log_p(Context& ctx, const EnergyModel& model, const State& cases,
                                              const AisOptions& options) {
  const std::vector<LayerId> visible = model.ids(Role::visible);
  for (LayerId id : visible)
    require(cases.is_clamped(id), "log p of a part: expected cases with all parts, '{}' is not clamped",
            model.layer(id).name);
  Sums sums(ctx, model, cases, options);
  const std::vector<Bracket>&all = sums.with_free({}), &nothing = sums.with_free(visible);
  std::vector<std::vector<PartLogP>> out;
  for (LayerId part : visible) {
    std::vector<LayerId> rest;
    for (LayerId id : visible)
      if (id != part) rest.push_back(id);
    const std::vector<Bracket>&others = sums.with_free({part}), &own = sums.with_free(rest);
    std::vector<double> ways(all.size());  // of counts: in how many orders its words can stand
    if (std::holds_alternative<Counts>(model.layer(part).unit)) add_clamped_measure(ctx, model, part, cases, ways);
    std::vector<PartLogP>& of_part = out.emplace_back();
    for (std::size_t n = 0; n < all.size(); ++n) {
      const Bracket given = difference(all[n], others[n]), alone = difference(own[n], nothing[n]);
      of_part.push_back({shifted(given, -ways[n]), shifted(alone, -ways[n]), difference(given, alone)});
    }
  }
  return out;
}

}  // namespace deepboltz
