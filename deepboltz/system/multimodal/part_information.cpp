#include "deepboltz/estimate/conditional_log_p.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/multimodal/part_measures.h"
#include "deepboltz/system/multimodal/subject_parts.h"
#include "deepboltz/system/multimodal/whole_documents.h"

namespace deepboltz {
namespace {

constexpr std::uint64_t kCases = 0x6361736573, kPart = 0x70617274, kWords = 0x776f726473;

bool counts(const Layer& layer) { return std::holds_alternative<Counts>(layer.unit); }
const char* unit_of(const Layer& layer) { return counts(layer) ? "nats_a_word" : "nats"; }

// Complete cases drawn by key, documents of whole words.
Cases some_cases(const SubjectParts& subject) {
  const std::vector<std::uint32_t> complete = subject.complete_rows();
  const auto order = permutation(subject.of.key.fold(kCases), std::uint32_t(complete.size()));
  std::vector<std::uint32_t> rows;
  const std::size_t most = std::size_t(subject.recipe.evaluate.information_cases);
  for (std::size_t i = 0; i < std::min(order.size(), most); ++i) rows.push_back(complete[order[i]]);
  Cases some = select_rows(subject.of.cases, rows);
  std::uint64_t number = 0;
  for (const PartRecipe& part : subject.recipe.parts()) {
    const Key key = subject.of.key.fold(kWords).fold(number++);
    for (Column& column : some.columns)
      if (column.name == part.name && part.rescale > 0) draw_whole_documents(key, column);
  }
  return some;
}

// A twentieth of the cases stands behind each base rate, of documents one word of every kind.
std::vector<Tensor> annealing_base(Context& ctx, const EnergyModel& model, const Cases& train) {
  constexpr double kPrior = 1;
  const std::vector<Tensor> means = visible_means(ctx, model, train);
  std::vector<Tensor> base = base_rates(model, means, double(train.count()));
  for (LayerId id : model.ids(Role::visible)) {
    const std::size_t l = std::size_t(id.index);
    if (counts(model.layer(id)))
      base_rate_fields(model.layer(id).unit, means[l], double(train.count()), kPrior, base[l]);
  }
  return base;
}

// The mean over cases of the middle of both sides, and of each side; of a document a word. Warns where annealing leaves
// more open than the draw of the cases.
void add_bracket(const std::string& name, std::span<const Bracket> of_cases, std::span<const double> words,
                 std::vector<Finding>& findings) {
  std::vector<double> middle, least, most;
  for (std::size_t n = 0; n < of_cases.size(); ++n) {
    if (words[n] < 1) continue;
    middle.push_back(of_cases[n].middle() / words[n]);
    least.push_back(of_cases[n].least.value / words[n]);
    most.push_back(of_cases[n].most.value / words[n]);
  }
  if (middle.size() < 2) return;
  Estimate mean = mean_estimate(middle);
  const Estimate low = mean_estimate(least), high = mean_estimate(most);
  if ((high.value - low.value) / 2 > mean.standard_error)
    mean.warning = fmt::format("both directions of annealing are {:.2g} apart; take more evaluate.ais_steps",
                               high.value - low.value);
  findings.push_back({name, std::move(mean)});
  findings.push_back({name + "_least", low});
  findings.push_back({name + "_most", high});
}

}  // namespace

std::string no_information(const Subject& of) {
  if (static_cast<const MultimodalRecipe&>(of.recipe).evaluate.information_cases == 0)
    return "information: its recipe asks for no cases; give a number with --set evaluate.information_cases=200";
  return part<EnergyModel>(of.system, "model").ids(Role::visible).size() < 2 ? "information: there is one part only"
                                                                             : "";
}

void measure_information(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const SubjectParts subject(of);
  const EnergyModel& model = part<EnergyModel>(of.system, "model");
  const Cases some = some_cases(subject);
  if (some.count() < 2) return;
  const State state = fixed_cases(ctx, model, some, 0, some.count(), false);
  const std::vector<Tensor> base = annealing_base(ctx, model, of.sets.train);
  AisOptions options{.runs = int(subject.recipe.evaluate.ais_runs), .base = &base, .report = of.report};
  for (std::int64_t k = 0; k <= subject.recipe.evaluate.ais_steps; ++k)
    options.ladder.push_back(double(k) / double(subject.recipe.evaluate.ais_steps));
  options.key = of.key.fold(kPart);
  const auto found = part_log_p(ctx, model, state, options);
  const auto visible = model.ids(Role::visible);
  for (std::size_t p = 0; p < visible.size(); ++p) {
    const LayerId id = visible[p];
    const Layer& layer = model.layer(id);
    std::vector<double> words(std::size_t(some.count()), 1.0);
    if (counts(layer)) words.assign(state.lengths(id).begin(), state.lengths(id).end());
    std::vector<Bracket> given, alone, information;
    for (const PartLogP& of_case : found[p]) {
      given.push_back(of_case.given);
      alone.push_back(of_case.alone);
      information.push_back(of_case.information);
    }
    add_bracket(fmt::format("information_{}/{}", unit_of(layer), layer.name), information, words, findings);
    add_bracket(fmt::format("log_p_{}/{}_given_others", unit_of(layer), layer.name), given, words, findings);
    add_bracket(fmt::format("log_p_{}/{}_alone", unit_of(layer), layer.name), alone, words, findings);
  }
}

std::string says_information(const Subject& of, std::span<const Finding> found) {
  std::string text;
  const auto& model = part<EnergyModel>(of.system, "model");
  for (LayerId id : model.ids(Role::visible)) {
    const Layer& layer = model.layer(id);
    const Estimate* one = find_estimate(found, fmt::format("information_{}/{}", unit_of(layer), layer.name));
    if (one == nullptr) continue;
    text += fmt::format("{}what the other parts say of '{}': {} nats a {}", text.empty() ? "" : "\n", layer.name,
                        with_error(one->value, one->standard_error), counts(layer) ? "word" : "case");
  }
  return text;
}

}  // namespace deepboltz
