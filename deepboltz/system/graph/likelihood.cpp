#include "deepboltz/system/graph/likelihood.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "deepboltz/estimate/class_free_energies.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/family_pictures.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/graph/evaluation.h"
#include "deepboltz/system/graph/floors.h"
#include "deepboltz/system/graph/recognition_part.h"
#include "deepboltz/task/family.h"

namespace deepboltz {

namespace {

constexpr std::int64_t kBatch = 1'000;                 // cases at a time
constexpr std::int64_t kPilot = 10;                    // cases that choose the start of clamped annealing
constexpr std::uint64_t kDrawn = 1;                    // folds the key of a use for the choice of its cases
constexpr MeanFieldOptions kInference{.sweeps = 100};  // a bound is one wherever it stops; more sweeps, a tighter one

// Of machines whose cases all have one log Z: all but those of documents.
class Evaluator {
 public:
  Evaluator(Context& ctx, const GraphSubject& subject, std::vector<Finding>& findings)
      : ctx_(ctx),
        subject_(subject),
        plan_(subject.plan),
        model_(subject.model),
        train_(subject.train),
        cases_(subject.cases),
        options_(subject.of),
        findings_(findings),
        base_(base_rates(model_, visible_means(ctx_, model_, subject.at_hand), double(subject.at_hand.count()))),
        label_(model_.find(Role::label)),
        jacobian_(log_jacobian(model_.layer(model_.visible()))),
        letters_(std::int64_t(cases_.at(kVisibleColumn).meaning.values.size())) {}

  void run() {
    const MeasuredLogZ measured = measure_log_z(ctx_, subject_, base_);
    put(measured);
    const LogZ& log_z = measured.of_machine;
    log_z_ = log_z.forward;
    const bool exact = model_.hidden_is_one_block();
    const std::string name = exact ? "log_p" : "bound";
    const std::vector<double> up_to_log_z = exact ? free_energies() : bounds();
    if (exact && !label_ && letters_ > 0 && train_.count() > 0) measure_family();
    if (exact && log_z.exact) put("log_p_exact", mean_log_p(up_to_log_z, *log_z.exact));
    put_trust(log_z, name + "_quoted", up_to_log_z);
    put_possible(name, mean_log_p(up_to_log_z, log_z_));
    if (const EnergyModel* recognition = find_recognition(options_.system))
      measure_recognition(*recognition, up_to_log_z);
    if (exact) {
      put_possible("log_p_reverse", mean_log_p(up_to_log_z, log_z.from_data.reverse));
      if (!label_ && plan_.raise_cases >= 2) measure_raise(up_to_log_z);
    } else if (plan_.exact_cases >= 2) {
      measure_exactly(up_to_log_z);
    }
  }

 private:
  template <class Value> void put(const std::string& name, Value value) {
    findings_.push_back({name, std::move(value)});
  }

  void put(const MeasuredLogZ& measured) {
    const LogZ& log_z = measured.of_machine;
    if (log_z.exact) put("log_z_exact", *log_z.exact);
    put("log_z", log_z.forward);
    put("log_z_quarter", log_z.quarter);
    put("log_z_reverse", log_z.from_data.reverse);
    put("log_z_reverse_annealed", log_z.from_annealing.reverse);
    put("log_z_bridge", log_z.bridge);
    if (log_z.tempering) {
      put("log_z_tempering", log_z.tempering->bridge);
      put("tempering_barrier", log_z.tempering->barrier);
      put("tempering_round_trips", log_z.tempering->round_trips);
    }
    if (measured.trajectory) {
      put("log_z_trajectory", measured.trajectory->bridge);
      put("trajectory_barrier", measured.trajectory->barrier);
    }
    put("free_energy_of_samples", log_z.from_data.free_energy);
    put("free_energy_of_annealed_samples", log_z.from_annealing.free_energy);
  }

  // Which log Z is to be quoted, and what the cases are by it.
  void put_trust(const LogZ& log_z, const std::string& name, const std::vector<double>& up_to_log_z) {
    Trust trust = quotable(log_z);
    if (const Estimate* quoted = quoted_log_z(log_z)) {
      const Estimate figure = mean_log_p(up_to_log_z, *quoted);
      if (is_possible(figure))
        put(name, figure);
      else
        trust = {Quoted::none,
                 fmt::format("log p of discrete cases is above 0 by {}: log Z is too low", name_of(trust.quoted))};
    }
    put("trust/word", std::string(name_of(trust.quoted)));
    put("trust/reason", trust.reason);
  }

