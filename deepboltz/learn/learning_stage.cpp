#include "deepboltz/learn/learning_stage.h"

#include <cmath>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/model/build.h"

namespace deepboltz {

LearningStage::LearningStage(std::string name, const LearningPlan& plan, Key key, const Cases& cases, bool sees_cases)
    : plan_(plan), cases_(cases), sees_cases_(sees_cases), name_(std::move(name)), key_(key) {}

std::int64_t LearningStage::batches() const {
  Source shown = grey_source_of(machine(), cases_);
  if (sees_cases_) shown.weights = cases_.weights;
  return std::int64_t(std::ceil(shown.shown() / double(plan_.batch)));
}

void LearningStage::begin(Context& ctx) {
  prepare(ctx);
  initialise(ctx);
  source_ = source(ctx);
  learning_ = start_learning(ctx, machine(), plan_.learner, plan_.batch);
  if (!learning_->tempered.base.empty() && sees_cases_)
    learning_->tempered.base = base_rates(machine(), visible_means(ctx, machine(), cases_), double(cases_.count()));
  batch_ = make_batch(ctx, machine(), plan_.batch);
}

bool LearningStage::epoch(Context& ctx, const KeepGoing& keep_going) {
  return fit_epoch(ctx, plan_.learner, source_, {plan_.batch, key_}, keep_going, machine(), batch_, *learning_);
}

void LearningStage::end(Context&) {
  source_ = {};
  batch_ = {};
  learning_.reset();
}

double LearningStage::bytes() const {
  const Negative& negative = plan_.learner.negative;
  const ChainSampler::Kind sampler = negative.sampler.kind;
  const bool ladders = sampler == ChainSampler::Kind::parallel_tempering || sampler == ChainSampler::Kind::trajectory;
  const double number = double(size_of(machine().precision()));
  const double copies = std::holds_alternative<AdamStep>(plan_.learner.optimizer) ? 3 : 2;  // step, moments, gradient
  const bool guesses = plan_.learner.recognition.sweeps > 0;  // by a model beside the machine
  const double rows = double(negative.chains) * (ladders ? negative.sampler.levels + 1 : 2) +
                      (guesses ? 7 : 4) * double(plan_.batch);  // scratch: about three batches
  double units = 0;
  for (const Layer& layer : machine().layers()) units += double(layer.units);
  return number * ((copies + guesses) * double(machine().parameters()) + rows * units);
}

void LearningStage::look(Context&, bool, Figures& figures) {
  figures.rate = plan_.learner.rate.at(double(learning_->epoch), learning_->updates);
}

void LearningStage::add(Archive& archive) const {
  add_machines(archive);
  add_learning(*learning_, archive);
}

void LearningStage::take(Context& ctx, Archive& archive) {
  prepare(ctx);
  take_machines(archive);
  source_ = source(ctx);
  learning_ = start_learning(ctx, machine(), plan_.learner, plan_.batch);
  take_learning(archive, *learning_);
  batch_ = make_batch(ctx, machine(), plan_.batch);
}

void set_visible_bias(Context& ctx, const Cases& cases, EnergyModel& model) {
  constexpr double kPrior = 1;
  Layer& visible = model.layer(model.visible());
  base_rate_fields(visible.unit, visible_means(ctx, model, cases)[std::size_t(model.visible().index)],
                   double(cases.count()), kPrior, visible.bias);
}

}  // namespace deepboltz
