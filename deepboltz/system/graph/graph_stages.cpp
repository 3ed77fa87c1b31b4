#include "deepboltz/system/graph/graph_stages.h"

#include "deepboltz/learn/pretrain.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/save.h"
#include "deepboltz/system/graph/finetuning.h"
#include "deepboltz/system/graph/watched_stage.h"

namespace deepboltz {
namespace {

// What the stages of pretraining share: their machines, whose messages are scaled and which are no parts of a system.
struct Pretraining {
  PretrainRule rule;                  // the recipe's, its scales spelt out
  std::vector<EnergyModel> machines;  // finished ones, and the one in training; they do not move in memory
};

class PretrainStage final : public WatchedStage {
 public:
  PretrainStage(const GraphRecipe& recipe, const CaseSets& sets, System& system,
                std::shared_ptr<Pretraining> pretraining, std::size_t number)
      : WatchedStage(recipe, sets, fmt::format("pretrain{}", number), plan_of(recipe, system, number),
                     Key{recipe.seed}.fold(RunUse::stage).fold(number), number == 1),
        system_(system),
        pretraining_(std::move(pretraining)),
        number_(number) {}

  bool makes_parts() const override { return true; }
  std::string epochs_key() const override { return fmt::format("pretrain.stage[{}].epochs", number_ - 1); }

  void end(Context& ctx) override {
    WatchedStage::end(ctx);
    sources_.clear();
    if (number_ < recipe_.pretrain->stages.size()) return;
    merge_stages(ctx, pretraining_->machines, pretraining_->rule, part<EnergyModel>(system_, "model"));
    pretraining_->machines.clear();
  }

 protected:
  EnergyModel& machine() override {
    return number_ <= pretraining_->machines.size() ? pretraining_->machines[number_ - 1]
                                                    : part<EnergyModel>(system_, "model");
  }

  void prepare(Context&) override {
    pretraining_->machines.reserve(recipe_.pretrain->stages.size());
    while (pretraining_->machines.size() < number_)
      pretraining_->machines.push_back(pretraining_stage(part<EnergyModel>(system_, "model"), pretraining_->rule,
                                                         pretraining_->machines.size() + 1));
  }

  void initialise(Context& ctx) override {
    initialise_weights(machine(), recipe_.pretrain->weight_scale,
                       Key{recipe_.seed}.fold(RunUse::initialise).fold(number_));
    if (number_ == 1 && recipe_.model.bias_from_data) set_visible_bias(ctx, sets_.train, machine());
  }

  Source source(Context& ctx) override {
    const bool grey = number_ > 1 && recipe_.pretrain->grey_input;
    sources_.clear();
    sources_.reserve(number_);  // each draws from the one before, by reference
    sources_.push_back(grey ? grey_source_of(sets_.train)
                            : source_of(part<EnergyModel>(system_, "model"), sets_.train));
    for (std::size_t below = 1; below < number_; ++below)
      sources_.push_back(draws_above(ctx, sources_.back(), pretraining_->machines[below - 1], batch()));
    return sources_.back();
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
  static LearningPlan plan_of(const GraphRecipe& recipe, const System& system, std::size_t number) {
    LearningPlan plan = recipe.pretrain->stages[number - 1];
    plan.learner.rescaled = extra_words(part<EnergyModel>(system, "model")) > 0;
    return plan;
  }

  System& system_;
  std::shared_ptr<Pretraining> pretraining_;
  std::size_t number_;
  std::vector<Source> sources_;
};

class JointStage final : public WatchedStage {
 public:
  JointStage(const GraphRecipe& recipe, const CaseSets& sets, System& system)
      : WatchedStage(recipe, sets, "train", recipe.train, Key{recipe.seed}.fold(RunUse::joint), true),
        system_(system) {}

 protected:
  EnergyModel& machine() override { return part<EnergyModel>(system_, "model"); }
  Source source(Context&) override { return source_of(machine(), sets_.train); }
  bool is_joint() const override { return true; }

