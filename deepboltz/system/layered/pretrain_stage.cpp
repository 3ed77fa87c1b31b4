#include "deepboltz/system/layered/pretrain_stage.h"

#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/save.h"
#include "deepboltz/system/layered/watched_stage.h"

namespace deepboltz {
namespace {

// What the stages share: their machines, which are no parts of a system.
struct Pretraining {
  PretrainPlan plan;
  Machines machines;  // finished ones, and the one in training; they do not move in memory
};

class PretrainStage final : public WatchedStage {
 public:
  PretrainStage(const LayeredRecipe& recipe, const CaseSets& sets, std::shared_ptr<Pretraining> pretraining,
                std::size_t number)
      : WatchedStage(recipe, sets, fmt::format("pretrain{}", number), plan_of(recipe, *pretraining, number),
                     Key{recipe.seed}.fold(RunUse::stage).fold(number), number == 1),
        pretraining_(std::move(pretraining)),
        number_(number) {}

  bool makes_parts() const override { return true; }
  std::string epochs_key() const override { return fmt::format("pretrain.stage[{}].epochs", number_ - 1); }

  void end(Context& ctx) override {
    WatchedStage::end(ctx);
    if (number_ < recipe_.pretrain->stages.size()) return;
    pretraining_->plan.join(ctx, pretraining_->machines);
    pretraining_->machines.clear();
  }

 protected:
  EnergyModel& machine() override {
    if (number_ <= pretraining_->machines.size()) return pretraining_->machines[number_ - 1];
    if (!untrained_) untrained_ = pretraining_stage(pretraining_->plan.layers(), pretraining_->plan.rule, number_);
    return *untrained_;
  }

  void prepare(Context&) override {
    pretraining_->machines.reserve(recipe_.pretrain->stages.size());
    while (pretraining_->machines.size() < number_)
      pretraining_->machines.push_back(
          pretraining_stage(pretraining_->plan.layers(), pretraining_->plan.rule, pretraining_->machines.size() + 1));
    untrained_.reset();
  }

  void initialise(Context& ctx) override {
    initialise_weights(machine(), recipe_.pretrain->weight_scale,
                       Key{recipe_.seed}.fold(RunUse::initialise).fold(number_));
    if (number_ == 1 && recipe_.model.bias_from_data) set_visible_bias(ctx, sets_.train, machine());
  }

  Source source(Context& ctx) override {
    const bool grey = number_ > 1 && recipe_.pretrain->grey_input;
    const EnergyModel& layers = pretraining_->plan.layers();
    const Source data = (grey ? grey_source_of : source_of)(layers, sets_.train);
    return stage_source(ctx, layers, data, pretraining_->machines, number_, !recipe_.pretrain->means, batch());
  }

  void add_machines(Archive& archive) const override {
    for (std::size_t s = 0; s < number_; ++s)
      add_numbers(pretraining_->machines[s], fmt::format("stage/{}/", s + 1), archive);
  }
  void take_machines(Archive& archive) override {
    for (std::size_t s = 0; s < number_; ++s)
      take_numbers(fmt::format("stage/{}/", s + 1), archive, pretraining_->machines[s]);
  }

 private:
  static LearningPlan plan_of(const LayeredRecipe& recipe, const Pretraining& pretraining, std::size_t number) {
    LearningPlan plan = recipe.pretrain->stages[number - 1];
    plan.learner.rescaled = extra_words(pretraining.plan.layers()) > 0;
    return plan;
  }

  std::shared_ptr<Pretraining> pretraining_;
  std::size_t number_;
  std::optional<EnergyModel> untrained_;  // before prepare(): what its size is asked of
};

}  // namespace

void add_pretraining(const LayeredRecipe& recipe, const CaseSets& sets, PretrainPlan plan, Stages& stages) {
  auto pretraining = std::make_shared<Pretraining>(Pretraining{std::move(plan), {}});
  for (std::size_t number = 1; number <= recipe.pretrain->stages.size(); ++number)
    stages.push_back(std::make_unique<PretrainStage>(recipe, sets, pretraining, number));
}

}  // namespace deepboltz
