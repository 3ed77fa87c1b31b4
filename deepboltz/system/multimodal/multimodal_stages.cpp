#include "deepboltz/system/multimodal/multimodal_stages.h"

#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/learn/length_rates.h"
#include "deepboltz/learn/pretrain.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/save.h"
#include "deepboltz/system/multimodal/multimodal_cases.h"
#include "deepboltz/system/multimodal/part_watch.h"

namespace deepboltz {
namespace {

using Machines = std::vector<EnergyModel>;

// The typical length of a document, one a layer; 0 of layers that do not count.
std::vector<double> lengths_of(const CaseSets& sets, const EnergyModel& model) {
  std::vector<double> lengths;
  for (const Layer& layer : model.layers()) {
    const Column* column = sets.train.find(layer.name);
    const bool counts = column != nullptr && std::holds_alternative<Counts>(layer.unit);
    lengths.push_back(counts ? median_length(*column) : 0);
  }
  return lengths;
}

PretrainRule rule_of(const MultimodalRecipe& recipe, const CaseSets& sets, const EnergyModel& model) {
  PretrainRule rule = recipe.pretrain->rule;
  rule.scales = scales_2009(model.ids(Role::hidden).size());
  rule.lengths = lengths_of(sets, model);
  return rule;
}

EnergyModel stage_machine(const MultimodalRecipe& recipe, const CaseSets& sets, const EnergyModel& whole,
                          std::size_t number) {
  return pretraining_stage(whole, rule_of(recipe, sets, whole), number);
}

LearningPlan stage_plan(const MultimodalRecipe& recipe, const CaseSets& sets, const EnergyModel& whole,
                        std::size_t number) {
  LearningPlan plan = recipe.pretrain->stages[number - 1];
  const EnergyModel machine = stage_machine(recipe, sets, whole, number);
  divide_rates_by_length(machine, lengths_of(sets, machine), plan.learner);
  return plan;
}

// The stage of one hidden layer. All of them share their machines, which are no parts of the system.
class PathwayStage final : public LearningStage {
 public:
  PathwayStage(const MultimodalRecipe& recipe, const CaseSets& sets, System& system, std::shared_ptr<Machines> machines,
               std::size_t number)
      : LearningStage(fmt::format("pretrain{}", number),
                      stage_plan(recipe, sets, part<EnergyModel>(std::as_const(system), "model"), number),
                      Key{recipe.seed}.fold(RunUse::stage).fold(number), sets.train, false),
        recipe_(recipe),
        sets_(sets),
        system_(system),
        machines_(std::move(machines)),
        number_(number) {}

  bool makes_parts() const override { return true; }
  std::string epochs_key() const override { return fmt::format("pretrain.stage[{}].epochs", number_ - 1); }
  std::int64_t checkpoint_every() const override { return recipe_.monitor.checkpoint_every; }

  void end(Context& ctx) override {
    LearningStage::end(ctx);
    if (number_ < recipe_.pretrain->stages.size()) return;
    merge_stages(ctx, *machines_, rule_of(recipe_, sets_, whole()), part<EnergyModel>(system_, "model"));
    machines_->clear();
  }

  void look(Context& ctx, bool last, Figures& figures) override {
    if (!last && learning_->epoch % recipe_.monitor.every != 0) return;
    LearningStage::look(ctx, last, figures);
  }

 protected:
  EnergyModel& machine() override {
    if (number_ <= machines_->size()) return (*machines_)[number_ - 1];
    if (!untrained_) untrained_ = untrained(number_);
    return *untrained_;
  }

  void prepare(Context&) override {
    machines_->reserve(recipe_.pretrain->stages.size());  // they do not move: later stages draw from earlier ones
    while (machines_->size() < number_) machines_->push_back(untrained(machines_->size() + 1));
    untrained_.reset();
  }

  void initialise(Context& ctx) override {
    initialise_weights(machine(), recipe_.pretrain->weight_scale,
                       Key{recipe_.seed}.fold(RunUse::initialise).fold(number_));
    bool of_data = true;
    for (LayerId id : machine().ids(Role::visible)) of_data = of_data && sets_.train.find(machine().layer(id).name);
    if (of_data) set_visible_bias(ctx, sets_.train, machine());
  }