  // A probability is at most 1; a density may be more.
  bool is_possible(const Estimate& log_p) const {
    return log_p.lower <= 0 || takes_numbers(model_.layer(model_.visible()).unit);
  }

  void put_possible(const std::string& name, const Estimate& log_p) {
    if (is_possible(log_p)) put(name, log_p);
  }

  void put(const std::string& name, const FamilyMatch& match) {
    put(name + "/site", match.site);
    put(name + "/pair", match.pair);
    put(name + "/connected", match.connected);
  }

  // Calls body(state, out) for the cases in batches, the pixels clamped and everything else free.
  template <class Body> std::vector<double> each_batch(const char* activity, Body&& body) {
    std::vector<double> values(std::size_t(cases_.count()));
    for (std::int64_t first = 0; first < cases_.count(); first += kBatch) {
      if (!proceed(options_.report, {activity, first, cases_.count(), ""})) throw Interrupted("evaluate: stopped");
      const std::int64_t count = std::min(kBatch, cases_.count() - first);
      State state = fixed_cases(ctx_, model_, cases_, first, count, false);
      body(state, std::span(values).subspan(std::size_t(first), std::size_t(count)));
    }
    for (double& value : values) value += jacobian_;
    return values;
  }

  // log Σ exp −E of each case's pixels: hidden units and classes of the label summed out.
  std::vector<double> free_energies() {
    return each_batch("free energies", [&](State& state, std::span<double> out) {
      if (!label_) return negative_free_energy(ctx_, model_, state, out);
      ScratchScope scope(ctx_);
      const auto of_class = scope.matrix(DType::f64, model_.layer(*label_).units, state.cases).template as<double>();
      class_free_energies(ctx_, model_, state, of_class);
      std::fill(out.begin(), out.end(), -std::numeric_limits<double>::infinity());
      for (std::int64_t y = 0; y < of_class.rows; ++y)
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = log_add_exp(out[i], of_class(y, std::int64_t(i)));
    });
  }

  std::vector<double> bounds() {
    return each_batch(
        "bound", [&](State& state, std::span<double> out) { variational_bound(ctx_, model_, kInference, state, out); });
  }

  // The bound by the guess of the recognition model and one sweep, and how far that of mean field is above it.
  void measure_recognition(const EnergyModel& recognition, const std::vector<double>& bounds) {
    const std::vector<double> guessed = each_batch("recognition", [&](State& state, std::span<double> out) {
      infer_from_guess(ctx_, model_, recognition, state);
      bound_at(ctx_, model_, state, out);
    });
    std::vector<double> above(bounds.size());
    std::ranges::transform(bounds, guessed, above.begin(), std::minus());
    put_possible("bound_by_recognition", mean_log_p(guessed, log_z_));
    put("bound_minus_recognition", mean_estimate(above));
  }

  void measure_family() {
    put("pseudo_log_p", mean_estimate(each_batch("pseudo-likelihood", [&](State& state, std::span<double> values) {
          pseudo_log_likelihood(ctx_, model_, state, values);
        })));
    constexpr std::int64_t kSamples = 5'000;
    const Tensor family = visible_states(ctx_, model_, train_),
                 start = site_frequencies(train_.at(kVisibleColumn).rows(), train_.weights).to(model_.precision());
    const Samples samples = draw_samples(ctx_, model_,
                                         {.chains = kSamples,
                                          .burn_in = int(std::max<std::int64_t>(1, plan_.burn_in)),
                                          .start_means = start,
                                          .key = options_.key.fold(EvaluationUse::family),
                                          .report = options_.report});
    put("samples_match", match_family(ctx_, family, train_.weights, samples.sample.back(), {}, letters_));
    put("cases_match",
        match_family(ctx_, family, train_.weights, visible_states(ctx_, model_, cases_), cases_.weights, letters_));
  }

  // In the units of the data.
  std::vector<double> values_of(const std::vector<Estimate>& of_cases) const {
    std::vector<double> values;
    for (const Estimate& e : of_cases) values.push_back(e.value + jacobian_);
    return values;
  }

  // Some of the cases, drawn by key: the first of a file may be of one kind.
  std::vector<std::uint32_t> drawn_cases(std::int64_t count, std::uint64_t use) const {
    std::vector<std::uint32_t> rows = permutation(options_.key.fold(use).fold(kDrawn), std::uint32_t(cases_.count()));
    rows.resize(std::size_t(std::min(count, cases_.count())));
    return rows;
  }

