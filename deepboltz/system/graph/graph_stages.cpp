#include "deepboltz/system/graph/graph_stages.h"

#include "deepboltz/stack/posterior_classifier.h"
#include "deepboltz/system/graph/classifier_cases.h"
#include "deepboltz/system/graph/recognition_part.h"
#include "deepboltz/system/graph/summary.h"
#include "deepboltz/system/layered/network_stage.h"
#include "deepboltz/system/layered/pretrain_stage.h"
#include "deepboltz/system/layered/watched_stage.h"

namespace deepboltz {
namespace {

class JointStage final : public WatchedStage {
 public:
  JointStage(const GraphRecipe& recipe, const CaseSets& sets, System& system)
      : WatchedStage(recipe, sets, "train", recipe.train, Key{recipe.seed}.fold(RunUse::joint), true),
        graph_(recipe),
        system_(system) {}

  // The recognition model is a part of the system beside the machine: that of the last whole or stopped epoch.
  bool epoch(Context& ctx, const KeepGoing& keep_going) override {
    const bool whole = WatchedStage::epoch(ctx, keep_going);
    if (learning_->recognition) system_.parts.insert_or_assign(kRecognitionPart, learning_->recognition->clone());
    return whole;
  }
  void take(Context& ctx, Archive& archive) override {
    WatchedStage::take(ctx, archive);
    if (!learning_->recognition) return;
    const EnergyModel* kept = find_recognition(system_);
    require(kept != nullptr, "{}: the checkpoint lacks the part '{}'", archive.file, kRecognitionPart);
    learning_->recognition = kept->clone();
  }

 protected:
  EnergyModel& machine() override { return part<EnergyModel>(system_, "model"); }
  Source source(Context&) override { return source_of(machine(), sets_.train); }
  bool is_joint() const override { return true; }
  std::string summary(Context& ctx) const override {
    if (plan_.epochs == 0) return {};
    return summary_of(graph_,
                      outcome_of(ctx, graph_, sets_, LearningStage::machine(), floor(), last_look(), updates()));
  }

 private:
  const GraphRecipe& graph_;
  System& system_;
};

class FinetuneStage final : public NetworkStage {
 public:
  FinetuneStage(const GraphRecipe& recipe, const CaseSets& sets, System& system)
      : NetworkStage("finetune", *recipe.finetune, sets, Key{recipe.seed}.fold(RunUse::finetune)),
        recipe_(recipe),
        sets_(sets),
        system_(system) {}

  double bytes() const override {
    double above = 0;
    for (std::size_t l = 1; l < recipe_.model.hidden.size(); ++l) above += double(recipe_.model.hidden[l]);
    return double(sets_.train.count() + sets_.validation.count()) * above * double(size_of(machine().precision()));
  }

 protected:
  Network& network() override { return part<Network>(system_, "classifier"); }
  void make_network(Context& ctx) override {
    system_.parts.insert_or_assign("classifier", posterior_classifier(ctx, machine(), class_start()));
  }
  void prepare(Context& ctx) override {
    train_ = classifier_cases(ctx, recipe_.finetune->mean_field, machine(), sets_.train);
    validation_ = classifier_cases(ctx, recipe_.finetune->mean_field, machine(), sets_.validation);
  }
  Examples examples(Share share) const override { return (share == Share::train ? train_ : validation_).examples(); }

 private:
  const EnergyModel& machine() const { return part<EnergyModel>(std::as_const(system_), "model"); }

  const GraphRecipe& recipe_;
  const CaseSets& sets_;
  System& system_;
  ClassifierCases train_, validation_;
};

}  // namespace

Stages graph_stages(const SystemRecipe& base, const CaseSets& sets, System& system) {
  const auto& recipe = static_cast<const GraphRecipe&>(base);
  Stages stages;
  if (recipe.pretrain) {
    const auto layers = [&system]() -> EnergyModel& { return part<EnergyModel>(system, "model"); };
    PretrainRule rule = recipe.pretrain->rule;
    if (rule.scales.empty()) rule.scales = scales_2009(recipe.model.hidden.size());
    add_pretraining(recipe, sets,
                    {.rule = rule,
                     .layers = layers,
                     .join = [layers, rule](Context& ctx,
                                            const Machines& machines) { merge_stages(ctx, machines, rule, layers()); }},
                    stages);
  }
  stages.push_back(std::make_unique<JointStage>(recipe, sets, system));
  if (recipe.finetune) stages.push_back(std::make_unique<FinetuneStage>(recipe, sets, system));
  return stages;
}

}  // namespace deepboltz
