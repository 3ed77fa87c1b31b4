#include "deepboltz/system/graph/likelihood.h"

#include <algorithm>
#include <limits>

#include "deepboltz/estimate/class_free_energies.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/family_pictures.h"
#include "deepboltz/system/graph/floors.h"
#include "deepboltz/system/graph/trust.h"
#include "deepboltz/task/family.h"

namespace deepboltz {

namespace {

constexpr std::int64_t kBatch = 1'000;  // cases at a time

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
        base_(base_rates(model_, visible_means(ctx_, model_, train_), double(train_.count()))),
        label_(model_.find(Role::label)),
        jacobian_(log_jacobian(model_.layer(model_.visible()))),
        letters_(std::int64_t(train_.at(kVisibleColumn).meaning.values.size())) {}

  void run() {
    const LogZ log_z = measure_log_z(ctx_, subject_, base_);
    put(log_z);
    log_z_ = log_z.forward;
    const bool exact = model_.hidden_is_one_block();
    const std::vector<double> up_to_log_z = exact ? free_energies() : bounds();
    const Estimate mean = mean_log_p(up_to_log_z, log_z_);
    if (exact) {
      if (!label_ && letters_ > 0) measure_family();
      if (log_z.exact) put("log_p_exact", mean_log_p(up_to_log_z, *log_z.exact));
      put("log_p", mean);
      put("log_p_reverse", mean_log_p(up_to_log_z, log_z.reverse));
      if (!label_ && plan_.raise_cases >= 2) measure_raise(up_to_log_z);
    } else {
      put("bound", mean);
      if (plan_.exact_cases >= 2) measure_exactly(up_to_log_z);
    }
  }

 private:
  template <class Value> void put(const std::string& name, Value value) {
    findings_.push_back({name, std::move(value)});
  }

  void put(const LogZ& log_z) {
    if (log_z.exact) put("log_z_exact", *log_z.exact);
    put("log_z", log_z.forward);
    put("log_z_reverse", log_z.reverse);
    put("log_z_bridge", log_z.bridge);
    if (log_z.tempering) {
      put("log_z_tempering", log_z.tempering->bridge);
      put("tempering_barrier", log_z.tempering->barrier);
      put("tempering_round_trips", log_z.tempering->round_trips);
    }
    if (log_z.trajectory) {
      put("log_z_trajectory", log_z.trajectory->bridge);
      put("trajectory_barrier", log_z.trajectory->barrier);
    }
    put("trust", which_to_trust(log_z));
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
    constexpr MeanFieldOptions kInference{.sweeps =
                                              100};  // a bound is a bound wherever it stops; more sweeps, a tighter one
    return each_batch(
        "bound", [&](State& state, std::span<double> out) { variational_bound(ctx_, model_, kInference, state, out); });
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

  void measure_raise(const std::vector<double>& free_energies) {
    const std::int64_t count = std::min(plan_.raise_cases, cases_.count());
    const State state = fixed_cases(ctx_, model_, cases_, 0, count, false);
    const std::vector<double> log_p = values_of(raise_log_p(
        ctx_, model_, state, annealing(subject_, base_, plan_.raise_steps, plan_.raise_chains, EvaluationUse::raise)));
    put("raise", mean_estimate(log_p));
    std::vector<double> differences(log_p.size());
    for (std::size_t i = 0; i < log_p.size(); ++i) differences[i] = free_energies[i] - log_p[i];
    put("ais_minus_raise", mean_log_p(differences, log_z_));
  }

  void measure_exactly(const std::vector<double>& bounds) {
    const std::int64_t count = std::min(plan_.exact_cases, cases_.count());
    const State state = fixed_cases(ctx_, model_, cases_, 0, count, false);
    const std::vector<double> values = values_of(ais_log_z_given(
        ctx_, model_, state, annealing(subject_, base_, plan_.exact_steps, plan_.exact_runs, EvaluationUse::exact)));
    put("true_log_p", mean_log_p(values, log_z_));
    put("bound_of_those", mean_log_p(std::span(bounds).first(std::size_t(count)), log_z_));
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

bool is_binary(ConstMatrix x) {
  bool binary = true;
  each_value(x, [&](std::int64_t, std::int64_t, double value) { binary = binary && (value == 0 || value == 1); });
  return binary;
}

}  // namespace

void measure_likelihood(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const GraphSubject subject(of);
  const EnergyModel& model = subject.model;
  require_cases(model, subject.train);
  require_cases(model, subject.cases);
  // A density of binary units says nothing about values in between; figures taken there look far too good.
  const Column& visible = subject.cases.at(kVisibleColumn);
  require(takes_numbers(subject.recipe.model.visible) || visible.binarise != Binarisation::none ||
              is_binary(visible.rows()),
          "evaluate: the cases of '{}' are grey, and data.binarise is \"none\": log p is defined for binary cases only",
          subject.cases.origin.name);
  require_values(model, subject.cases);
  model.require_energy("evaluate");
  if (std::holds_alternative<Counts>(model.layer(model.visible()).unit))
    return measure_perplexity(ctx, subject, findings);
  Evaluator(ctx, subject, findings).run();
  measure_log_p_floors(ctx, subject, findings);
}

}  // namespace deepboltz
