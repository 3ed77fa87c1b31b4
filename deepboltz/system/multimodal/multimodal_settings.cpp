#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "deepboltz/learn/pretrain.h"
#include "deepboltz/system/multimodal/multimodal_graph.h"

namespace deepboltz {
namespace {

constexpr std::size_t kMostPathways = 16, kMostLayers = 64, kMostConnections = 256;

constexpr const char* kUnits =
    "units of its visible layer. bernoulli: bits. gaussian: real values, standardised. counts: word counts of "
    "documents. binomial:5: counts up to 5. softmax:21: one of 21 classes";

// How the cases of a part are shown, and what is particular to its layer.
void part_settings(Section s, PartRecipe& part) {
  s.choose("binarise", part.binarise, {"none", "threshold", "each-time", "once"},
           "how grey values become bits, where the units are bernoulli");
  s.add("hide", part.hide, kZeroToBelowOne,
        "share of the presentations in joint training in which this part is hidden and inferred from the others. It is "
        "what makes a machine good at cases that lack the part");
  s.add("rescale", part.rescale, kFromZero,
        "of counts: scale each document to this number of words. A long document leaves the other parts "
        "nothing to say; published machines had 5. log p is then of words drawn from them. 0: documents stay as they "
        "are");
  s.add("length", part.length, kFromZero,
        "of counts: number of words of a document that is missing or hidden. Few words let the other parts "
        "say "
        "more. 0: the median of the training documents");
  s.add("rate", part.rate, kFromZero,
        "joint training: the learning rate of the visible biases and of the weights above them, as a multiple of "
        "train.rate");
}

void pathway_settings(Section s, PathwayRecipe& pathway) {
  s.add("name", pathway.name, "the part of the data that this pathway sees: image, text, …");
  s.add("visible", pathway.visible, kAny, kUnits);
  s.add("hidden", pathway.hidden, kFromOne,
        "number of units of each hidden layer below the joint one, from the bottom up. Empty: the visible layer is "
        "beside the joint layer");
  part_settings(s, pathway);
}

void layer_settings(Section s, LayerRecipe& layer) {
  s.add("name", layer.name, "what a hidden layer is called");
  s.add("part", layer.part,
        "the part of the data that this layer sees, whose name it has: image, text, … labels: their classes. Empty: a "
        "hidden layer");
  s.add("unit", layer.visible, kAny, "units of the layer, as pathway.visible. A layer of labels has its own");
  s.add("units", layer.units, kFromZero, "number of units of a hidden layer");
  part_settings(s, layer);
}

void connection_settings(Section s, ListedConnection& connection) {
  s.add("from", connection.from, "the layer nearer to the data, by its name");
  s.add("to", connection.to, "the hidden layer above it");
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
  s.add("layer", evaluate.layer, "the hidden layer whose means are a case's codes. Empty: the top layer");
  s.came_later(evaluate.layer, std::string());
  s.add("layers", evaluate.layers,
        "classify by each layer of each pathway in turn, too: half as long again as the other classifications");
}

}  // namespace

MultimodalRecipe::MultimodalRecipe() {
  train.learner.negative.kind = Negative::Kind::persistent;
  train.learner.negative.sweeps = 5;
  train.learner.mean_field = {.sweeps = 10, .tolerance = 1e-4};
  train.learner.deviation_rate = 0;
}

void multimodal_settings(Section top, MultimodalRecipe& recipe) {
  part_data_settings(top.below("data."), recipe.data);
  top.add_tables("pathway", recipe.pathways, kMostPathways, pathway_settings);
  top.add_tables("layer", recipe.layers, kMostLayers, layer_settings);
  top.add_tables("connection", recipe.connections, kMostConnections, connection_settings);
  Section joint = top.below("joint.");
  if (recipe.layers.empty() || !recipe.pathways.empty()) {
    joint.add("units", recipe.joint.units, kFromOne, "number of units of the layer in which the pathways meet");
    joint.add("labels", recipe.joint.labels, "add a label layer on the joint layer");
  }
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

void require_samplers(const MultimodalRecipe& recipe, const EnergyModel& graph, const Refuse& refuse) {
  const auto hidden = graph.ids(Role::hidden);
  for (std::size_t stage = 0; recipe.pretrain && stage < hidden.size(); ++stage) {
    const bool documents = std::ranges::any_of(graph.connections(), [&](const Connection& c) {
      return c.upper == hidden[stage] && std::holds_alternative<Counts>(graph.layer(c.lower).unit);
    });
    require_sampler(fmt::format("pretrain.stage[{}].", stage), recipe.pretrain->stages[stage].learner, documents,
                    refuse);
  }
  const bool any = std::ranges::any_of(
      recipe.parts(), [](const PartRecipe& part) { return std::holds_alternative<Counts>(part.visible); });
  require_sampler("train.", recipe.train.learner, any, refuse);
}

void require_part(const MultimodalRecipe& recipe, std::size_t p, const Refuse& refuse) {
  const std::vector<PartRecipe> parts = recipe.parts();
  const PartRecipe& part = parts[p];
  const std::string key = recipe.key_of_part(p);
  const auto* counts = std::get_if<Counts>(&part.visible);
  if (!is_normalised(part.visible) || (counts != nullptr && counts->extra > 0))
    refuse(key + (recipe.layers.empty() ? "visible" : "unit"),
           fmt::format("\"{}\" units cannot be part of a multimodal machine", word_of(part.visible)));
  if (part.binarise != Binarisation::none && !std::holds_alternative<Bernoulli>(part.visible))
    refuse(key + "binarise", fmt::format("is for \"bernoulli\" units, and these are \"{}\"", word_of(part.visible)));
  for (const auto& [name, words] : {std::pair("length", part.length), std::pair("rescale", part.rescale)}) {
    if (words == 0) continue;
    if (counts == nullptr)
      refuse(key + name, fmt::format("is for \"counts\", and these are \"{}\"", word_of(part.visible)));
    if (words != std::floor(words)) refuse(key + name, fmt::format("expected a whole number of words, got {}", words));
  }
  if (part.hide > 0 && parts.size() == 1)
    refuse(key + "hide", "expected 0: a machine of one part has nothing to infer it from");
}

// That it can be pretrained, a stage a hidden layer.
void require_stages(const MultimodalRecipe& recipe, const EnergyModel& graph, const Refuse& refuse) {
  const std::size_t hidden = graph.ids(Role::hidden).size();
  if (recipe.pretrain->stages.size() != hidden)
    refuse("pretrain.stage", fmt::format("expected one [[pretrain.stage]] a hidden layer{} ({}), got {}",
                                         recipe.layers.empty() ? ", those of the pathways and the joint one" : "",
                                         hidden, recipe.pretrain->stages.size()));
  PretrainRule rule;
  rule.directed = true;
  try {
    pretraining_stage(graph, rule, 1);
  } catch (const InputError& error) {
    refuse("pretrain", error.what());
  }
}

void require_pathways(const MultimodalRecipe& recipe, const Refuse& refuse) {
  for (std::size_t p = 0; p < recipe.pathways.size(); ++p) {
    const PathwayRecipe& pathway = recipe.pathways[p];
    const std::string key = fmt::format("pathway[{}].", p);
    if (pathway.name.empty()) refuse(key + "name", "expected the name of a part, got none");
    for (std::size_t q = 0; q < p; ++q)
      if (recipe.pathways[q].name == pathway.name)
        refuse(key + "name", fmt::format("there are two pathways \"{}\"", pathway.name));
    for (std::size_t q = 0; q < p; ++q)
      if (std::holds_alternative<Counts>(pathway.visible) && pathway.hidden.empty() &&
          std::holds_alternative<Counts>(recipe.pathways[q].visible) && recipe.pathways[q].hidden.empty())
        refuse(key + "hidden",
               fmt::format("expected a hidden layer: \"{}\" and \"{}\" count words, and the joint layer "
                           "can be beside one of them",
                           recipe.pathways[q].name, pathway.name));
  }
}

void require_evaluated_layer(const MultimodalRecipe& recipe, const EnergyModel& graph, const Refuse& refuse) {
  if (recipe.evaluate.layer.empty()) return;
  std::vector<std::string> hidden;
  for (LayerId id : graph.ids(Role::hidden)) hidden.push_back(graph.layer(id).name);
  if (std::ranges::find(hidden, recipe.evaluate.layer) == hidden.end())
    refuse("evaluate.layer",
           fmt::format("expected a hidden layer ({}), got \"{}\"", fmt::join(hidden, ", "), recipe.evaluate.layer));
}

}  // namespace

void require_consistent(const MultimodalRecipe& recipe, const Refuse& refuse) {
  if (recipe.pathways.empty() && recipe.layers.empty())
    refuse("pathway", "expected a [[pathway]] for every part of the data, or [[layer]] tables");
  require_consistent_parts(recipe, refuse);
  require_pathways(recipe, refuse);
  const std::optional<EnergyModel> built = require_consistent_graph(recipe, refuse);
  if (!built) return;
  const EnergyModel& graph = *built;
  for (std::size_t p = 0; p < recipe.parts().size(); ++p) require_part(recipe, p, refuse);
  if (recipe.pretrain) require_stages(recipe, graph, refuse);
  require_evaluated_layer(recipe, graph, refuse);
  if (is_integer(recipe.train.learner.math) && recipe.parts().size() > 1)
    refuse("train.math", "integers are for machines with one visible layer; expected \"f32\"");
  const bool deep = std::ranges::any_of(graph.connections(),
                                        [&](const Connection& c) { return graph.layer(c.lower).role == Role::hidden; });
  if (recipe.train.learner.negative.kind == Negative::Kind::from_data && deep)
    refuse("train.method",
           "expected \"pcd\": contrastive divergence is for machines whose hidden layers are one block");
  require_samplers(recipe, graph, refuse);
}

}  // namespace deepboltz
