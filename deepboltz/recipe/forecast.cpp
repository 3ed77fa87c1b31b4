#include "deepboltz/recipe/forecast.h"

#include <chrono>
#include <cmath>
#include <numeric>

#include "deepboltz/learn/pretrain.h"
#include "deepboltz/model/build.h"
#include "deepboltz/recipe/finetune.h"
#include "deepboltz/recipe/presenter.h"
#include "deepboltz/recipe/untrained_model.h"

namespace deepboltz {

namespace {

using Clock = std::chrono::steady_clock;

// Counts updates from the end of the first one on, for so many seconds.
class Stopwatch {
 public:
  explicit Stopwatch(double seconds) : seconds_(seconds) {}
  bool keep_going() {
    if (updates_++ < 0) start_ = Clock::now();
    return elapsed() < seconds_;
  }
  bool expired() const { return elapsed() >= seconds_; }
  double per_update() const { return updates_ > 0 ? elapsed() / double(updates_) : elapsed(); }

 private:
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  double seconds_;
  std::int64_t updates_ = -1;
  Clock::time_point start_ = Clock::now();
};

StageForecast time_stage(Context& ctx, const std::string& name, const StageRecipe& plan, const Source& source,
                         EnergyModel model, double seconds) {
  require_learner(plan.learner, model);
  initialise_weights(model, 0.01, Key{1});
  LearningState learning = start_learning(ctx, model, plan.learner, plan.batch);
  State batch = make_batch(ctx, model, plan.batch);
  Stopwatch watch(seconds);
  const auto keep_going = [&] { return watch.keep_going(); };  // not asked after the last batch of an epoch
  while (fit_epoch(ctx, plan.learner, source, {plan.batch, Key{1}}, keep_going, model, batch, learning) && keep_going())
    continue;
  const std::int64_t updates = plan.epochs * std::int64_t(std::ceil(source.shown() / double(plan.batch)));
  return {name, updates, watch.per_update() * double(updates)};
}

StageForecast time_finetuning(Context& ctx, const FinetuneRecipe& plan, const EnergyModel& model, const Dataset& train,
                              double seconds) {
  constexpr std::int64_t kCases =
      2'000;  // enough to time: features of all cases would take longer than the forecast should
  std::vector<std::uint32_t> rows(std::size_t(std::min(train.cases(), std::max(kCases, plan.backprop.batch))));
  std::iota(rows.begin(), rows.end(), 0u);
  const Dataset some = select_rows(train, rows);
  const std::vector<Tensor> features = posterior_inputs(ctx, plan.mean_field, model, some);
  Finetuning finetuning = start_finetuning(ctx, plan, model, some, Key{1});
  Stopwatch watch(seconds);
  while (
      finetune_epoch(ctx, plan, Key{1}, some, features, finetuning, [&](const Progress&) { return watch.keep_going(); })
          .finished &&
      !watch.expired())
    continue;
  const std::int64_t updates = plan.epochs * ((train.cases() + plan.backprop.batch - 1) / plan.backprop.batch);
  return {"finetune", updates, watch.per_update() * double(updates)};
}

double memory(const Recipe& recipe, const RunData& data, const EnergyModel& model) {
  const double number = double(size_of(model.precision()));
  double units = 0, above = 0;
  for (const Layer& layer : model.layers()) units += double(layer.units);
  for (std::size_t l = 1; l < recipe.model.hidden.size(); ++l) above += double(recipe.model.hidden[l]);
  const double copies =
      std::holds_alternative<AdamStep>(recipe.train.learner.optimizer) ? 4 : 3;  // with step and gradient
  const Negative& negative = recipe.train.learner.negative;
  const ChainSampler::Kind sampler = negative.sampler.kind;
  const bool ladders = sampler == ChainSampler::Kind::parallel_tempering || sampler == ChainSampler::Kind::trajectory;
  double rows = double(negative.chains) * (ladders ? negative.sampler.levels + 1 : 2) +
                4 * double(recipe.train.batch);  // scratch: about three batches
  double bytes = copies * number * double(model.parameters()) + rows * units * number;
  for (const Dataset* part : {&data.train, &data.validation, &data.test}) bytes += double(part->x.bytes());
  if (recipe.finetune) bytes += double(data.train.cases() + data.validation.cases()) * above * number;
  return bytes;
}

}  // namespace

double Forecast::seconds() const {
  double sum = 0;
  for (const StageForecast& stage : stages) sum += stage.seconds;
  return sum;
}

Forecast forecast(Context& ctx, const Recipe& recipe, const RunData& data, double seconds_a_stage) {
  const EnergyModel model = untrained_model(recipe, data.train);
  Forecast out{.parameters = model.parameters(), .bytes = memory(recipe, data, model), .stages = {}};
  const Presenter presenter(recipe);
  if (recipe.pretrain) {
    PretrainRule rule = recipe.pretrain->rule;
    if (rule.scales.empty()) rule.scales = scales_2009(recipe.model.hidden.size());
    std::vector<EnergyModel> stages;
    for (std::size_t s = 1; s <= recipe.pretrain->stages.size(); ++s)
      stages.push_back(pretraining_stage(model, rule, s));
    std::vector<Source> sources{presenter.source(model, data.train)};
    sources.reserve(stages.size());  // each draws from the one before, by reference
    for (std::size_t s = 1; s <= stages.size(); ++s) {
      const StageRecipe& plan = recipe.pretrain->stages[s - 1];
      if (s > 1) sources.push_back(draws_above(ctx, sources.back(), stages[s - 2], plan.batch));
      out.stages.push_back(
          time_stage(ctx, fmt::format("pretrain{}", s), plan, sources.back(), stages[s - 1].clone(), seconds_a_stage));
    }
  }
  out.stages.push_back(
      time_stage(ctx, "train", recipe.train, presenter.source(model, data.train), model.clone(), seconds_a_stage));
  if (recipe.finetune) out.stages.push_back(time_finetuning(ctx, *recipe.finetune, model, data.train, seconds_a_stage));
  return out;
}

}  // namespace deepboltz
