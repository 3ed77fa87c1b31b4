#include "deepboltz/system/evaluate.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/estimate_json.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/report/numbers.h"

namespace deepboltz {

namespace {

using Json = nlohmann::ordered_json;  // in the order of the findings

struct EvaluateVerb {
  std::string run, test, on, only;  // on: empty for test, or what stands in for it; only: empty for every measure
  CaseOptions cases;
  std::vector<std::string> overrides;
  std::int64_t limit = 0;
  double budget = 10;  // minutes
};

// The recipe in the model file, with other numbers for the evaluation if asked for.
void set_evaluation(Session& session, const std::vector<std::string>& overrides, Trained& trained) {
  require_recipe(trained, "evaluate");
  for (const std::string& text : overrides)
    require(text.starts_with("evaluate."), "--set {}: only settings of [evaluate] can be set here", text);
  if (!overrides.empty())
    trained.recipe = parse_kept_recipe(session.kinds, note_of(trained.system, "recipe"),
                                       trained.path.string() + ": recipe", overrides);
}

std::string table(const std::string& json) {
  std::string text;
  const std::vector<Number> numbers = parse_numbers(as_bytes(json), "evaluation.json");
  std::size_t width = 0;
  for (const Number& number : numbers) width = std::max(width, number.name.size());
  for (const Number& number : numbers) {
    text += fmt::format("{:<{}}  {}", number.name, width, number.value);
    text += number.warning.empty() ? "\n" : fmt::format("   ({})\n", number.warning);
  }
  return text;
}

// Findings under their names: "a/b" is b within a, a number of a list where it is one.
void put(const std::vector<Finding>& findings, Json& json) {
  for (const Finding& finding : findings) {
    Json& place = json[Json::json_pointer("/" + finding.name)];
    std::visit(
        [&](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Estimate>)
            place.update(Json(to_json(value)));
          else
            place = value;
        },
        finding.value);
  }
}

// Into `json` the figures of an evaluation of the same cases that was written before.
void keep_other_figures(const std::filesystem::path& file, Json& json) {
  if (!std::filesystem::exists(file)) return;
  const Bytes text = read_file(file);
  Json before = Json::parse(text.begin(), text.end(), nullptr, false);
  for (const char* key : {"cases", "data", "binarise"})
    if (!before.is_object() || before.value(key, Json()) != json.value(key, Json())) return;
  before.update(json);
  json = std::move(before);
}

// The cases of the run; none where they are not here and a test file is given.
std::unique_ptr<CaseSets> sets_for(Session& session, const Trained& trained, const EvaluateVerb& options) {
  if (options.test.empty()) return sets_of_run(session, trained, "evaluate");
  auto sets = sets_at_hand(session, trained, "evaluate", "What is compared with training cases is left out");
  return sets ? std::move(sets) : std::make_unique<CaseSets>();
}

// Which of the run's own cases: those asked for; else test cases, or validation cases where there are no test cases.
std::string share_of(Session& session, const EvaluateVerb& options, const CaseSets& sets) {
  if (!options.on.empty()) return options.on;
  if (!options.test.empty() || sets.test.count() > 0 || sets.validation.count() == 0) return "test";
  session.console.say(fmt::format("{}: its data have no test cases; measuring on its {} validation cases", options.run,
                                  sets.validation.count()));
  return "validation";
}

void evaluate_verb(Session& session, const EvaluateVerb& options) {
  Trained trained = open_sampler(session, options.run);
  set_evaluation(session, options.overrides, trained);
  const std::filesystem::path file = trained.folder / "evaluation.json";
  if (!trained.folder.empty()) require_writable(file);
  const auto sets = sets_for(session, trained, options);
  const std::string on = share_of(session, options, *sets);
  const Share share = share_named(on);
  Cases cases =
      options.test.empty() ? sets->of(share) : read_cases(session, options.test, options.cases, trained, share);
  require(cases.count() > 0, "{}: its data have no {} cases; take others with --test FILE or --on train", options.run,
          on);
  if (options.limit > 0) cases = first_cases(cases, options.limit);
  Subject subject = subject_of(session, trained, *sets, cases, share, 1);
  subject.budget = options.budget;
  Json json{{"cases", cases.count()},
            {"data", options.test.empty() ? sets->train.origin.name + "/" + on : options.test}};
  const std::vector<Finding> findings = evaluate(session.context(), *trained.kind, subject, options.only);
  put(findings, json);
  if (!options.only.empty() && !trained.folder.empty()) keep_other_figures(file, json);
  const std::string text = json.dump(2) + "\n";
  if (!trained.folder.empty()) write_file(file, as_bytes(text));
  std::string said;
  for (const std::string& sentence : sentences(*trained.kind, subject, findings)) said += sentence + "\n";
  session.print(session.options.json ? text : said + (said.empty() ? "" : "\n") + table(text));
  if (!trained.folder.empty())
    session.console.say("written to " + file.string() + "; docs/files.md says what each name means");
  session.console.next(trained.folder.empty() ? "deepboltz sample " + options.run : "deepboltz plot " + options.run);
}

}  // namespace

void add_evaluate(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "evaluate", "measure a model: log p with its error, test error, and more",
                            "deepboltz evaluate runs/first --set evaluate.ais_steps=5000");
  auto options = std::make_shared<EvaluateVerb>();
  verb->add_option("RUN", options->run, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("--test", options->test, "measure on the cases of this file")->type_name("FILE");
  verb->add_option(
          "--on", options->on,
          "which of the run's own cases: train, validation or test (default: test; validation where there are no "
          "test cases)")
      ->check(one_of({"train", "validation", "test"}))
      ->type_name("PART");
  verb->add_option("--cases", options->limit, "use only the first N cases (default: all)")
      ->check(at_least(1))
      ->type_name("N");
  verb->add_option("--only", options->only,
                   fmt::format("measure only this: {}. Other figures of the same cases are kept",
                               fmt::join(measure_words(session.kinds), ", ")))
      ->check(one_of(measure_words(session.kinds)))
      ->type_name("WHAT");
  verb->add_option("--budget", options->budget,
                   "go on with more work for up to N minutes, where log Z cannot be trusted at first")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--set", options->overrides,
                   "a setting of [evaluate], as in evaluate.ais_runs=200; may be given again")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { evaluate_verb(session, *options); }; });
}

}  // namespace deepboltz
