#include "deepboltz/system/layered/monitor.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/estimate/perplexity.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/collapse.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/field.h"
#include "deepboltz/sample/barrier.h"
#include "deepboltz/system/layered/objective.h"
#include "deepboltz/task/classify.h"

namespace deepboltz {
namespace {

struct Look {
  double reconstruction;
  std::vector<double> objective;  // of every case; NaN without an energy
  std::optional<double> dead_units;
  std::vector<StuckBits> stuck;
};

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (double x : values) sum += x;
  return sum / double(values.size());
}

// The mean of every unit over the cases.
std::vector<double> activities(Context& ctx, const EnergyModel& model, LayerId layer, const State& state) {
  ScratchScope scope(ctx);
  const Matrix mean = scope.matrix(model.precision(), 1, model.layer(layer).units);
  column_means(ctx, state.x(layer), mean);
  return visit_real(mean.dtype, [&](auto real) {
    const auto* first = mean.as<decltype(real)>().data;
    return std::vector<double>(first, first + mean.cols);
  });
}

std::optional<double> dead_of_first(Context& ctx, const EnergyModel& model, const State& state) {
  const auto hidden = model.find(Role::hidden);
  if (!hidden || !std::holds_alternative<Bernoulli>(model.layer(*hidden).unit)) return std::nullopt;
  return share_of_dead(ctx, model, *hidden, state);
}

// Posterior means, what they reconstruct, and the objective.
Look look(Context& ctx, const EnergyModel& model, State& state) {
  Look view{0, objective_of(ctx, model, state), dead_of_first(ctx, model, state), stuck_bits(model, state)};
  const LayerId v = model.visible();
  ScratchScope scope(ctx);
  const Matrix again = scope.matrix(model.precision(), state.cases, model.layer(v).units);
  mean_layer(ctx, model, v, state, {}, again);
  view.reconstruction = mean_absolute_difference(ctx, state.x(v), again);
  return view;
}

// log Z of the documents' lengths by growing them, with small populations: short AIS of each misses most of it.
double watched_perplexity(Context& ctx, const LayeredRecipe& recipe, const CaseSets& sets, const EnergyModel& model) {
  enum Use : std::uint64_t { kGrowing, kExtra };
  constexpr std::uint64_t kWatch = 0x776f726473;
  const Key key = Key{recipe.seed}.fold(kWatch);
  const std::int64_t count = std::min(kWatchedDocuments, sets.validation.count());
  const State state = fixed_cases(ctx, model, sets.validation, 0, count, false);
  std::vector<std::uint32_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0u);
  const GrowingOptions growing{.populations = 2, .chains = 50, .key = key.fold(kGrowing)};
  const DocumentLikelihood documents = document_log_p(ctx, model, state, growing, {.key = key.fold(kExtra)});
  return perplexity(documents, all).per_document.value;
}

}  // namespace

double share_of_dead(Context& ctx, const EnergyModel& model, LayerId layer, const State& state) {
  constexpr double kRarely = 0.01;
  if (!std::holds_alternative<Bernoulli>(model.layer(layer).unit)) return 0;
  const std::vector<double> on = activities(ctx, model, layer, state);
  return double(std::ranges::count_if(on, [](double p) { return p < kRarely || p > 1 - kRarely; })) / double(on.size());
}

std::vector<std::string> watched_columns() {
  return {"reconstruction_train",
          "reconstruction_validation",
          "objective_train",
          "objective_validation",
          "dead_units",
          "chain_activity",
          "log_z",
          "log_z_error",
          "log_p_validation",
          "log_p_independent_units",
          "perplexity_validation",
          "error_percent",
          "swap_acceptance",
          "barrier",
          "round_trips"};
}

void watch_sampler(const Negative& negative, const TemperedChains& tempered, Figures& figures) {
  using Kind = ChainSampler::Kind;
  const Kind kind = negative.sampler.kind;
  if (kind == Kind::gibbs) return;
  figures.columns.emplace_back("swap_acceptance", tempered.record.acceptance());
  if (kind != Kind::tempered_transitions)
    figures.columns.emplace_back("barrier", global_barrier(tempered.record.mean_rejection()));
  if (kind == Kind::parallel_tempering || kind == Kind::cast)
    figures.columns.emplace_back("round_trips", double(tempered.record.round_trips));
}

