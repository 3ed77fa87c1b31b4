#include "deepboltz/system/graph/graph_measures.h"

#include <algorithm>

#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/system/graph/classes.h"
#include "deepboltz/system/graph/completion_experiment.h"
#include "deepboltz/system/graph/evaluation.h"
#include "deepboltz/system/graph/floors.h"
#include "deepboltz/system/graph/likelihood.h"
#include "deepboltz/task/posterior.h"
#include "deepboltz/task/retrieve.h"

namespace deepboltz {
namespace {

// Errors of the label layer on the bits that log p is measured on, and on grey values where these are others; of the
// fine-tuned network; of the most frequent class of training. Nothing where the cases have no labels.
void measure_error(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const GraphSubject subject(of);
  require_cases(subject.model, subject.cases);
  const std::vector<std::uint32_t> truth = labels_of(subject.cases);
  if (truth.empty()) return;
  const auto error = [&](const char* method) {
    return in_percent(error_rate(graph_classes(ctx, of.system, &of.recipe, of.cases, method, of.report).label, truth));
  };
  const bool label = subject.model.find(Role::label).has_value(),
             network = find_part<Network>(of.system, "classifier") != nullptr;
  if (label) findings.push_back({"label_error_percent", error("clamp")});
  if (label && of.cases.at(kVisibleColumn).is_grey())
    findings.push_back({"label_error_percent_grey", error("clamp-grey")});
  if (network) findings.push_back({"classifier_error_percent", error("network")});
  if (!(label || network) || classes_of(subject.train) == 0) return;
  const std::vector<std::uint32_t> guess(truth.size(), most_frequent_class(subject.train));
  findings.push_back({"error_percent_class_shares", in_percent(error_rate(guess, truth))});
}

std::string no_retrieval(const Subject& of) {
  if (!topics_of(of.sets.train).empty() && !topics_of(of.cases).empty()) return {};
  return fmt::format("retrieval: the cases of '{}' have no labels to be found by",
                     topics_of(of.sets.train).empty() ? of.sets.train.origin.name : of.cases.origin.name);
}

bool are_documents(const Subject& of) {
  const EnergyModel& model = part<EnergyModel>(of.system, "model");
  return std::holds_alternative<Counts>(model.layer(model.visible()).unit) && of.share != Share::train;
}

// How well cases find those of training that have a label of theirs, by the means of their top hidden layer, inferred
// without labels (task/retrieve.h).
void measure_retrieval(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const GraphSubject subject(of);
  require_cases(subject.model, subject.train);
  require_cases(subject.model, subject.cases);
  const EnergyModel encoder = without_labels(subject.model);
  const LayerId layer = encoder.ids(Role::hidden).back();
  const auto codes = [&](const Cases& cases) {
    return std::move(
        posterior_means(ctx, encoder, visible_states(ctx, encoder, cases), {&layer, 1}, {.report = of.report}).front());
  };
  const Tensor of_train = codes(subject.train), of_cases = codes(subject.cases);
  const auto stored = topics_of(subject.train), wanted = topics_of(subject.cases);
  const RetrieveOptions options{.report = of.report};
  const Retrieval found = retrieve(ctx, {of_cases, wanted}, {of_train, stored}, options);
  findings.push_back({"retrieval_queries", found.queries});
  findings.push_back({"average_precision", found.average_precision});
  for (std::size_t i = 0; i < options.ranks.size(); ++i)
    findings.push_back({fmt::format("precision_at_{}", options.ranks[i]), found.at_rank[i]});
  for (std::size_t i = 0; i < options.recalls.size(); ++i) {
    const std::string point = fmt::format("precision_at_recall/{}", i);
    findings.push_back({point, found.at_recall[i]});
    findings.push_back({point + "/name", fmt::format("{:g} %", 100 * options.recalls[i])});
    findings.push_back({point + "/recall", options.recalls[i]});
  }
}

std::string no_completion(const Subject& of) {
  if (of.sets.train.count() == 0) return "completion: the training cases, which it is compared with, are not here";
  if (GraphSubject(of).plan.completion_cases > 0) return {};
  return "its recipe completes no cases; give a number with --set evaluate.completion_cases=1000";
}

void measure_completion(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const GraphSubject subject(of);
  std::size_t number = 0;
  for (const CompletionResult& result :
       completion_experiment(ctx, subject, first_cases(subject.cases, subject.plan.completion_cases))) {
    const std::string name = fmt::format("completion/{}", number++);
    findings.push_back({name + "/mask", std::string(name_of(result.mask))});
    for (const auto& [who, score] : {std::pair("model", result.model), std::pair("mean_image", result.mean_image),
                                     std::pair("nearest_neighbour", result.nearest)}) {
      findings.push_back({fmt::format("{}/{}/log_loss", name, who), score.log_loss});
      findings.push_back({fmt::format("{}/{}/rmse", name, who), score.rmse});
    }
  }
}

std::string with_error(const Estimate& e) { return deepboltz::with_error(e.value, e.standard_error); }

// log p, or what stands for it: what can be quoted, else a figure that is said to be none.
std::string says_log_p(const Subject& of, std::span<const Finding> found) {
  const bool density = std::ranges::find(found, "log_jacobian", &Finding::name) != found.end();
  const std::string what = fmt::format("{} of the {} cases", density ? "log-density in the data's own units" : "log p",
                                       name_of(of.share)),
                    word = find_text(found, "trust/word"), reason = find_text(found, "trust/reason"),
                    by = word == "exact" ? "log Z by enumeration" : fmt::format("log Z by {}: trusted", word);
  if (const Estimate* perplexity = find_estimate(found, "perplexity"))
    return fmt::format("perplexity of the {} documents: {} per word", name_of(of.share), with_error(*perplexity));
  if (const Estimate* log_p = find_estimate(found, "log_p_quoted"))
    return fmt::format("{}: {} nats ({})", what, with_error(*log_p), by);
  if (const Estimate* bound = find_estimate(found, "bound_quoted"))
    return fmt::format("{}: at least {} nats (variational bound; {})", what, with_error(*bound), by);
  if (const Estimate* log_p = find_estimate(found, "log_p"))
    return fmt::format("{}: not known; {} nats by forward AIS is not to be trusted: {}", what, with_error(*log_p),
                       reason);
  if (const Estimate* bound = find_estimate(found, "bound"))
    return fmt::format("{}: not known; a bound of {} nats by forward AIS is not to be trusted: {}", what,
                       with_error(*bound), reason);
  return reason.empty() ? "" : fmt::format("{}: not known: {}", what, reason);
}

std::string says_recognition(std::span<const Finding> found) {
  const Estimate* difference = find_estimate(found, "bound_minus_recognition");
  return difference ? fmt::format("; by recognition and one sweep {} nats less", with_error(*difference)) : "";
}

std::string says_likelihood(const Subject& of, std::span<const Finding> found) {
  const std::string text = says_log_p(of, found);
  return text.empty() ? text : text + says_recognition(found) + says_floors(found);
}

std::string says_error(const Subject& of, std::span<const Finding> found) {
  const Estimate *network = find_estimate(found, "classifier_error_percent"),
                 *label = find_estimate(found, "label_error_percent"),
                 *grey = find_estimate(found, "label_error_percent_grey");
  if (network == nullptr && label == nullptr) return {};
  std::string text = fmt::format("{} error: {} % ({}", name_of(of.share), with_error(network ? *network : *label),
                                 network ? "fine-tuned network" : "label layer");
  if (network && label) text += fmt::format("; label layer {} %", with_error(*label));
  if (grey) text += fmt::format("; label layer on grey values {} %", with_error(*grey));
  text += ")";
  if (const Estimate* floor = find_estimate(found, "error_percent_class_shares"))
    text += fmt::format("; always the most frequent class: {} %", with_error(*floor));
  return text;
}

std::string says_retrieval(const Subject&, std::span<const Finding> found) {
  const Estimate* precision = find_estimate(found, "average_precision");
  return precision ? fmt::format("mean average precision of retrieval: {}", with_error(*precision)) : "";
}

constexpr Measure kMeasures[] = {{"likelihood", measure_likelihood, nullptr, nullptr, says_likelihood},
                                 {"error", measure_error, nullptr, nullptr, says_error},
                                 {"retrieval", measure_retrieval, no_retrieval, are_documents, says_retrieval},
                                 {"completion", measure_completion, no_completion}};

}  // namespace

std::span<const Measure> graph_measures() { return kMeasures; }

void graph_facts(const Subject& of, std::vector<Finding>& findings) {
  const GraphSubject subject(of);
  findings.push_back(
      {"binarise",
       std::string(takes_numbers(subject.recipe.model.visible) ? "none" : name_of(subject.recipe.data.binarise))});
  const double jacobian = log_jacobian(subject.model.layer(subject.model.visible()));
  if (jacobian != 0) findings.push_back({"log_jacobian", jacobian});
}

}  // namespace deepboltz
