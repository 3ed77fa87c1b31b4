#include "deepboltz/recipe/evaluate.h"

#include <algorithm>
#include <limits>

#include "deepboltz/estimate/class_free_energies.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/recipe/evaluation.h"
#include "deepboltz/recipe/visible_values.h"
#include "deepboltz/task/family_pictures.h"

namespace deepboltz {

namespace {

constexpr std::int64_t kBatch = 1'000;  // cases at a time

// Of machines whose cases all have one log Z: all but those of documents.
class Evaluator {
 public:
  Evaluator(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train, const Dataset& cases,
            const EvaluateOptions& options)
      : ctx_(ctx),
        recipe_(recipe),
        plan_(recipe.evaluate),
        model_(model),
        train_(train),
        cases_(cases),
        options_(options),
        presenter_(recipe),
        base_(base_rates(model, visible_means(ctx_, model, train), double(train.cases()))),
        label_(model.find(Role::label)),
        jacobian_(log_jacobian(model.layer(model.visible()))) {}

  Likelihood run() {
    Likelihood out = measure_log_z(ctx_, recipe_, model_, train_, base_, options_);
    const bool exact = model_.hidden_is_one_block();
    const std::vector<double> up_to_log_z = exact ? free_energies() : bounds();
    const Estimate mean = mean_log_p(up_to_log_z, *out.log_z);
    if (exact) {
      if (!label_ && !letters_of(model_).empty()) measure_family(out);
      out.log_p = mean;
      out.log_p_reverse = mean_log_p(up_to_log_z, *out.log_z_reverse);
      if (out.log_z_exact) out.log_p_exact = mean_log_p(up_to_log_z, *out.log_z_exact);
      if (!label_ && plan_.raise_cases >= 2) measure_raise(up_to_log_z, out);
    } else {
      out.bound = mean;
      if (plan_.exact_cases >= 2) measure_exactly(up_to_log_z, out);
    }
    return out;
  }

 private:
  // Calls body(state, out) for the cases in batches, the pixels clamped and everything else free.
  template <class Body> std::vector<double> each_batch(const char* activity, Body&& body) {
    std::vector<double> values(std::size_t(cases_.cases()));
    for (std::int64_t first = 0; first < cases_.cases(); first += kBatch) {
      if (!proceed(options_.report, {activity, first, cases_.cases(), ""})) throw Interrupted("evaluate: stopped");
      const std::int64_t count = std::min(kBatch, cases_.cases() - first);
      State state = fixed_cases(ctx_, model_, presenter_, options_.share, cases_, first, count, false);
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

  void measure_family(Likelihood& out) {
    out.pseudo_log_p = mean_estimate(each_batch("pseudo-likelihood", [&](State& state, std::span<double> values) {
      pseudo_log_likelihood(ctx_, model_, state, values);
    }));
    constexpr std::int64_t kSamples = 5'000;
    const auto letters = std::int64_t(letters_of(model_).size());
    const Tensor family = visible_states(ctx_, model_, train_), start = site_frequencies(train_).to(model_.precision());
    const Samples samples = draw_samples(ctx_, model_,
                                         {.chains = kSamples,
                                          .burn_in = int(std::max<std::int64_t>(1, plan_.burn_in)),
                                          .start_means = start,
                                          .key = options_.key.fold(EvaluationUse::family),
                                          .report = options_.report});
    out.samples_match = match_family(ctx_, family, train_.weights, samples.sample.back(), {}, letters);
    out.cases_match =
        match_family(ctx_, family, train_.weights, visible_states(ctx_, model_, cases_), cases_.weights, letters);
  }

  void measure_raise(const std::vector<double>& free_energies, Likelihood& out) {
    const std::int64_t count = std::min(plan_.raise_cases, cases_.cases());
    const State state = fixed_cases(ctx_, model_, presenter_, options_.share, cases_, 0, count, false);
    std::vector<double> log_p;
    for (const Estimate& e :
         raise_log_p(ctx_, model_, state,
                     annealing(plan_, options_, base_, plan_.raise_steps, plan_.raise_chains, EvaluationUse::raise)))
      log_p.push_back(e.value + jacobian_);
    out.raise = mean_estimate(log_p);
    std::vector<double> differences(log_p.size());
    for (std::size_t i = 0; i < log_p.size(); ++i) differences[i] = free_energies[i] - log_p[i];
    out.ais_minus_raise = mean_log_p(differences, *out.log_z);
  }

  void measure_exactly(const std::vector<double>& bounds, Likelihood& out) {
    const std::int64_t count = std::min(plan_.exact_cases, cases_.cases());
    const State state = fixed_cases(ctx_, model_, presenter_, options_.share, cases_, 0, count, false);
    std::vector<double> values;
    for (const Estimate& e :
         ais_log_z_given(ctx_, model_, state,
                         annealing(plan_, options_, base_, plan_.exact_steps, plan_.exact_runs, EvaluationUse::exact)))
      values.push_back(e.value + jacobian_);
    out.true_log_p = mean_log_p(values, *out.log_z);
    out.bound_of_those = mean_log_p(std::span(bounds).first(std::size_t(count)), *out.log_z);
  }

  Context& ctx_;
  const Recipe& recipe_;
  const EvaluateRecipe& plan_;
  const EnergyModel& model_;
  const Dataset &train_, &cases_;
  const EvaluateOptions& options_;
  const Presenter presenter_;
  const std::vector<Tensor> base_;
  const std::optional<LayerId> label_;
  const double jacobian_;  // from states to data
};

bool is_binary(const Dataset& data) {
  const ConstMatrix x = data.x;
  for (std::int64_t r = 0; r < x.rows; ++r)
    for (std::int64_t i = 0; i < x.cols; ++i) {
      const double value = x.dtype == DType::u8 ? x.as<std::uint8_t>()(r, i) / 255.0 : double(x.as<float>()(r, i));
      if (value != 0 && value != 1) return false;
    }
  return true;
}

}  // namespace

Likelihood measure_likelihood(Context& ctx, const Recipe& recipe, const EnergyModel& model, const Dataset& train,
                              const Dataset& cases, const EvaluateOptions& options) {
  require_cases(model, train);
  require_cases(model, cases);
  // A density of binary units says nothing about values in between; figures taken there look far too good.
  require(takes_numbers(recipe.model.visible) || recipe.data.binarise != Binarisation::none || is_binary(cases),
          "evaluate: the cases of '{}' are grey, and data.binarise is \"none\": log p is defined for binary cases only",
          cases.name);
  require_values(model, cases);
  model.require_energy("evaluate");
  return std::holds_alternative<Counts>(model.layer(model.visible()).unit)
             ? measure_perplexity(ctx, recipe, model, train, cases, options)
             : Evaluator(ctx, recipe, model, train, cases, options).run();
}

}  // namespace deepboltz
