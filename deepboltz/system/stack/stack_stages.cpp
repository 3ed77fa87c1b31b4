#include "deepboltz/system/stack/stack_stages.h"

#include <algorithm>

#include "deepboltz/model/build.h"
#include "deepboltz/stack/autoencoder.h"
#include "deepboltz/stack/greedy_belief_net.h"
#include "deepboltz/stack/propagate.h"
#include "deepboltz/stack/upward_classifier.h"
#include "deepboltz/system/layered/network_stage.h"
#include "deepboltz/system/layered/pretrain_stage.h"
#include "deepboltz/system/layered/untrained_model.h"
#include "deepboltz/system/stack/belief_net_parts.h"
#include "deepboltz/system/stack/reconstruction_floor.h"
#include "deepboltz/system/stack/stack_cases.h"
#include "deepboltz/system/stack/up_down_stage.h"

namespace deepboltz {
namespace {

const PretrainRule kDirected{.scales = {}, .bias = BiasRule::sum, .directed = true};

// Fine-tuning of a network of the system, on the cases as a stack sees them.
class StackNetworkStage : public NetworkStage {
 public:
  StackNetworkStage(const StackRecipe& recipe, const FinetuneRecipe& plan, const CaseSets& sets, System& system)
      : NetworkStage("finetune", plan, sets, Key{recipe.seed}.fold(RunUse::finetune)), sets_(sets), system_(system) {}

 protected:
  void prepare(Context& ctx) override {
    const auto& visible = part<EnergyModel>(std::as_const(system_), "visible");
    train_ = StackCases(ctx, visible, sets_.train);
    validation_ = StackCases(ctx, visible, sets_.validation);
  }
  const StackCases& cases(Share share) const { return share == Share::train ? train_ : validation_; }

  const CaseSets& sets_;
  System& system_;

 private:
  StackCases train_, validation_;
};

// Of the autoencoder: it gives its input back.
class AutoencoderStage final : public StackNetworkStage {
 public:
  AutoencoderStage(const StackRecipe& recipe, const CaseSets& sets, System& system)
      : StackNetworkStage(recipe, plan_of(recipe), sets, system) {}

 protected:
  Network& network() override { return part<Network>(system_, "autoencoder"); }
  void prepare(Context& ctx) override {
    StackNetworkStage::prepare(ctx);
    const auto& visible = part<EnergyModel>(std::as_const(system_), "visible");
    if (sets_.validation.count() > 0)
      floor_ = reconstruction_floor(ctx, visible, sets_.train, cases(Share::validation).to_itself());
  }
  void look(Context& ctx, bool last, Figures& figures) override {
    StackNetworkStage::look(ctx, last, figures);
    if (!floor_) return;
    const std::string_view floor = floor_words(part<EnergyModel>(std::as_const(system_), "visible"));
    figures.note += fmt::format(", {} {:.4f}", floor, *floor_);
    const auto held_out = std::ranges::find(figures.columns, "loss_validation", [](const auto& c) { return c.first; });
    if (last && held_out != figures.columns.end() && held_out->second > *floor_)
      figures.warnings.push_back({"floor", fmt::format("the loss of held-out cases is above that of {}, {:.4f}: the "
                                                       "codes say nothing; start again with a lower rate",
                                                       floor, *floor_)});
  }
  void make_network(Context&) override {}  // pretraining has
  Examples examples(Share share) const override { return cases(share).to_itself(); }

 private:
  static FinetuneRecipe plan_of(const StackRecipe& recipe) {
    FinetuneRecipe plan = *recipe.finetune;
    plan.backprop.presentation.noisy_layer = recipe.model.hidden.size() - 1;
    return plan;
  }

  std::optional<double> floor_;  // the loss of a constant answer on the validation cases
};

// Of a belief net as a classifier: the way up, and a layer of classes above it.
class ClassifierStage final : public StackNetworkStage {
 public:
  ClassifierStage(const StackRecipe& recipe, const CaseSets& sets, System& system)
      : StackNetworkStage(recipe, *recipe.finetune, sets, system) {}

 protected:
  Network& network() override { return part<Network>(system_, "classifier"); }
  void make_network(Context& ctx) override {
    const BeliefNet net = net_of(system_);
    system_.parts.insert_or_assign("classifier", upward_classifier(ctx, net, class_start()));
  }
  Examples examples(Share share) const override { return cases(share).to_classes(); }
};

}  // namespace

EnergyModel layers_of(const StackRecipe& recipe, const Cases& train, const BeginOptions& options) {
  EnergyModel layers = untrained_model(recipe, train, options);
  layers.layer(layers.ids(Role::hidden).back()).unit = recipe.top_unit;
  return layers;
}

std::vector<EnergyModel> untrained_machines(const StackRecipe& recipe, const EnergyModel& layers) {
  std::vector<EnergyModel> machines;
  for (std::size_t number = 1; number <= recipe.model.hidden.size(); ++number) {
    machines.push_back(pretraining_stage(layers, kDirected, number));
    if (!recipe.pretrain)
      initialise_weights(machines.back(), recipe.model.weight_scale,
                         Key{recipe.seed}.fold(RunUse::initialise).fold(number));
  }
  return machines;
}

void put_together(Context& ctx, const StackRecipe& recipe, std::span<const EnergyModel> machines, System& system) {
  if (recipe.form == StackForm::autoencoder)
    system.parts.insert_or_assign("autoencoder", unrolled(ctx, machines));
  else
    put_net(belief_net_from_stages(ctx, machines), system);
}

Stages stack_stages(const SystemRecipe& base, const CaseSets& sets, System& system) {
  const auto& recipe = static_cast<const StackRecipe&>(base);
  Stages stages;
  if (recipe.pretrain) {
    const auto layers = std::make_shared<const EnergyModel>(layers_of(recipe, sets.train, {}));
    add_pretraining(
        recipe, sets,
        {.rule = kDirected,
         .layers = [layers]() -> const EnergyModel& { return *layers; },
         .join = [&recipe, &system](Context& ctx,
                                    const Machines& machines) { put_together(ctx, recipe, machines, system); }},
        stages);
  }
  if (recipe.up_down) stages.push_back(up_down_stage(recipe, sets, system));
  if (!recipe.finetune) return stages;
  if (recipe.form == StackForm::autoencoder)
    stages.push_back(std::make_unique<AutoencoderStage>(recipe, sets, system));
  else
    stages.push_back(std::make_unique<ClassifierStage>(recipe, sets, system));
  return stages;
}

}  // namespace deepboltz