 private:
  System& system_;
};

class FinetuneStage final : public Stage {
 public:
  FinetuneStage(const GraphRecipe& recipe, const CaseSets& sets, System& system)
      : recipe_(recipe),
        plan_(*recipe.finetune),
        sets_(sets),
        system_(system),
        key_(Key{recipe.seed}.fold(RunUse::finetune)) {}

  std::string name() const override { return "finetune"; }
  std::vector<std::string> columns() const override { return {"loss", "error_percent"}; }
  std::int64_t epochs() const override { return plan_.epochs; }
  std::int64_t batches() const override {
    return (sets_.train.count() + plan_.backprop.batch - 1) / plan_.backprop.batch;
  }
  std::int64_t batch() const override { return plan_.backprop.batch; }
  std::int64_t checkpoint_every() const override { return 1; }

  void begin(Context& ctx) override {
    system_.parts.insert_or_assign("classifier",
                                   untrained_classifier(ctx, plan_, machine(), classes_of(sets_.train), key_));
    state_ = start_backprop(plan_.backprop, network());
    infer(ctx);
  }

  bool epoch(Context& ctx, const KeepGoing& keep_going) override {
    BackpropOptions options = plan_.backprop;
    options.key = key_;
    const EpochResult result = fit_epoch(ctx, options, train_.labelled(), network(), state_, keep_going);
    score_ = result.score;
    return result.finished;
  }

  std::int64_t epochs_done() const override { return state_.epoch; }
  std::int64_t updates() const override { return state_.step; }
  double bytes() const override {
    double above = 0;
    for (std::size_t l = 1; l < recipe_.model.hidden.size(); ++l) above += double(recipe_.model.hidden[l]);
    return double(sets_.train.count() + sets_.validation.count()) * above * double(size_of(machine().precision()));
  }

  void look(Context& ctx, bool, Figures& figures) override {
    figures.rate = plan_.backprop.rate.at(double(state_.epoch), state_.step);
    const double loss = score_.cross_entropy / double(score_.cases);
    figures.columns.emplace_back("loss", loss);
    figures.note = fmt::format("loss {:.4f}", loss);
    if (sets_.validation.count() == 0) return;
    const Score held = score(ctx, network(), validation_.labelled());
    const double error = 100.0 * double(held.errors) / double(held.cases);
    figures.columns.emplace_back("error_percent", error);
    figures.note += fmt::format(", validation error {:.2f} %", error);
  }

  void add(Archive& archive) const override { add_backprop(state_, part<Network>(system_, "classifier"), archive); }
  void take(Context& ctx, Archive& archive) override {
    state_ = start_backprop(plan_.backprop, network());
    take_backprop(archive, network(), state_);
    infer(ctx);
  }

 private:
  const EnergyModel& machine() const { return part<EnergyModel>(std::as_const(system_), "model"); }
  Network& network() { return part<Network>(system_, "classifier"); }
  void infer(Context& ctx) {
    train_ = classifier_cases(ctx, plan_.mean_field, machine(), sets_.train);
    validation_ = classifier_cases(ctx, plan_.mean_field, machine(), sets_.validation);
  }

  const GraphRecipe& recipe_;
  const FinetuneRecipe& plan_;
  const CaseSets& sets_;
  System& system_;
  const Key key_;
  ClassifierCases train_, validation_;
  BackpropState state_;
  Score score_;  // of the epoch that has just ended
};

}  // namespace

Stages graph_stages(const SystemRecipe& base, const CaseSets& sets, System& system) {
  const auto& recipe = static_cast<const GraphRecipe&>(base);
  Stages stages;
  if (recipe.pretrain) {
    auto pretraining = std::make_shared<Pretraining>();
    pretraining->rule = recipe.pretrain->rule;
    if (pretraining->rule.scales.empty()) pretraining->rule.scales = scales_2009(recipe.model.hidden.size());
    for (std::size_t number = 1; number <= recipe.pretrain->stages.size(); ++number)
      stages.push_back(std::make_unique<PretrainStage>(recipe, sets, system, pretraining, number));
  }
  stages.push_back(std::make_unique<JointStage>(recipe, sets, system));
  if (recipe.finetune) stages.push_back(std::make_unique<FinetuneStage>(recipe, sets, system));
  return stages;
}

}  // namespace deepboltz