std::optional<FloorWatch> floor_watch(Context& ctx, const LayeredRecipe& recipe, const CaseSets& sets,
                                      const EnergyModel& model) {
  constexpr std::uint64_t kFloor = 0x666c6f6f72;
  const Cases& cases = sets.validation.count() >= 2 ? sets.validation : sets.train;
  const Column* labels = cases.find(kLabelColumn);
  const bool known = !model.find(Role::label) || (labels && labels->sparse().entries() == labels->cases());
  if (!known || !model.has_energy() || std::holds_alternative<Counts>(model.layer(model.visible()).unit))
    return std::nullopt;
  const std::int64_t count = std::min(recipe.monitor.cases, cases.count());
  if (count < 2) return std::nullopt;
  return FloorWatch(ctx, model, sets.train, cases, count, Key{recipe.seed}.fold(kFloor));
}

void watch_model(Context& ctx, const LayeredRecipe& recipe, const CaseSets& sets, const EnergyModel& model,
                 const State* chains, const FloorWatch* floor, bool likelihood, Figures& figures) {
  std::vector<double> objective;  // of the validation cases, else of the training cases
  const auto put = [&](const char* column, std::optional<double> value) {
    if (value) figures.columns.emplace_back(column, value);
  };
  const auto on = [&](const Cases& cases, const std::string& share) {
    const std::int64_t count = std::min(recipe.monitor.cases, cases.count());
    if (count < 1) return;
    State state = fixed_cases(ctx, model, cases, 0, count, true);
    const Look view = look(ctx, model, state);
    put(("reconstruction_" + share).c_str(), view.reconstruction);
    if (model.has_energy()) put(("objective_" + share).c_str(), mean_of(view.objective));
    objective = view.objective;
    if (share != "train") return;
    figures.note = fmt::format("reconstruction error {:.4f}", view.reconstruction);
    put("dead_units", view.dead_units);
    for (const StuckBits& bits : view.stuck)
      if (bits.collapsed()) figures.warnings.push_back({bits.layer, advice(bits)});
  };
  on(sets.train, "train");
  on(sets.validation, "validation");
  const std::int64_t held_out = std::min(recipe.monitor.cases, sets.validation.count());
  std::optional<double> error;
  if (model.find(Role::label) && model.hidden_is_one_block() && held_out >= 2) {
    const Cases shown = first_cases(sets.validation, held_out);
    using Method = ClassifyOptions::Method;  // bounds take as many inferences as classes
    const ClassifyOptions quick{.method = can_classify_exactly(model) ? Method::exact : Method::mean_field};
    const Classification found = classify(ctx, model, fixed_states(ctx, model, shown), quick);
    error = 100 * error_rate(found.label, labels_of(shown)).value;
    put("error_percent", error);
  }
  if (chains != nullptr) put("chain_activity", mean_of(activities(ctx, model, *model.find(Role::hidden), *chains)));
  std::optional<Estimate> log_z;
  if (likelihood && std::holds_alternative<Counts>(model.layer(model.visible()).unit)) {
    if (model.has_energy() && sets.validation.count() >= 2 && !model.find(Role::label))
      put("perplexity_validation", watched_perplexity(ctx, recipe, sets, model));
  } else if (likelihood && model.has_energy()) {
    constexpr std::uint64_t kWatch = 0x7761746368;
    const auto base = base_rates(model, visible_means(ctx, model, sets.train), double(sets.train.count()));
    log_z = ais_log_z(
        ctx, model,
        {.ladder = {}, .runs = 100, .base = &base, .summed = {}, .key = Key{recipe.seed}.fold(kWatch), .report = {}});
    put("log_z", log_z->value);
    put("log_z_error", log_z->standard_error);
    if (sets.validation.count() > 0) {
      const double log_p = mean_of(objective) - log_z->value;
      put("log_p_validation", log_p);
      figures.note = fmt::format("log p(validation) about {:.2f}", log_p);
      if (floor) put("log_p_independent_units", floor->floor().value);
      if (floor) figures.note += fmt::format(" (independent units {:.2f})", floor->floor().value);
    }
  }
  if (floor) floor->look(ctx, model, objective, log_z, figures);
  if (error) figures.note = fmt::format("validation error {:.2f} %", *error);
}

}  // namespace deepboltz