  Source source(Context& ctx) override {
    return stage_source(ctx, whole(), source_of(whole(), sets_.train), *machines_, number_, !recipe_.pretrain->means,
                        batch());
  }
  double shown() const override {
    return double(cases_below(whole(), source_of(whole(), sets_.train), number_).size());
  }

  void add_machines(Archive& archive) const override {
    for (std::size_t s = 0; s < number_; ++s) add_numbers((*machines_)[s], fmt::format("stage/{}/", s + 1), archive);
  }
  void take_machines(Archive& archive) override {
    for (std::size_t s = 0; s < number_; ++s) take_numbers(fmt::format("stage/{}/", s + 1), archive, (*machines_)[s]);
  }

 private:
  const EnergyModel& whole() const { return part<EnergyModel>(std::as_const(system_), "model"); }
  EnergyModel untrained(std::size_t number) const { return stage_machine(recipe_, sets_, whole(), number); }

  const MultimodalRecipe& recipe_;
  const CaseSets& sets_;
  System& system_;
  std::shared_ptr<Machines> machines_;
  std::size_t number_;
  std::optional<EnergyModel> untrained_;  // before prepare(): what its size is asked of
};

LearningPlan joint_plan(const MultimodalRecipe& recipe, const CaseSets& sets, const EnergyModel& model) {
  LearningPlan plan = recipe.train;
  divide_rates_by_length(model, lengths_of(sets, model), plan.learner);
  for (const PartRecipe& part : recipe.parts()) {
    const LayerId visible = *model.find(part.name);
    plan.learner.bias_rates[std::size_t(visible.index)] *= part.rate;
    for (std::size_t c = 0; c < model.connections().size(); ++c)
      if (model.connections()[c].lower == visible) plan.learner.weight_rates[c] *= part.rate;
  }
  return plan;
}

class JointStage final : public LearningStage {
 public:
  JointStage(const MultimodalRecipe& recipe, const CaseSets& sets, System& system)
      : LearningStage("train", joint_plan(recipe, sets, part<EnergyModel>(std::as_const(system), "model")),
                      Key{recipe.seed}.fold(RunUse::joint), sets.train, true),
        recipe_(recipe),
        sets_(sets),
        system_(system) {}

  std::int64_t checkpoint_every() const override { return recipe_.monitor.checkpoint_every; }
  std::vector<std::string> columns() const override { return watched_columns(LearningStage::machine()); }

  void look(Context& ctx, bool last, Figures& figures) override {
    if (!last && learning_->epoch % recipe_.monitor.every != 0) return;
    LearningStage::look(ctx, last, figures);
    watch_parts(ctx, sets_, recipe_.monitor.cases, machine(), learning_->chains, figures);
  }

 protected:
  EnergyModel& machine() override { return part<EnergyModel>(system_, "model"); }
  Source source(Context&) override {
    Source source = source_of(machine(), sets_.train);
    const std::vector<PartRecipe> parts = recipe_.parts();
    for (std::size_t p = 0; p < parts.size(); ++p) source.visible[p].hide = parts[p].hide;
    return source;
  }

 private:
  const MultimodalRecipe& recipe_;
  const CaseSets& sets_;
  System& system_;
};

}  // namespace

Stages multimodal_stages(const SystemRecipe& base, const CaseSets& sets, System& system) {
  const auto& recipe = static_cast<const MultimodalRecipe&>(base);
  Stages stages;
  if (recipe.pretrain) {
    const auto machines = std::make_shared<Machines>();
    for (std::size_t number = 1; number <= recipe.pretrain->stages.size(); ++number)
      stages.push_back(std::make_unique<PathwayStage>(recipe, sets, system, machines, number));
  }
  stages.push_back(std::make_unique<JointStage>(recipe, sets, system));
  return stages;
}

}  // namespace deepboltz
