#include "deepboltz/task/explain.h"

#include <algorithm>
#include <numeric>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/task/posterior.h"
#include "deepboltz/task/topics.h"

namespace deepboltz {

namespace {

constexpr double kLeastShare = 5e-4;  // nats, of a unit that is listed: less would be printed as 0

struct ExplainVerb {
  std::string model, file, word;
  CaseOptions cases;
  std::int64_t shown = 8;
  std::optional<std::int64_t> number, unit;
};

std::int64_t unit_named(const std::string& word, const std::vector<std::string>& vocabulary) {
  require(!vocabulary.empty(), "explain: the model has no vocabulary; name the visible unit by --unit");
  const auto found = std::ranges::find(vocabulary, word);
  require(found != vocabulary.end(), "explain: '{}' is not in the vocabulary; the nearest word is '{}'", word,
          nearest_word(word, vocabulary));
  return found - vocabulary.begin();
}

// The row of the case of that number in the file, from which cases may have been left out.
std::uint32_t row_of(std::int64_t number, const Cases& cases) {
  for (std::int64_t r = 0; r < cases.count(); ++r)
    if (cases.number(r) == number) return std::uint32_t(r);
  throw InputError(fmt::format("explain: there is no case {}, they are {} to {}{}", number, cases.number(0),
                               cases.number(cases.count() - 1),
                               cases.origin.empty_documents > 0 ? "; those without words are left out" : ""));
}

void explain_verb(Session& session, const ExplainVerb& options) {
  const Trained trained = open_trained(session, options.model);
  const EnergyModel& model = graph_of(trained, "explain");
  Context& ctx = session.context();
  const Cases data = options.file.empty() ? cases_of_run(session, trained, "explain")
                                          : read_cases(session, options.file, options.cases, trained);
  const std::uint32_t row[] = {options.number ? row_of(*options.number, data) : 0};
  const std::int64_t number = data.number(row[0]);
  const Tensor states = visible_states(ctx, model, select_rows(data, row));
  const LayerId hidden = model.ids(Role::hidden).front();
  const Tensor mean = std::move(posterior_means(ctx, model, states, std::span(&hidden, 1), {}).front());
  const std::vector<std::string>& vocabulary = meaning_of(trained.system, kVisibleColumn).names;
  const std::int64_t unit = options.unit            ? *options.unit
                            : !options.word.empty() ? unit_named(options.word, vocabulary)
                                                    : most_raised(ctx, model, states, mean);
  const Explanation why = explain(ctx, model, mean, unit);
  const std::string name = vocabulary.empty() ? fmt::format("unit {}", unit) : vocabulary[std::size_t(unit)];

  std::vector<std::size_t> order(why.share.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](auto a, auto b) { return std::abs(why.share[a]) > std::abs(why.share[b]); });
  std::vector<nlohmann::json> raises(order.size());
  for (const Topic& topic : topics(model, 6))
    for (const TopicWord& entry : topic.words)
      raises[std::size_t(topic.unit)].push_back(vocabulary.empty() ? std::to_string(entry.word)
                                                                   : vocabulary[std::size_t(entry.word)]);
  nlohmann::json json{{"unit", unit},       {"name", name},
                      {"case", number},     {"value", states.at(0, unit)},
                      {"log_p", why.log_p}, {"log_p_by_biases", why.log_p_bias}};
  std::string text = fmt::format(
      "'{}' in case {}: p = {:.3g}, by the biases alone {:.3g}: {:+.3f} nats, of which\n   nats  hidden unit   on  "
      "raises most\n",
      name, number, std::exp(why.log_p), std::exp(why.log_p_bias), why.log_p - why.log_p_bias);
  double rest = 0;
  std::int64_t listed = 0;
  for (const std::size_t j : order) {
    json["hidden"].push_back({{"unit", j}, {"share", why.share[j]}, {"mean", why.mean[j]}, {"raises", raises[j]}});
    if (listed >= options.shown || std::abs(why.share[j]) < kLeastShare) {
      rest += why.share[j];
      continue;
    }
    ++listed;
    text += fmt::format("{:>+8.3f}  unit {:<4} on {:>3.0f} %", why.share[j], j, 100 * why.mean[j]);
    for (const auto& word : raises[j]) text += " " + word.get<std::string>();
    text += "\n";
  }
  if (const auto others = std::int64_t(order.size()) - listed; others > 0)
    text += fmt::format("{:>+8.3f}  the other {}\n", rest, others);
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
  session.console.next((vocabulary.empty() ? "deepboltz plot " : "deepboltz topics ") + options.model);
}

}  // namespace

void add_explain(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "explain",
                            "show which hidden units raised the probability of a word or a bit, and by how much",
                            "deepboltz explain runs/20newsgroups --case 12 --word windows");
  auto options = std::make_shared<ExplainVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("--document", options->file, "use the cases of this file (default: the run's test cases)")
      ->type_name("FILE");
  verb->add_option("--case", options->number, "the number of the case in its file, from 0 (default: the first one)")
      ->check(at_least(0))
      ->type_name("N");
  CLI::Option* word =
      verb->add_option("--word", options->word,
                       "a word of the vocabulary (default: the word of the case that hidden units raise most)")
          ->type_name("WORD");
  verb->add_option("--unit", options->unit, "the number of a visible unit, from 0")
      ->check(at_least(0))
      ->type_name("N")
      ->excludes(word);
  verb->add_option("--units", options->shown, "number of hidden units to list, the greatest shares first")
      ->check(at_least(1, 10'000))
      ->type_name("N")
      ->capture_default_str();
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { explain_verb(session, *options); }; });
}

}  // namespace deepboltz
