#include <algorithm>
#include <limits>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/part_arrays.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/task/given_parts.h"

namespace deepboltz {

namespace {

struct EncodeVerb {
  std::string model, file, out, layer, on;  // on: empty for the test cases, or what there is
  std::vector<std::string> without;
  CaseOptions cases;
};

nlohmann::json to_json(const Tensor& codes) {
  nlohmann::json rows = nlohmann::json::array();
  for (std::int64_t r = 0; r < codes.rows(); ++r) {
    rows.emplace_back(nlohmann::json::array());
    for (std::int64_t j = 0; j < codes.cols(); ++j) rows.back().push_back(codes.at(r, j));
  }
  return rows;
}

// A row for every case of the file: nan for those that were left out.
Tensor in_file_order(const Tensor& codes, const Cases& cases) {
  Tensor all(codes.dtype(), std::max(cases.origin.file_cases, codes.rows()), codes.cols());
  for (std::int64_t r = 0; r < all.rows(); ++r)
    for (std::int64_t j = 0; j < all.cols(); ++j) all.set(r, j, std::numeric_limits<double>::quiet_NaN());
  for (std::int64_t r = 0; r < codes.rows(); ++r)
    for (std::int64_t j = 0; j < codes.cols(); ++j) all.set(cases.number(r), j, codes.at(r, j));
  return all;
}

// Parts that the codes are not to know of.
void leave_out(const Trained& trained, const std::vector<std::string>& parts, Cases& cases) {
  if (parts.empty()) return;
  if (trained.kind->uses.parts == nullptr)
    throw InputError(fmt::format("--without: '{}' has cases of one part only", trained.path.string()));
  const std::vector<std::string> known = parts_of(*trained.kind->uses.parts(trained.system));
  for (const std::string& part : parts) {
    require(std::ranges::find(known, part) != known.end(), "--without: there is no part '{}'; expected {}",
            printable(part), list_of(known));
    std::erase_if(cases.columns, [&](const Column& column) { return column.name == part; });
  }
}

Cases cases_to_encode(Session& session, const Trained& trained, const EncodeVerb& options) {
  if (options.on.empty()) return cases_of_run(session, trained, "encode without a FILE");
  Cases cases = sets_of_run(session, trained, "encode --on")->of(share_named(options.on));
  require(cases.count() > 0, "{}: its data have no {} cases", options.model, options.on);
  return cases;
}

void encode(Session& session, const EncodeVerb& options) {
  const bool arrays = options.out.ends_with(".npz");
  require(options.out.empty() || arrays || !is_picture_name(options.out),
          "{}: codes are numbers; expected a name that ends in .npy, .npz or .csv", options.out);
  require(options.on.empty() || options.file.empty(), "--on: names cases of the run, and FILE has others");
  const Trained trained = open_trained(session, options.model);
  if (!options.out.empty()) require_output(options.out, inputs_of(trained, options.file, options.cases));
  if (trained.kind->uses.codes == nullptr) refuse_verb(trained, "encode");
  Cases cases = options.file.empty() ? cases_to_encode(session, trained, options)
                                     : read_cases(session, options.file, options.cases, trained);
  leave_out(trained, options.without, cases);
  auto [codes, layer] =
      trained.kind->uses.codes(session.context(), trained.system, cases, options.layer, session.report());
  if (cases.origin.empty_documents > 0 && !options.file.empty()) codes = in_file_order(codes, cases);
  if (arrays) {
    std::vector<PartArray> all{matrix_array("codes", codes)};
    for (PartArray& array : case_arrays(cases)) all.push_back(std::move(array));
    write_npz(options.out, all);
  } else if (!options.out.empty()) {
    write_rows(options.out, codes);
  }
  if (session.options.json) {
    nlohmann::json json{{"layer", layer}, {"cases", codes.rows()}, {"units", codes.cols()}};
    if (!cases.names.empty()) json["names"] = cases.names;
    if (options.out.empty())
      json["codes"] = to_json(codes);
    else
      json["file"] = options.out;
    session.print(json);
  } else {
    session.print(options.out.empty() ? csv_rows(codes) : options.out + "\n");
  }
  session.console.say(fmt::format("{} codes of {} numbers: means of '{}'", codes.rows(), codes.cols(), layer));
  session.console.next("deepboltz plot " + options.model);
}

}  // namespace

void add_encode(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "encode", "write codes of cases: the means of their hidden units",
                            "deepboltz encode runs/first --out codes.npy");
  auto options = std::make_shared<EncodeVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("FILE", options->file, fmt::format("the cases: {} (default: test cases of the run)", kCaseFormats))
      ->type_name("");
  verb->add_option(
          "--out", options->out,
          "write to this .npy (float32), .csv or .npz file instead of standard output. An .npz has labels, groups and "
          "names of the cases beside the codes")
      ->type_name("FILE");
  verb->add_option("--on", options->on, "without a FILE: which cases of the run: train, validation or test")
      ->check(one_of({"train", "validation", "test"}))
      ->type_name("SHARE");
  verb->add_option("--layer", options->layer, "which hidden layer (default: the top one)")->type_name("NAME");
  verb->add_option("--without", options->without, "cases of several parts: infer this part from the others")
      ->type_name("PART");
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { encode(session, *options); }; });
}

}  // namespace deepboltz
