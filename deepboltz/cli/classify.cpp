#include "deepboltz/task/classify.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/estimate_json.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/recipe/presenter.h"

namespace deepboltz {

namespace {

struct ClassifyVerb {
  std::string model, file, out, method = "auto";
  CaseOptions cases;
};

Classification classified(Session& session, const Trained& trained, const ClassifyVerb& options, ConstMatrix cases) {
  ClassifyOptions settings{.report = session.report()};
  const bool network = options.method == "network" || (options.method == "auto" && trained.classifier);
  if (network) {
    require(trained.classifier.has_value(),
            "{}: the run has no fine-tuned classifier ([finetune] in the recipe makes one)", options.model);
    if (trained.recipe && trained.recipe->finetune) settings.mean_field = trained.recipe->finetune->mean_field;
    return classify(session.context(), *trained.classifier, trained.model, cases, settings);
  }
  require(trained.model.find(Role::label).has_value(),
          "{}: the model has no label layer (model.labels in the recipe) and no fine-tuned classifier ([finetune])",
          options.model);
  return classify(session.context(), trained.model, cases, settings);
}

// index,label,p0,p1,… a line a case.
std::string csv(const Classification& result, const std::vector<std::string>& names) {
  std::string text = "index,label";
  for (std::int64_t k = 0; k < result.probability.cols(); ++k) text += fmt::format(",p{}", k);
  text += "\n";
  const auto p = result.probability.as<double>();
  for (std::size_t i = 0; i < result.label.size(); ++i) {
    const std::uint32_t label = result.label[i];
    text += fmt::format("{},{}", i, names.empty() ? std::to_string(label) : names[label]);
    for (std::int64_t k = 0; k < p.cols; ++k) text += fmt::format(",{:.6f}", p(std::int64_t(i), k));
    text += "\n";
  }
  return text;
}

void classify_verb(Session& session, const ClassifyVerb& options) {
  if (!options.out.empty()) require_writable(options.out);
  const Trained trained = open_trained(options.model, session.options.math);
  const Dataset cases = options.file.empty() ? cases_of_run(session.context(), trained, "classify without a FILE")
                                             : read_cases(session, options.file, options.cases, trained);
  const bool bytes = cases.x.dtype() == DType::u8 && trained.model.layer(trained.model.visible()).scale.empty();
  const Tensor converted = bytes ? Tensor() : visible_states(session.context(), trained.model, cases);
  const Classification result =
      classified(session, trained, options, converted.empty() ? cases.x.view() : converted.view());
  const bool named = std::int64_t(cases.class_names.size()) == result.probability.cols();
  const std::string text = csv(result, named ? cases.class_names : std::vector<std::string>());

  std::optional<Estimate> error;
  if (cases.cases() >= 2 && !cases.labels.empty())
    error = error_rate(result.label, std::vector<std::uint32_t>(cases.labels.begin(), cases.labels.end()));
  if (!options.out.empty()) write_file(options.out, as_bytes(text));
  if (session.options.json) {
    nlohmann::json json{{"cases", cases.cases()}, {"labels", result.label}};
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
                                    100 * error->standard_error, cases.cases()));
  session.console.next("deepboltz evaluate " + options.model);
}

}  // namespace

void add_classify(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "classify", "labels of cases, with probabilities",
                            "deepboltz classify runs/first --out labels.csv");
  auto options = std::make_shared<ClassifyVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("FILE", options->file, fmt::format("cases: {} (default: test cases of the run)", kCaseFormats))
      ->type_name("");
  verb->add_option("--out", options->out, "write the CSV to this file instead of standard output")->type_name("FILE");
  verb->add_option("--method", options->method,
                   "network: the fine-tuned one; clamp: the label layer; auto: the network if there is one")
      ->check(one_of({"auto", "network", "clamp"}))
      ->type_name("METHOD")
      ->capture_default_str();
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { classify_verb(session, *options); }; });
}

}  // namespace deepboltz