  State state_of(const std::vector<std::uint32_t>& rows) const {
    return fixed_cases(ctx_, model_, select_rows(cases_, rows), 0, std::int64_t(rows.size()), false);
  }

  void measure_raise(const std::vector<double>& free_energies) {
    const auto rows = drawn_cases(plan_.raise_cases, EvaluationUse::raise);
    const std::vector<double> log_p =
        values_of(raise_log_p(ctx_, model_, state_of(rows),
                              annealing(subject_, base_, plan_.raise_steps, plan_.raise_chains, EvaluationUse::raise)));
    Estimate raise = mean_estimate(log_p);
    raise.warning = "no bound on these cases: RAISE is below log p on average over draws of the model";
    put("raise", raise);
    std::vector<double> differences(log_p.size());
    for (std::size_t i = 0; i < log_p.size(); ++i) differences[i] = free_energies[rows[i]] - log_p[i];
    put("ais_minus_raise", mean_log_p(differences, log_z_));
  }

  // Clamped annealing of some cases, beside the bound of the same: log Z and the choice of the cases are not in their
  // difference.
  void measure_exactly(const std::vector<double>& bounds) {
    const auto rows = drawn_cases(plan_.exact_cases + kPilot, EvaluationUse::exact);
    const std::size_t count = std::min(std::size_t(plan_.exact_cases), rows.size());
    const std::vector<std::uint32_t> measured(rows.begin(), rows.begin() + std::ptrdiff_t(count)),
        others(rows.begin() + std::ptrdiff_t(count), rows.end());
    const bool from_mean_field = others.size() < 2 || mean_field_is_the_better_start(others);
    const std::vector<double> values = clamped_log_z(measured, from_mean_field);
    std::vector<double> of_those, above;
    for (std::size_t i = 0; i < values.size(); ++i) {
      of_those.push_back(bounds[rows[i]]);
      above.push_back(values[i] - of_those[i]);
    }
    Estimate difference = mean_estimate(above);
    if (difference.upper < 0)
      difference.warning = "clamped annealing is below the bound, hence too short: quote the bound";
    Estimate exactly = mean_log_p(values, log_z_);
    if (!difference.warning.empty()) exactly.warning = difference.warning;
    put_possible("true_log_p", exactly);
    put_possible("bound_of_those", mean_log_p(of_those, log_z_));
    put("true_log_p_minus_bound", difference);
    put("clamped_annealing_from", std::string(from_mean_field ? "mean field" : "base rates"));
  }

  std::vector<double> clamped_log_z(const std::vector<std::uint32_t>& rows, bool from_mean_field) {
    State state = state_of(rows);
    std::vector<Tensor> fields;
    if (from_mean_field) {
      State inferred = state.clone();
      bottom_up(ctx_, model_, inferred);
      mean_field(ctx_, model_, kInference, inferred);
      fields = mean_fields(ctx_, model_, inferred);
    }
    return values_of(ais_log_z_given(ctx_, model_, state,
                                     annealing(subject_, from_mean_field ? fields : base_, plan_.exact_steps,
                                               plan_.exact_runs, EvaluationUse::exact)));
  }

  // Either start is too low on average, so that the higher one is the better.
  bool mean_field_is_the_better_start(const std::vector<std::uint32_t>& pilot) {
    const auto mean = [](const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); };
    return mean(clamped_log_z(pilot, true)) >= mean(clamped_log_z(pilot, false));
  }

  Context& ctx_;
  const GraphSubject& subject_;
  const EvaluateRecipe& plan_;
  const EnergyModel& model_;
  const Cases &train_, &cases_;
  const Subject& options_;
  std::vector<Finding>& findings_;
  const std::vector<Tensor> base_;
  const std::optional<LayerId> label_;
  const double jacobian_;  // from states to data
  const std::int64_t letters_;
  Estimate log_z_;  // by forward AIS
};

}  // namespace

void measure_likelihood(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const GraphSubject subject(of);
  const EnergyModel& model = subject.model;
  require_cases(model, subject.at_hand);
  require_cases(model, subject.cases);
  const std::string grey = no_log_p_of_grey(subject.recipe.model.visible, subject.cases);
  require(grey.empty(), "evaluate: {}", grey);
  require_values(model, subject.cases);
  model.require_energy("evaluate");
  if (std::holds_alternative<Counts>(model.layer(model.visible()).unit))
    return measure_perplexity(ctx, subject, findings);
  Evaluator(ctx, subject, findings).run();
  measure_log_p_floors(ctx, subject, findings);
}

}  // namespace deepboltz
