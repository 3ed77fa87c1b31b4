#include "deepboltz/learn/integer_limits.h"

#include <algorithm>

namespace deepboltz {
namespace {

using Use = const IntegerUse&;
struct Limit {
  std::string_view key;
  bool (*broken)(Use);
  std::string_view message;  // with the names that integer_refusal() fills in
};

constexpr Limit kLimits[] = {
    {"sampler", [](Use u) { return u.learner.negative.sampler.kind != ChainSampler::Kind::gibbs; },
     "integer math has \"gibbs\" only; use \"f32\""},
    {"method", [](Use u) { return u.learner.negative.fast; }, "integer math has cd and pcd, not \"fpcd\""},
    {"math", [](Use u) { return u.scaled; },
     "integers do not scale messages, as the stages of a deep machine do; use \"f32\""},
    {"math", [](Use u) { return u.mean_field && u.learner.math == Math::int24; },
     "\"int24\" has no mean field, which several hidden layers need; use \"int16\" or \"f32\""},
    {"math", [](const IntegerUse& u) { return u.condition; },
     "integers learn no machine with a condition; use \"f32\""},
    {"model.visible", [](Use u) { return u.visible != Unit(Bernoulli{}); },
     "math on integers needs \"bernoulli\" units, got \"{visible}\""},
    {"model.hidden_unit", [](Use u) { return u.hidden != Unit(Bernoulli{}); },
     "math on integers needs \"bernoulli\" units, got \"{hidden}\""},
    {"model.precision", [](Use u) { return u.precision != DType::f32; },
     "integer math needs \"f32\", got \"{precision}\""},
    {"data.binarise", [](Use u) { return u.grey && u.learner.math == Math::int24; },
     "math = \"int24\" needs binary data; expected threshold, each-time or once; or take \"int16\", which learns from "
     "grey pixels"},
    {"optimizer", [](Use u) { return std::holds_alternative<AdamStep>(u.learner.optimizer); },
     "integer math has momentum and nesterov, not \"adam\""},
    {"max_norm", [](Use u) { return u.learner.max_norm > 0; }, "integer math has none"},
    {"sparsity.target",
     [](Use u) {
       return !u.learner.sparsity.empty() && (u.centred || u.learner.centering.kind == Centering::Kind::offsets);
     },
     "integer math has sparsity or offsets of centring, not both; use \"f32\""},
    {"centering.kind", [](Use u) { return u.learner.centering.kind == Centering::Kind::enhanced; },
     "integer math has none and offsets, not \"enhanced\""},
    {"statistics", [](Use u) { return u.learner.negative.statistics == Negative::Statistics::all_means; },
     "integer math has rao-blackwell and sample"},
    {"hidden_drift", [](Use u) { return u.learner.hidden_drift > 0; }, "integer math has none"},
    {"mean_reconstruction", [](Use u) { return u.learner.negative.mean_reconstruction; }, "integer math draws"},
    {"mean_field.damping", [](Use u) { return u.mean_field && u.learner.mean_field.damping > 0; },
     "integer math has none"},
    {"batch", [](Use u) { return u.batch > most_binary_cases(u.learner.negative.statistics); },
     "integer math takes at most {most} cases ({sampled} with statistics = \"sample\"), got {batch}"},
    {"chains", [](Use u) { return u.learner.negative.chains > most_binary_cases(u.learner.negative.statistics); },
     "integer math takes at most {most} cases ({sampled} with statistics = \"sample\"), got {chains}"},
    {"math", [](Use u) { return u.learner.objective.kind != Objective::Kind::generative; },
     "integers learn the generative objective; use \"f32\""},
};

IntegerUse use_of(const Learner& learner, const EnergyModel& model, std::int64_t batch) {
  IntegerUse use{.learner = learner, .precision = model.precision(), .batch = batch};
  for (const Layer& layer : model.layers()) {
    use.scaled |= layer.bias_factor != 1;
    const bool label = layer.role == Role::label && std::holds_alternative<Softmax>(layer.unit);
    Unit& unit = layer.role == Role::hidden ? use.hidden : use.visible;
    if (!label && unit == Unit(Bernoulli{})) unit = layer.unit;
  }
  for (const Connection& c : model.connections()) use.scaled |= c.up != 1 || c.down != 1;
  use.mean_field = !model.hidden_is_one_block();
  use.centred = std::ranges::any_of(model.layers(), [](const Layer& layer) { return !layer.offset.empty(); });
  use.condition = model.find(Role::condition).has_value();
  return use;
}

void require_use(const IntegerUse& use) {
  if (const auto refusal = integer_refusal(use))
    throw InputError(fmt::format("{}: {}", refusal->key, refusal->message));
}

}  // namespace

std::optional<IntegerRefusal> integer_refusal(const IntegerUse& use) {
  if (!is_integer(use.learner.math)) return std::nullopt;
  const auto* limit = std::ranges::find_if(kLimits, [&](const Limit& l) { return l.broken(use); });
  if (limit == std::end(kLimits)) return std::nullopt;
  return IntegerRefusal{
      limit->key, fmt::format(fmt::runtime(limit->message), fmt::arg("visible", word_of(use.visible)),
                              fmt::arg("hidden", word_of(use.hidden)), fmt::arg("precision", name_of(use.precision)),
                              fmt::arg("most", most_binary_cases(use.learner.negative.statistics)),
                              fmt::arg("sampled", most_binary_cases(Negative::Statistics::sample)),
                              fmt::arg("batch", use.batch), fmt::arg("chains", use.learner.negative.chains))};
}

void require_binary_training(const Learner& learner, const EnergyModel& model, std::int64_t batch) {
  require_use(use_of(learner, model, batch));
}

void require_grey_training(const Learner& learner, const EnergyModel& model, std::int64_t batch) {
  IntegerUse use = use_of(learner, model, batch);
  use.grey = true;
  require_use(use);
  for (const Connection& link : model.connections())
    require(link.upper != model.visible(),
            "math: integers learn from grey data where '{}' is the lower layer of its connections; use f32",
            model.layer(model.visible()).name);
  if (learner.negative.kind != Negative::Kind::persistent) return;
  // Counts of both phases are brought to one denominator, below 2³¹.
  const std::int64_t whole = learner.negative.statistics == Negative::Statistics::sample ? 1 : Sevenths::kWhole;
  const std::int64_t most = (std::int64_t(1) << 31) / (GreyCases::kWhole * whole * learner.negative.chains);
  require(batch <= most, "batch: of grey data integer math takes at most {} cases beside {} chains, got {}", most,
          learner.negative.chains, batch);
}

}  // namespace deepboltz
