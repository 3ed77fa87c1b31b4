#include "deepboltz/system/graph/consistent.h"

#include <fmt/format.h>

#include "deepboltz/stack/slope.h"
#include "deepboltz/system/layered/consistent_data.h"
#include "deepboltz/system/layered/consistent_stage.h"

namespace deepboltz {

namespace {

// Cases without labels, beside those that have one.
void require_labelled(const GraphRecipe& recipe, const Refuse& refuse) {
  if (recipe.data.labelled == 0) return;
  const char* key = "data.labelled";
  if (!recipe.model.labels || recipe.model.hidden.size() > 1)
    refuse(key, "expected model.labels = true and one hidden layer, where p(y | v) is exact");
  if (recipe.pretrain || recipe.finetune)
    refuse(key, "expected neither [pretrain] nor [finetune], which use every label");
  if (is_integer(recipe.train.learner.math)) refuse("train.math", "integers need all labels; use \"f32\"");
  if (recipe.train.batch < 2 && recipe.train.batch != kOpen)
    refuse("train.batch", "expected a case with a label and one without, at least 2");
  if (recipe.model.visible == Unit(Gaussian{}) && recipe.train.learner.deviation_rate > 0)
    refuse("train.deviation_rate", "standard deviations stay where some cases have no label; expected 0");
}

// What draws without a normaliser cannot do.
void require_normaliser(const GraphRecipe& recipe, const Refuse& refuse) {
  for (const auto& [key, unit] :
       {std::pair("model.visible", recipe.model.visible), std::pair("model.hidden_unit", recipe.model.hidden_unit)}) {
    if (is_normalised(unit)) continue;
    const std::string why = fmt::format("{} = \"{}\": its draws have no normaliser", key, word_of(unit));
    if (recipe.train.learner.negative.sampler.kind != ChainSampler::Kind::gibbs)
      refuse("train.sampler", fmt::format("expected \"gibbs\" with {}", why));
    if (recipe.train.learner.objective.kind != Objective::Kind::generative)
      refuse("train.objective", fmt::format("expected \"generative\" with {}", why));
    if (recipe.data.labelled > 0) refuse("data.labelled", fmt::format("expected 0 with {}", why));
  }
}

// What a recognition model is for.
void require_recognition(const GraphRecipe& recipe, const Refuse& refuse) {
  const char* key = "train.recognition.sweeps";
  if (recipe.train.learner.recognition.sweeps == 0) return;
  if (recipe.model.hidden.size() == 1)
    refuse(key, "expected 0 with one hidden layer, whose posterior is exact without a guess");
  if (recipe.model.labels)
    refuse(key, "expected 0 with labels, which are known while the machine learns and not when it encodes");
  if (const Unit& unit = recipe.model.hidden_unit; !is_normalised(unit) || !has_slope(unit))
    refuse("model.hidden_unit",
           fmt::format("a recognition model needs \"bernoulli\", \"spin\", \"binomial\" or \"gaussian\", got \"{}\"",
                       word_of(unit)));
}

// What only binary units can do.
void require_units(const GraphRecipe& recipe, const Refuse& refuse) {
  const ModelRecipe& model = recipe.model;
  if (std::holds_alternative<Counts>(model.hidden_unit))
    refuse("model.hidden_unit", "\"counts\" are for visible units");
  const auto* counts = std::get_if<Counts>(&model.visible);
  if (counts && model.hidden.size() > 1)
    refuse("model.hidden", fmt::format("\"counts\" take one hidden layer, got {}", model.hidden.size()));
  using Kind = ChainSampler::Kind;
  const Kind sampler = recipe.train.learner.negative.sampler.kind;
  if (counts && sampler != Kind::gibbs && sampler != Kind::tempered_transitions && sampler != Kind::length_exchange)
    refuse("train.sampler",
           "documents are of many lengths, and replicas of one; expected \"gibbs\", \"tempered-transitions\" or "
           "\"length-exchange\"");
  if (!counts && sampler == Kind::length_exchange)
    refuse("train.sampler", "\"length-exchange\" is of documents (model.visible = \"counts\")");
  const bool extra = counts && counts->extra > 0;
  if (extra && model.labels) refuse("model.labels", "\"counts\" with extra words have no labels; take \"counts\"");
  if (model.visible == Unit(Gaussian{}) && model.hidden_unit == Unit(Gaussian{}))
    refuse("model.hidden_unit", "\"gaussian\" on both sides is no distribution; take \"bernoulli\"");
  if (recipe.pretrain && extra)
    for (std::size_t i = 0; i < recipe.pretrain->stages.size(); ++i)
      if (recipe.pretrain->stages[i].learner.negative.kind != Negative::Kind::from_data)
        refuse(fmt::format("pretrain.stage[{}].method", i), "extra words are pretrained by \"cd\"");
  const bool visible_bits = model.visible == Unit(Bernoulli{}), hidden_bits = model.hidden_unit == Unit(Bernoulli{});
  if (((recipe.pretrain && !extra) || recipe.finetune) && !(visible_bits && hidden_bits))
    refuse(visible_bits ? "model.hidden_unit" : "model.visible",
           fmt::format("{} is for \"bernoulli\" units, got \"{}\"", recipe.pretrain ? "[pretrain]" : "[finetune]",
                       word_of(visible_bits ? model.hidden_unit : model.visible)));
  if (recipe.evaluate.completion_cases > 0 && !visible_bits)
    refuse("evaluate.completion_cases",
           fmt::format("completions are of \"bernoulli\" pixels, and model.visible is \"{}\"", word_of(model.visible)));
}

}  // namespace

void require_consistent(const GraphRecipe& recipe, const Refuse& refuse) {
  const std::size_t layers = recipe.model.hidden.size();
  if (layers == 0) refuse("model.hidden", "expected at least one hidden layer, got []");
  require_consistent_data(recipe, refuse);
  require_stage({.prefix = "train.",
                 .stage = recipe.train,
                 .lower = recipe.model.visible,
                 .upper = recipe.model.hidden_unit,
                 .hidden_layers = layers,
                 .labelled = recipe.model.labels},
                recipe, refuse);
  require_labelled(recipe, refuse);
  require_units(recipe, refuse);
  require_recognition(recipe, refuse);
  require_normaliser(recipe, refuse);
  if (recipe.pretrain) {
    const PretrainRecipe& pretrain = *recipe.pretrain;
    if (pretrain.stages.size() != layers)
      refuse("pretrain.stage", fmt::format("expected one [[pretrain.stage]] a hidden layer ({}), got {}", layers,
                                           pretrain.stages.size()));
    if (!pretrain.rule.scales.empty() && pretrain.rule.scales.size() != layers)
      refuse("pretrain.scales",
             fmt::format("expected one number a hidden layer ({}) or [], got {}", layers, pretrain.rule.scales.size()));
    for (std::size_t i = 0; i < pretrain.stages.size(); ++i) {
      require_stage({.prefix = fmt::format("pretrain.stage[{}].", i),
                     .stage = pretrain.stages[i],
                     .lower = recipe.model.visible,
                     .upper = recipe.model.hidden_unit,
                     .factors = layers > 1},
                    recipe, refuse);
    }
  }
  if (recipe.finetune)
    require_finetune({.finetune = *recipe.finetune, .labelled = recipe.model.labels, .layers = layers + 1}, refuse);
}

}  // namespace deepboltz
