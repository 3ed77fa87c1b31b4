#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/evaluation_json.h"
#include "deepboltz/cli/ratings.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/recipe/run_data.h"
#include "deepboltz/task/numbers.h"

namespace deepboltz {

namespace {

struct EvaluateVerb {
  std::string run, test, on = "test", only;  // only: empty for every part
  CaseOptions cases;
  std::vector<std::string> overrides;
  std::int64_t limit = 0;
  bool wants(std::string_view part) const { return only.empty() || only == part; }
};

// The recipe in the model file, with other numbers for the evaluation if asked for.
Recipe evaluation_recipe(const Trained& trained, const std::vector<std::string>& overrides) {
  const Recipe& recipe = require_recipe(trained, "evaluate");
  for (const std::string& text : overrides)
    require(text.starts_with("evaluate."), "--set {}: only fields of [evaluate] can be set here", text);
  return overrides.empty()
             ? recipe
             : parse_recipe(trained.model.notes.at("recipe"), trained.path.string() + ": recipe", overrides);
}

Share share_named(const std::string& name) {
  return name == "train" ? Share::train : name == "validation" ? Share::validation : Share::test;
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

// Into `json` the figures of an evaluation of the same cases that was written before.
void keep_other_parts(const std::filesystem::path& file, nlohmann::json& json) {
  if (!std::filesystem::exists(file)) return;
  const Bytes text = read_file(file);
  nlohmann::json before = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  for (const char* key : {"cases", "data", "binarise"})
    if (!before.is_object() || before.value(key, nlohmann::json()) != json[key]) return;
  json = std::move(before);
}

void evaluate_verb(Session& session, const EvaluateVerb& options) {
  const Trained trained = open_sampler(session.context(), options.run, session.options.math);
  const Recipe recipe = evaluation_recipe(trained, options.overrides);
  if (recipe.ratings) {
    require(options.test.empty() && options.only.empty() && options.limit == 0,
            "{}: a recommender is measured on all of its held-out ratings; --test, --cases and --only are for others",
            options.run);
    return evaluate_ratings(session, trained, options.on);
  }
  const EnergyModel& model = trained.model;
  const std::filesystem::path file = trained.folder / "evaluation.json";
  if (!trained.folder.empty()) require_writable(file);
  Context& ctx = session.context();
  RunData data = load_run_data(ctx, recipe, data_places(read_environment()));
  const Share share = share_named(options.on);
  Dataset cases = !options.test.empty()        ? read_cases(session, options.test, options.cases, trained)
                  : share == Share::train      ? first_cases(data.train, data.train.cases())
                  : share == Share::validation ? std::move(data.validation)
                                               : std::move(data.test);
  require(cases.cases() > 0, "{}: its data have no {} cases; take others with --test FILE or --on train", options.run,
          options.on);
  if (options.limit > 0) cases = first_cases(cases, options.limit);

  require(options.only != "completion" || recipe.evaluate.completion_cases > 0,
          "{}: its recipe completes no cases; give a number with --set evaluate.completion_cases=1000", options.run);

  const auto trajectory = options.wants("likelihood") ? trajectory_of(ctx, trained) : std::nullopt;
  const EvaluateOptions how{.share = share,
                            .trajectory = trajectory ? &*trajectory : nullptr,
                            .key = session.key(recipe.seed).fold(1),
                            .report = session.report()};
  nlohmann::json json{{"cases", cases.cases()},
                      {"data", options.test.empty() ? recipe.data.name + "/" + options.on : options.test},
                      {"binarise", takes_numbers(recipe.model.visible) ? "none" : name_of(recipe.data.binarise)}};
  if (const double jacobian = log_jacobian(model.layer(model.visible())); jacobian != 0) {
    json["log_jacobian"] = jacobian;
    session.console.say(
        fmt::format("log p are log-densities in the data's own units: {:.3f}, the Jacobian of the standardisation, is "
                    "in them",
                    jacobian));
  }
  if (!options.only.empty() && !trained.folder.empty()) keep_other_parts(file, json);
  if (options.wants("likelihood")) put(json, measure_likelihood(ctx, recipe, model, data.train, cases, how));
  if (options.wants("error"))
    put(json, measure_error(ctx, recipe, model, trained.classifier ? &*trained.classifier : nullptr, cases, how));
  const bool documents = std::holds_alternative<Counts>(model.layer(model.visible()).unit);
  const bool labelled = !topics_of(data.train).empty() && !topics_of(cases).empty();
  if (options.only == "retrieval" || (options.only.empty() && documents && labelled && share != Share::train)) {
    const RetrieveOptions retrieval{.report = session.report()};
    put(json, measure_retrieval(ctx, model, data.train, cases, retrieval), retrieval);
  }
  if (options.wants("completion") && recipe.evaluate.completion_cases > 0)
    json["completion"] = to_json(completion_experiment(ctx, recipe, model, data.train,
                                                       first_cases(cases, recipe.evaluate.completion_cases), how));
  const std::string text = json.dump(2) + "\n";
  if (!trained.folder.empty()) write_file(file, as_bytes(text));
  session.print(session.options.json ? text : table(text));
  if (!trained.folder.empty()) session.console.say("written to " + file.string());
  session.console.next(trained.folder.empty() ? "deepboltz sample " + options.run : "deepboltz plot " + options.run);
}

}  // namespace

void add_evaluate(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "evaluate", "log-probability with its error, and test error",
                            "deepboltz evaluate runs/first --set evaluate.ais_steps=5000");
  auto options = std::make_shared<EvaluateVerb>();
  verb->add_option("RUN", options->run, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("--test", options->test, "measure on the cases of this file")->type_name("FILE");
  verb->add_option("--on", options->on, "train, validation or test: which of the run's own cases")
      ->check(one_of({"train", "validation", "test"}))
      ->type_name("PART")
      ->capture_default_str();
  verb->add_option("--cases", options->limit, "only the first so many cases (default: all)")
      ->check(at_least(1))
      ->type_name("N");
  verb->add_option("--only", options->only,
                   "likelihood, error, retrieval or completion: only this; other figures of the same cases are kept")
      ->check(one_of({"likelihood", "error", "retrieval", "completion"}))
      ->type_name("WHAT");
  verb->add_option("--set", options->overrides,
                   "a field of [evaluate], as in evaluate.ais_runs=200; may be given again")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { evaluate_verb(session, *options); }; });
}

}  // namespace deepboltz
