#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/estimate_json.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/estimate/estimate.h"
#include "deepboltz/io/png.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/task/squared_errors.h"

namespace deepboltz {

namespace {

struct ReconstructVerb {
  std::string model, file, out;
  std::int64_t shown = 15;
  CaseOptions cases;
};

// The first `count` rows.
Tensor first_rows(const Tensor& x, std::int64_t count) {
  Tensor first(x.dtype(), std::min(count, x.rows()), x.cols());
  for (std::int64_t r = 0; r < first.rows(); ++r)
    for (std::int64_t i = 0; i < first.cols(); ++i) first.set(r, i, x.at(r, i));
  return first;
}

void reconstruct(Session& session, ReconstructVerb options) {
  const Trained trained = open_trained(session, options.model);
  if (trained.kind->uses.reconstruct == nullptr) refuse_verb(trained, "reconstruct");
  const EnergyModel& machine = machine_of_cases(trained, "reconstruct");
  const Meaning& visible = meaning_of(trained.system, kVisibleColumn);
  if (options.out.empty())
    options.out = has_picture_shape(machine, visible) ? "reconstructions.png" : "reconstructions.csv";
  const bool picture = is_picture_name(options.out);
  require_output(options.out, inputs_of(trained, options.file, options.cases));
  PictureShape shape = picture ? picture_shape(machine, visible) : PictureShape{};
  shape.magnify = 2;
  const Cases cases = options.file.empty() ? cases_of_run(session, trained, "reconstruct without a FILE")
                                           : read_cases(session, options.file, options.cases, trained);
  Tensor data = visible_states(session.context(), machine, cases);
  to_data(session.context(), machine.layer(machine.visible()), data);
  const Tensor back = trained.kind->uses.reconstruct(session.context(), trained.system, cases, session.report());
  if (picture) {
    const Tensor rows[] = {first_rows(data, options.shown), first_rows(back, options.shown)};
    write_png(options.out, rows_of_pictures(rows, shape));
  } else {
    write_rows(options.out, back);
  }

  const std::vector<double> errors = squared_errors(data, back);
  nlohmann::json json{{"file", options.out}, {"cases", cases.count()}, {"squared_errors", errors}};
  if (!cases.names.empty()) json["names"] = cases.names;
  if (errors.size() >= 2) {
    const Estimate mean = mean_estimate(errors);
    json["squared_error"] = to_json(mean);
    session.console.say(fmt::format("squared error of a case: {}, the mean of {}",
                                    with_error(mean.value, mean.standard_error), errors.size()));
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(options.out + "\n");
  session.console.next("deepboltz plot " + options.model);
}

}  // namespace

void add_reconstruct(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "reconstruct", "give cases back from their codes, with the error",
                            "deepboltz reconstruct runs/first --out reconstructions.png");
  auto options = std::make_shared<ReconstructVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("FILE", options->file, fmt::format("the cases: {} (default: test cases of the run)", kCaseFormats))
      ->type_name("");
  verb->add_option(
          "--out", options->out,
          "a .png with cases above their reconstructions, or a .npy or .csv with a row for each case (default: "
          "reconstructions.png, or .csv where cases are not pictures)")
      ->type_name("FILE");
  verb->add_option("--cases", options->shown, "how many cases the picture shows")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("N")
      ->capture_default_str();
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { reconstruct(session, *options); }; });
}

}  // namespace deepboltz
