#include "deepboltz/system/graph/summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/infer/mean_field.h"
#include "deepboltz/learn/collapse.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/sample/diagnostics.h"
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/system/graph/floors.h"
#include "deepboltz/system/layered/monitor.h"
#include "deepboltz/system/layered/objective.h"
#include "deepboltz/task/classify.h"

namespace deepboltz {
namespace {

constexpr double kMixed = 1.1;            // R-hat up to which chains have mixed
constexpr std::int64_t kUpdates = 5'000;  // fewer are few

std::optional<double> figure(const Figures& figures, std::string_view name) {
  const auto found = std::ranges::find(figures.columns, name, [](const auto& column) { return column.first; });
  return found == figures.columns.end() ? std::nullopt : found->second;
}

// R-hat over 200 sweeps, after half as many, of chains that start at cases and, every second one, at draws of
// independent units.
double r_hat_of(Context& ctx, const EnergyModel& model, const Cases& cases, const FloorWatch* floor, Key key) {
  constexpr std::int64_t kChains = 20;
  constexpr int kSweeps = 200;
  enum Use : std::uint64_t { kDraws, kSweep };
  State chains = fixed_cases(ctx, model, cases, 0, std::min(kChains, cases.count()), true);
  if (floor != nullptr) floor->start_every_second(ctx, model, key.fold(kDraws), chains);
  bottom_up(ctx, model, chains);
  const bool one_block = model.hidden_is_one_block();
  for (const LayerId id : model.ids()) chains.unclamp(id);
  std::vector<std::vector<double>> series(std::size_t(chains.cases));
  std::vector<double> now(series.size());
  SentMemory sent;
  for (int sweep = 0; sweep < kSweeps * 3 / 2; ++sweep) {
    advance(ctx, model, Gibbs{1, &sent}, key.fold(kSweep).fold(std::uint64_t(sweep)), chains);
    if (sweep < kSweeps / 2) continue;
    if (one_block)
      negative_free_energy(ctx, model, chains, now);
    else
      model.energy(ctx, chains, now);
    for (std::size_t c = 0; c < series.size(); ++c) series[c].push_back(now[c]);
  }
  return measure_mixing(series).r_hat;
}

std::string percents(const std::vector<LearningOutcome::LayerUnits>& layers) {
  std::string text;
  for (const auto& units : layers)
    text += fmt::format("{}{} {:.0f} % and {:.0f} %", text.empty() ? "" : ", ", units.layer, 100 * units.dead,
                        100 * units.stuck);
  return text;
}

}  // namespace

LearningOutcome outcome_of(Context& ctx, const GraphRecipe& recipe, const CaseSets& sets, const EnergyModel& model,
                           const FloorWatch* floor, const Figures& figures, std::int64_t updates) {
  constexpr std::uint64_t kSummary = 0x73756d6d617279;
  LearningOutcome out;
  out.updates = updates;
  out.log_p = figure(figures, "log_p_validation");
  if (out.log_p && floor != nullptr && sets.validation.count() >= 2) {
    State held_out = fixed_cases(ctx, model, sets.validation, 0, floor->cases(), true);
    const double log_z = *figure(figures, "log_z"), error = *figure(figures, "log_z_error");
    Estimate annealed;
    annealed.value = log_z;
    annealed.standard_error = error;
    annealed.lower = log_z - 3 * error;
    annealed.upper = log_z + 3 * error;
    out.above_floor = floor->above(objective_of(ctx, model, held_out), annealed);
  }
  const auto train = figure(figures, "objective_train"), held_out = figure(figures, "objective_validation");
  if (train && held_out) out.objective_gap = *train - *held_out;
  out.error = figure(figures, "error_percent");
  if (out.error) {
    const std::vector<std::uint32_t> truth = labels_of(first_cases(sets.validation, recipe.monitor.cases));
    out.error_floor =
        100 * error_rate(std::vector<std::uint32_t>(truth.size(), most_frequent_class(sets.train)), truth).value;
  }
  out.perplexity = figure(figures, "perplexity_validation");
  if (out.perplexity)
    out.unigrams = unigram_perplexity(ctx, model, sets.train, first_cases(sets.validation, kWatchedDocuments)).value;

  State state = fixed_cases(ctx, model, sets.train, 0, std::min(recipe.monitor.cases, sets.train.count()), true);
  objective_of(ctx, model, state);
  for (const StuckBits& bits : stuck_bits(model, state))
    out.layers.push_back({bits.layer, share_of_dead(ctx, model, *model.find(bits.layer), state),
                          double(bits.stuck) / double(bits.units)});
  if (model.has_energy() && sets.train.count() >= 2 && !model.find(Role::condition))
    out.r_hat = r_hat_of(ctx, model, sets.train, floor, Key{recipe.seed}.fold(kSummary));
  return out;
}

std::string setting_to_change(const GraphRecipe& recipe, const LearningOutcome& outcome) {
  const Schedule& rate = recipe.train.learner.rate;
  const std::string lower = fmt::format("train.rate, to a third of {:g} or less", rate.start);
  const bool collapsed = std::ranges::any_of(outcome.layers, [](const auto& units) { return units.stuck >= 0.9; });
  if (outcome.above_floor && outcome.above_floor->upper < 0)
    return lower + ": the machine is worse than independent units";
  if (collapsed) return lower + ": a layer has collapsed";
  const bool learnt_nothing = (outcome.above_floor && outcome.above_floor->lower <= 0) ||
                              (outcome.perplexity && *outcome.perplexity > 0.98 * *outcome.unigrams);
  const double gain = outcome.above_floor ? outcome.above_floor->value : 0;
  if (outcome.updates < kUpdates)
    return fmt::format("train.epochs, to {}: the updates were few",
                       recipe.train.epochs * kUpdates / std::max<std::int64_t>(1, outcome.updates));
  if (learnt_nothing)
    return fmt::format("train.rate, to three times {:g}: the machine is no better than independent units", rate.start);
  if (outcome.r_hat && *outcome.r_hat > kMixed)
    return recipe.train.learner.negative.kind == Negative::Kind::from_data && !outcome.perplexity
               ? "train.method, to \"pcd\": chains do not mix, and contrastive divergence does not see where they go"
               : fmt::format("train.sweeps, to {}: chains do not mix", 2 * recipe.train.learner.negative.sweeps);
  if (outcome.objective_gap && outcome.above_floor && *outcome.objective_gap > gain / 2)
    return "train.l2, to 0.001, or fewer model.hidden: training cases are learnt by heart";
  if (rate.kind == Schedule::Kind::constant)
    return fmt::format(
        "train.rate, to {{ kind = \"linear\", start = {:g}, end = 0, epochs = {} }}: it should fall to 0", rate.start,
        recipe.train.epochs);
  if (!outcome.log_p && !outcome.perplexity && recipe.data.validation == 0)
    return "data.validation, above 0: without held-out cases nobody knows what was learnt";
  return fmt::format("train.epochs, to {}, if more is worth the time; nothing else stands out",
                     2 * recipe.train.epochs);
}

std::string summary_of(const GraphRecipe& recipe, const LearningOutcome& outcome) {
  std::string text;
  if (outcome.log_p) text += fmt::format("log p of held-out cases is about {:.2f} nats", *outcome.log_p);
  if (outcome.above_floor)
    text += fmt::format(", {:.2f} ± {:.2f} {} independent units", std::abs(outcome.above_floor->value),
                        outcome.above_floor->standard_error, outcome.above_floor->value < 0 ? "below" : "above");
  if (outcome.log_p) text += ". ";
  if (outcome.perplexity)
    text += fmt::format("Perplexity of held-out documents is about {:.2f}, of unigrams {:.2f}. ", *outcome.perplexity,
                        *outcome.unigrams);
  if (outcome.error)
    text += fmt::format("Errors on held-out cases are {:.2f} %, of the most frequent class {:.2f} %. ", *outcome.error,
                        *outcome.error_floor);
  if (outcome.objective_gap)
    text += fmt::format("Training cases are {:.2f} nats {} probable than held-out ones. ",
                        std::abs(*outcome.objective_gap), *outcome.objective_gap < 0 ? "less" : "more");
  text += fmt::format("{} updates were made. ", outcome.updates);
  if (!outcome.layers.empty()) text += fmt::format("Dead and stuck units: {}. ", percents(outcome.layers));
  if (outcome.r_hat) text += fmt::format("R-hat of −F over 200 sweeps is {:.2f}. ", *outcome.r_hat);
  return text + "To change first: " + setting_to_change(recipe, outcome) + ".";
}

}  // namespace deepboltz
