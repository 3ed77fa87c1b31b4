#include "deepboltz/learn/learning_stage.h"

#include <cmath>

#include "deepboltz/estimate/ais.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/learn/deviation.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

constexpr const char* kAverage = "learning/average/";

// What is averaged of a machine: weights, ordinary biases, and deviations where they are learnt. Energies are linear in
// weights and ordinary biases, hence the energy of the average is the average of the energies, wherever offsets are.
struct Averaged {
  std::vector<Tensor> biases;           // of each layer, ordinary
  std::vector<NamedMatrix> parameters;  // the machine's weights and deviations, and `biases`

  Averaged(Context& ctx, const Learner& learner, EnergyModel& model) {
    for (LayerId id : model.ids()) {
      biases.emplace_back(model.precision(), 1, model.layer(id).units);
      ordinary_bias(ctx, model, id, biases.back());
    }
    for (std::size_t l = 0; l < biases.size(); ++l) parameters.emplace_back(fmt::format("bias/{}", l), biases[l]);
    for (std::size_t c = 0; c < model.connections().size(); ++c)
      parameters.emplace_back(fmt::format("weight/{}", c), model.connections()[c].weight);
    if (learner.deviation_rate > 0 && has_deviations(model))
      parameters.emplace_back("scale", model.layer(model.visible()).scale);
  }
};

// model ← the average. Offsets stay.
void keep_average(Context& ctx, const Learner& learner, const EpochAverage& average, EnergyModel& model) {
  const Averaged kept(ctx, learner, model);
  average.keep(ctx, kept.parameters);
  for (LayerId id : model.ids()) {
    Layer& layer = model.layer(id);
    scale_add(ctx, 0, layer.bias, 0, layer.bias);
    Tensor of_offsets(model.precision(), 1, layer.units);
    ordinary_bias(ctx, model, id, of_offsets);
    scale_add(ctx, 1 / layer.bias_factor, kept.biases[std::size_t(id.index)], 0, layer.bias);
    scale_add(ctx, -1 / layer.bias_factor, of_offsets, 1, layer.bias);
  }
}

}  // namespace

LearningStage::LearningStage(std::string name, const LearningPlan& plan, Key key, const Cases& cases, bool sees_cases)
    : plan_(plan),
      cases_(cases),
      sees_cases_(sees_cases),
      name_(std::move(name)),
      key_(key),
      average_(plan.average, plan.epochs) {}

std::int64_t LearningStage::batches() const { return std::int64_t(std::ceil(shown() / double(plan_.batch))); }

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
  const bool whole =
      fit_epoch(ctx, plan_.learner, source_, {plan_.batch, key_}, keep_going, machine(), batch_, *learning_);
  if (whole && plan_.average > 0)
    average_.see(ctx, learning_->epoch, Averaged(ctx, plan_.learner, machine()).parameters);
  return whole;
}

void LearningStage::end(Context& ctx) {
  if (!average_.empty()) keep_average(ctx, plan_.learner, average_, machine());
  source_ = {};
  batch_ = {};
  learning_.reset();
}

double LearningStage::bytes() const {
  const Negative& negative = plan_.learner.negative;
  const ChainSampler::Kind sampler = negative.sampler.kind;
  const bool ladders = sampler == ChainSampler::Kind::parallel_tempering || sampler == ChainSampler::Kind::trajectory;
  const double number = double(size_of(machine().precision()));
  const double copies =
      (std::holds_alternative<AdamStep>(plan_.learner.optimizer) ? 3 : 2) +  // step, moments, gradient
      (plan_.average > 0 ? 1 : 0);
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
  average_.add(kAverage, archive);
}

void LearningStage::take(Context& ctx, Archive& archive) {
  prepare(ctx);
  take_machines(archive);
  source_ = source(ctx);
  learning_ = start_learning(ctx, machine(), plan_.learner, plan_.batch);
  take_learning(archive, *learning_);
  average_.take(kAverage, archive, learning_->epoch, Averaged(ctx, plan_.learner, machine()).parameters);
  batch_ = make_batch(ctx, machine(), plan_.batch);
}

void set_visible_bias(Context& ctx, const Cases& cases, EnergyModel& model) {
  constexpr double kPrior = 1;
  const std::vector<Tensor> means = visible_means(ctx, model, cases);
  for (LayerId id : model.ids(Role::visible)) {
    Layer& visible = model.layer(id);
    base_rate_fields(visible.unit, means[std::size_t(id.index)], double(cases.count()), kPrior, visible.bias);
  }
}

}  // namespace deepboltz
