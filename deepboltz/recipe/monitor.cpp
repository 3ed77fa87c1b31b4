#include "deepboltz/recipe/monitor.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/perplexity.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/recipe/presenter.h"
#include "deepboltz/sample/barrier.h"
#include "deepboltz/task/classify.h"

namespace deepboltz {
namespace {

constexpr std::pair<const char*, std::optional<double> MetricsRow::*> kColumns[] = {
    {"reconstruction_train", &MetricsRow::reconstruction_train},
    {"reconstruction_validation", &MetricsRow::reconstruction_validation},
    {"objective_train", &MetricsRow::objective_train},
    {"objective_validation", &MetricsRow::objective_validation},
    {"dead_units", &MetricsRow::dead_units},
    {"chain_activity", &MetricsRow::chain_activity},
    {"log_z", &MetricsRow::log_z},
    {"log_z_error", &MetricsRow::log_z_error},
    {"log_p_validation", &MetricsRow::log_p_validation},
    {"perplexity_validation", &MetricsRow::perplexity_validation},
    {"loss", &MetricsRow::loss},
    {"error_percent", &MetricsRow::error_percent},
    {"swap_acceptance", &MetricsRow::swap_acceptance},
    {"barrier", &MetricsRow::barrier},
    {"round_trips", &MetricsRow::round_trips}};

struct Look {
  double reconstruction, objective;
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

std::optional<double> share_of_dead(Context& ctx, const EnergyModel& model, const State& state) {
  constexpr double kRarely = 0.01;
  const auto hidden = model.find(Role::hidden);
  if (!hidden || !std::holds_alternative<Bernoulli>(model.layer(*hidden).unit)) return std::nullopt;
  const std::vector<double> on = activities(ctx, model, *hidden, state);
  return double(std::ranges::count_if(on, [](double p) { return p < kRarely || p > 1 - kRarely; })) / double(on.size());
}

// Posterior means, what they reconstruct, and the objective (NaN where there is no energy).
Look look(Context& ctx, const EnergyModel& model, State& state) {
  Look view{0, std::numeric_limits<double>::quiet_NaN(), {}, {}};
  std::vector<double> objective(std::size_t(state.cases));
  if (posterior_is_exact(model)) {
    if (model.has_energy()) {
      negative_free_energy(ctx, model, state, objective);
      view.objective = mean_of(objective);
    }
    for (LayerId id : model.ids())
      if (!state.is_clamped(id)) mean_layer(ctx, model, id, state, {}, state.x(id));
  } else {
    bottom_up(ctx, model, state);
    mean_field(ctx, model, {.sweeps = 30}, state);
    if (model.has_energy()) {
      bound_at(ctx, model, state, objective);
      view.objective = mean_of(objective);
    }
  }
  view.dead_units = share_of_dead(ctx, model, state);
  view.stuck = stuck_bits(model, state);
  const LayerId v = model.visible();
  view.objective += log_jacobian(model.layer(v));
  ScratchScope scope(ctx);
  const Matrix again = scope.matrix(model.precision(), state.cases, model.layer(v).units);
  mean_layer(ctx, model, v, state, {}, again);
  view.reconstruction = mean_absolute_difference(ctx, state.x(v), again);
  return view;
}

// log Z of the documents' lengths by growing them, with small populations: short AIS of each misses most of it.
double watched_perplexity(Context& ctx, const Recipe& recipe, const RunData& data, const EnergyModel& model) {
  enum Use : std::uint64_t { kGrowing, kExtra };
  constexpr std::uint64_t kWatch = 0x776f726473;
  constexpr std::int64_t kDocuments = 50;
  const Key key = Key{recipe.seed}.fold(kWatch);
  const std::int64_t count = std::min(kDocuments, data.validation.cases());
  const State state = fixed_cases(ctx, model, Presenter(recipe), Share::validation, data.validation, 0, count, false);
  std::vector<std::uint32_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0u);
  const GrowingOptions growing{.populations = 2, .chains = 50, .key = key.fold(kGrowing)};
  const DocumentLikelihood documents = document_log_p(ctx, model, state, growing, {.key = key.fold(kExtra)});
  return perplexity(documents, all).per_document.value;
}

}  // namespace

std::string metrics_header() {
  std::string line = "stage,epoch,updates,rate";
  for (const auto& [name, member] : kColumns) line += fmt::format(",{}", name);
  return line + "\n";
}

std::string metrics_line(const MetricsRow& row) {
  std::string line = fmt::format("{},{},{},{:.6g}", row.stage, row.epoch, row.updates, row.rate);
  for (const auto& [name, member] : kColumns) line += row.*member ? fmt::format(",{:.6f}", *(row.*member)) : ",";
  return line + "\n";
}

void watch_sampler(const Negative& negative, const TemperedChains& tempered, MetricsRow& row) {
  using Kind = ChainSampler::Kind;
  const Kind kind = negative.sampler.kind;
  if (kind == Kind::gibbs) return;
  row.swap_acceptance = tempered.record.acceptance();
  if (kind != Kind::tempered_transitions) row.barrier = global_barrier(tempered.record.mean_rejection());
  if (kind == Kind::parallel_tempering || kind == Kind::cast) row.round_trips = double(tempered.record.round_trips);
}

std::vector<StuckBits> watch_model(Context& ctx, const Recipe& recipe, const RunData& data, const EnergyModel& model,
                                   const State* chains, bool likelihood, MetricsRow& row) {
  const Presenter presenter(recipe);
  std::vector<StuckBits> stuck;
  const auto on = [&](Share share, const Dataset& set, std::optional<double>& reconstruction,
                      std::optional<double>& objective) {
    const std::int64_t count = std::min(recipe.monitor.cases, set.cases());
    if (count < 1) return;
    State state = fixed_cases(ctx, model, presenter, share, set, 0, count, true);
    const Look view = look(ctx, model, state);
    reconstruction = view.reconstruction;
    if (view.objective == view.objective) objective = view.objective;
    if (share != Share::train) return;
    row.dead_units = view.dead_units;
    stuck = view.stuck;
  };
  on(Share::train, data.train, row.reconstruction_train, row.objective_train);
  on(Share::validation, data.validation, row.reconstruction_validation, row.objective_validation);
  const std::int64_t held_out = std::min(recipe.monitor.cases, data.validation.cases());
  if (model.find(Role::label) && model.hidden_is_one_block() && held_out >= 2) {
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(held_out));
    std::iota(rows.begin(), rows.end(), 0u);
    const Dataset shown = select_rows(data.validation, rows);
    row.error_percent = 100 * error_rate(classify(ctx, model, visible_states(ctx, model, shown), {}).label,
                                         std::vector<std::uint32_t>(shown.labels.begin(), shown.labels.end()))
                                  .value;
  }
  if (chains != nullptr) {
    row.chain_activity = mean_of(activities(ctx, model, *model.find(Role::hidden), *chains));
  }
  if (likelihood && std::holds_alternative<Counts>(model.layer(model.visible()).unit)) {
    if (model.has_energy() && data.validation.cases() >= 2 && !model.find(Role::label))
      row.perplexity_validation = watched_perplexity(ctx, recipe, data, model);
  } else if (likelihood && model.has_energy()) {
    constexpr std::uint64_t kWatch = 0x7761746368;
    const auto base = base_rates(model, visible_means(ctx, model, data.train), double(data.train.cases()));
    const Estimate log_z = ais_log_z(
        ctx, model,
        {.ladder = {}, .runs = 100, .base = &base, .summed = {}, .key = Key{recipe.seed}.fold(kWatch), .report = {}});
    row.log_z = log_z.value;
    row.log_z_error = log_z.standard_error;
    if (row.objective_validation) row.log_p_validation = *row.objective_validation - log_z.value;
  }
  return stuck;
}

}  // namespace deepboltz
