#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "deepboltz/system/multimodal/multimodal_recipe.h"

namespace deepboltz {
namespace {

constexpr std::size_t kMostPathways = 16;

void pathway_settings(Section s, PathwayRecipe& pathway) {
  s.add("name", pathway.name, "the part of the data that this pathway sees: image, text, …");
  s.add("visible", pathway.visible, kAny,
        "units of its visible layer. bernoulli: bits. gaussian: real values, standardised. counts: word counts of "
        "documents. binomial:5: counts up to 5. softmax:21: one of 21 classes");
  s.add("hidden", pathway.hidden, kFromOne,
        "number of units of each hidden layer below the joint one, from the bottom up. Empty: the visible layer is "
        "beside the joint layer");
  s.choose("binarise", pathway.binarise, {"none", "threshold", "each-time", "once"},
           "how grey values become bits, where visible = \"bernoulli\"");
  s.add("hide", pathway.hide, kZeroToBelowOne,
        "share of the presentations in joint training in which this part is hidden and inferred from the others. It is "
        "what makes a machine good at cases that lack the part");
  s.add(
      "rescale", pathway.rescale, kFromZero,
      "visible = \"counts\": scale each document to this number of words. A long document leaves the other parts "
      "nothing to say; published machines had 5. log p of a part is then not measured. 0: documents stay as they are");
  s.add("length", pathway.length, kFromZero,
        "visible = \"counts\": number of words of a document that is missing or hidden. Few words let the other parts "
        "say "
        "more. 0: the median of the training documents");
  s.add("rate", pathway.rate, kFromZero,
        "joint training: the learning rate of the visible biases and of the weights above them, as a multiple of "
        "train.rate");
}

void pretrain_settings(Section s, PretrainRecipe& pretrain) {
  s.choose("bias", pretrain.rule.bias, {"sum", "mean"},
           "what becomes of a layer's two biases. mean: their mean, as published for multimodal machines");
  s.add("means", pretrain.means,
        "machines above the first learn from the means of the layer below, and not from draws of it");
  pretrain_stage_settings(s, pretrain);
}

void evaluate_settings(Section s, MultimodalEvaluateRecipe& evaluate) {
  s.add("information_cases", evaluate.information_cases, kFromZero,
        "number of cases of which log p(part | others) is measured. 0: none");
  s.add("ais_steps", evaluate.ais_steps, kFromOne, "AIS of such a case: number of temperatures");
  s.add("ais_runs", evaluate.ais_runs, {.low = 2}, "AIS of such a case: number of independent runs");
  s.add(
      "slices", evaluate.slices, {.low = 1, .high = 1000},
      "data whose cases are frames of a group, such as an utterance: cut the time of a group into this number of equal "
      "slices. The means of a slice are features of the group");
  mean_field_settings(s, evaluate.mean_field);
}

}  // namespace

MultimodalRecipe::MultimodalRecipe() {
  train.learner.negative.kind = Negative::Kind::persistent;
  train.learner.negative.sweeps = 5;
  train.learner.mean_field = {.sweeps = 10, .tolerance = 1e-4};
  train.learner.deviation_rate = 0;
}

std::size_t MultimodalRecipe::hidden_layers() const {
  std::size_t count = 1;
  for (const PathwayRecipe& pathway : pathways) count += pathway.hidden.size();
  return count;
}

void multimodal_settings(Section top, MultimodalRecipe& recipe) {
  part_data_settings(top.below("data."), recipe.data);
  top.add_tables("pathway", recipe.pathways, kMostPathways, pathway_settings);
  Section joint = top.below("joint.");
  joint.add("units", recipe.joint.units, kFromOne, "number of units of the layer in which the pathways meet");
  joint.add("labels", recipe.joint.labels, "add a label layer on the joint layer");
  joint.choose("precision",
               {{"f32", "f64"},
                [&recipe] { return std::size_t(recipe.precision == DType::f64); },
                [&recipe](std::size_t i) { recipe.precision = i == 1 ? DType::f64 : DType::f32; }},
               "number type of the parameters");
  joint.add("weight_scale", recipe.weight_scale, kAboveZero,
            "standard deviation of the initial weights, if no layer is pretrained");
  top.add_table("pretrain", recipe.pretrain, pretrain_settings);
  stage_settings(top.below("train."), recipe.train);
  evaluate_settings(top.below("evaluate."), recipe.evaluate);
  Section monitor = top.below("monitor.");
  monitor.add("every", recipe.monitor.every, kFromOne, "epochs from one line of metrics.csv to the next");
  monitor.add("cases", recipe.monitor.cases, kFromOne, "number of cases that are measured each time");
  monitor.add("checkpoint_every", recipe.monitor.checkpoint_every, kFromOne, "epochs from one checkpoint to the next");
}

namespace {

// Replicas have one length, and documents many.
void require_sampler(const std::string& key, const Learner& learner, bool documents, const Refuse& refuse) {
  using Sampler = ChainSampler::Kind;
  const Sampler sampler = learner.negative.sampler.kind;
  if (sampler == Sampler::length_exchange)
    refuse(key + "sampler",
           "\"length-exchange\" is for machines of documents alone; expected \"gibbs\" or "
           "\"tempered-transitions\"");
  if (documents && sampler != Sampler::gibbs && sampler != Sampler::tempered_transitions)
    refuse(key + "sampler",
           "documents are of many lengths, and replicas of one; expected \"gibbs\" or \"tempered-transitions\"");
}

void require_samplers(const MultimodalRecipe& recipe, const Refuse& refuse) {
  std::size_t stage = 0;
  bool any = false, beside_joint = false;
  const auto of_stage = [&](bool documents) {
    if (recipe.pretrain)
      require_sampler(fmt::format("pretrain.stage[{}].", stage), recipe.pretrain->stages[stage].learner, documents,
                      refuse);
    ++stage;
  };
  for (const PathwayRecipe& pathway : recipe.pathways) {
    const bool documents = std::holds_alternative<Counts>(pathway.visible);
    any = any || documents;
    beside_joint = beside_joint || (documents && pathway.hidden.empty());
    for (std::size_t l = 0; l < pathway.hidden.size(); ++l) of_stage(documents && l == 0);
  }
  of_stage(beside_joint);
  require_sampler("train.", recipe.train.learner, any, refuse);
}

}  // namespace

void require_consistent(const MultimodalRecipe& recipe, const Refuse& refuse) {
  if (recipe.pathways.empty()) refuse("pathway", "expected a [[pathway]] for every part of the data");
  require_consistent_parts(recipe, refuse);
  for (std::size_t p = 0; p < recipe.pathways.size(); ++p) {
    const PathwayRecipe& pathway = recipe.pathways[p];
    const std::string key = fmt::format("pathway[{}].", p);
    if (pathway.name.empty()) refuse(key + "name", "expected the name of a part, got none");
    for (std::size_t q = 0; q < p; ++q)
      if (recipe.pathways[q].name == pathway.name)
        refuse(key + "name", fmt::format("there are two pathways \"{}\"", pathway.name));
    const auto* counts = std::get_if<Counts>(&pathway.visible);
    if (!is_normalised(pathway.visible) || (counts != nullptr && counts->extra > 0))
      refuse(key + "visible",
             fmt::format("\"{}\" units cannot be part of a multimodal machine", word_of(pathway.visible)));
    for (std::size_t q = 0; q < p && counts != nullptr && pathway.hidden.empty(); ++q)
      if (std::holds_alternative<Counts>(recipe.pathways[q].visible) && recipe.pathways[q].hidden.empty())
        refuse(key + "hidden",
               fmt::format("expected a hidden layer: \"{}\" and \"{}\" count words, and the joint layer "
                           "can be beside one of them",
                           recipe.pathways[q].name, pathway.name));
    if (pathway.binarise != Binarisation::none && !std::holds_alternative<Bernoulli>(pathway.visible))
      refuse(key + "binarise",
             fmt::format("is for \"bernoulli\" units, and these are \"{}\"", word_of(pathway.visible)));
    for (const auto& [name, words] : {std::pair("length", pathway.length), std::pair("rescale", pathway.rescale)}) {
      if (words == 0) continue;
      if (counts == nullptr)
        refuse(key + name, fmt::format("is for \"counts\", and these are \"{}\"", word_of(pathway.visible)));
      if (words != std::floor(words))
        refuse(key + name, fmt::format("expected a whole number of words, got {}", words));
    }
    if (pathway.hide > 0 && recipe.pathways.size() == 1)
      refuse(key + "hide", "expected 0: a machine of one part has nothing to infer it from");
  }
  if (recipe.pretrain && recipe.pretrain->stages.size() != recipe.hidden_layers())
    refuse("pretrain.stage",
           fmt::format("expected one [[pretrain.stage]] a hidden layer, those of the pathways and the joint one ({}), "
                       "got {}",
                       recipe.hidden_layers(), recipe.pretrain->stages.size()));
  if (is_integer(recipe.train.learner.math) && recipe.pathways.size() > 1)
    refuse("train.math", "integers are for machines with one visible layer; expected \"f32\"");
  if (recipe.train.learner.negative.kind == Negative::Kind::from_data && recipe.hidden_layers() > 1)
    refuse("train.method",
           "expected \"pcd\": contrastive divergence is for machines whose hidden layers are one block");
  require_samplers(recipe, refuse);
}

}  // namespace deepboltz
