#include "deepboltz/task/classify.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/estimate_json.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"

namespace deepboltz {

namespace {

struct ClassifyVerb {
  std::string model, file, out, method = "auto";
  CaseOptions cases;
};

// A cell of a CSV, quoted where it must be.
std::string cell_of(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

// index,label,p0,p1,… a line a case: its number in the file, and behind it its own name, where cases have names.
std::string csv(const Classification& result, const std::vector<std::string>& names, const Cases& cases) {
  std::string text = "index,label";
  for (std::int64_t k = 0; k < result.probability.cols(); ++k) text += fmt::format(",p{}", k);
  text += cases.names.empty() ? "\n" : ",case\n";
  const auto p = result.probability.as<double>();
  for (std::size_t i = 0; i < result.label.size(); ++i) {
    const std::uint32_t label = result.label[i];
    text += fmt::format("{},{}", cases.number(std::int64_t(i)),
                        names.empty() ? std::to_string(label) : cell_of(names[label]));
    for (std::int64_t k = 0; k < p.cols; ++k) text += fmt::format(",{:.6f}", p(std::int64_t(i), k));
    if (!cases.names.empty()) text += "," + cell_of(cases.names[i]);
    text += "\n";
  }
  return text;
}

void classify_verb(Session& session, const ClassifyVerb& options) {
  require(options.out.empty() || options.out.ends_with(".csv"),
          "{}: classes are a table; expected a name that ends "
          "in .csv",
          options.out);
  const Trained trained = open_trained(session, options.model);
  if (!options.out.empty()) require_output(options.out, inputs_of(trained, options.file, options.cases));
  const Cases cases = options.file.empty() ? cases_of_run(session, trained, "classify without a FILE")
                                           : read_cases(session, options.file, options.cases, trained);
  if (trained.kind->uses.classes == nullptr) refuse_verb(trained, "classify");
  const SystemRecipe* recipe = trained.recipe ? trained.recipe->values.get() : nullptr;
  const Classification result =
      trained.kind->uses.classes(session.context(), trained.system, recipe, cases, options.method, session.report());
  const std::vector<std::string>& names = meaning_of(trained.system, kLabelColumn).names;
  const bool named = std::int64_t(names.size()) == result.probability.cols();
  const std::string text = csv(result, named ? names : std::vector<std::string>(), cases);

  const std::vector<std::uint32_t> truth = labels_of(cases);
  std::optional<Estimate> error;
  if (truth.size() >= 2) error = error_rate(result.label, truth);
  if (!options.out.empty()) write_file(options.out, as_bytes(text));
  if (session.options.json) {
    nlohmann::json json{{"cases", cases.count()}, {"labels", result.label}};
    for (std::int64_t i = 0; i < cases.count(); ++i) json["index"].push_back(cases.number(i));
    if (!cases.names.empty()) json["names"] = cases.names;
    if (named) json["classes"] = names;
    const auto p = result.probability.as<double>();
    json["probabilities"] = nlohmann::json::array();
    for (std::int64_t r = 0; r < p.rows; ++r)
      json["probabilities"].push_back(std::vector<double>(p.row(r), p.row(r) + p.cols));
    if (error) json["error"] = to_json(*error);
    session.print(json);
  } else {
    session.print(options.out.empty() ? text : options.out + "\n");
  }
  if (error)
    session.console.say(fmt::format("{:.2f} ± {:.2f} % of {} cases are wrong", 100 * error->value,
                                    100 * error->standard_error, cases.count()));
  session.console.next("deepboltz evaluate " + options.model);
}

}  // namespace

void add_classify(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "classify", "tell the class of each case, with probabilities",
                            "deepboltz classify runs/first --out labels.csv");
  auto options = std::make_shared<ClassifyVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("FILE", options->file, fmt::format("the cases: {} (default: test cases of the run)", kCaseFormats))
      ->type_name("");
  verb->add_option("--out", options->out, "write to this .csv file instead of standard output")->type_name("FILE");
  verb->add_option("--method", options->method,
                   "network: the fine-tuned network; clamp: the label layer, on the bits that evaluate measures; "
                   "clamp-grey: the label layer, on grey values; auto: network if there is one, else clamp")
      ->check(one_of({"auto", "network", "clamp", "clamp-grey"}))
      ->type_name("METHOD")
      ->capture_default_str();
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { classify_verb(session, *options); }; });
}

}  // namespace deepboltz
