#include <cmath>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/task/captions.h"
#include "deepboltz/task/code_file.h"
#include "deepboltz/task/code_threshold.h"

namespace deepboltz {

namespace {

struct HashVerb {
  std::string model, file, out = "codes.npy", layer;
  std::optional<double> threshold;
  CaseOptions cases;
};

// One number for all bits, or those that the model keeps, or the medians over the training cases of the run.
Tensor thresholds_of(Session& session, const Trained& trained, const HashVerb& options, const Tensor& codes) {
  if (options.threshold) return equal_thresholds(codes.cols(), *options.threshold, codes.dtype());
  const auto* kept = find_part<Tensor>(trained.system, "threshold");
  if (kept != nullptr && options.layer.empty()) return kept->to(codes.dtype());
  const auto sets = sets_of_run(session, trained, "hash without --threshold");
  return median_thresholds(
      session.context(),
      trained.kind->uses.codes(session.context(), trained.system, sets->train, options.layer, session.report()).x);
}

void write_npy(const std::filesystem::path& path, const BinaryCodes& codes) {
  const Bytes bytes = bytes_of(codes);
  write_file(path, make_npy({.type = {.kind = 'u', .bytes = 1},
                             .fortran_order = false,
                             .shape = {codes.cases(), codes.bytes()},
                             .values = bytes,
                             .position = 0}));
}

void hash(Session& session, const HashVerb& options) {
  require(options.out.ends_with(".npy"), "{}: codes are packed bits; expected a name that ends in .npy", options.out);
  const std::filesystem::path index = std::filesystem::path(options.out).replace_extension(".index");
  const Trained trained = open_trained(session, options.model);
  if (trained.kind->uses.codes == nullptr) refuse_verb(trained, "hash");
  for (const std::filesystem::path& out : {std::filesystem::path(options.out), index})
    require_output(out, inputs_of(trained, options.file, options.cases));
  const Cases cases = options.file.empty() ? cases_of_run(session, trained, "hash without a FILE")
                                           : read_cases(session, options.file, options.cases, trained);
  auto [codes, layer] =
      trained.kind->uses.codes(session.context(), trained.system, cases, options.layer, session.report());
  require(codes.cols() <= kMostCodeBits, "{}: layer '{}' has {} units; a code has at most {} bits", options.model,
          layer, codes.cols(), kMostCodeBits);
  CodeFile file;
  file.thresholds = thresholds_of(session, trained, options, codes);
  file.codes = threshold_codes(session.context(), codes, file.thresholds);
  file.layer = layer;
  file.made_by = sha256(read_file(model_file_of(trained)));
  file.names = cases.names;
  file.classes = class_words(cases);
  const EnergyModel& machine = machine_of_cases(trained, "hash");
  if (std::holds_alternative<Counts>(machine.layer(machine.visible()).unit))
    file.documents = *nonzero_entries(cases.at(kVisibleColumn));
  write_npy(options.out, file.codes);
  write_codes(index, file);
  if (session.options.json)
    session.print(nlohmann::json{{"file", options.out},
                                 {"index", index.string()},
                                 {"layer", layer},
                                 {"cases", file.codes.cases()},
                                 {"bits", file.codes.bits()}});
  else
    session.print(options.out + "\n" + index.string() + "\n");
  session.console.say(fmt::format("{} codes of {} bits, of layer '{}'", file.codes.cases(), file.codes.bits(), layer));
  session.console.next(fmt::format("deepboltz search {} 0 --in {}", options.model, index.string()));
}

}  // namespace

void add_hash(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "hash", "write binary codes of cases, and an index to search them",
                            "deepboltz hash runs/first --out codes.npy");
  auto options = std::make_shared<HashVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("FILE", options->file, fmt::format("the cases: {} (default: test cases of the run)", kCaseFormats))
      ->type_name("");
  verb->add_option("--out", options->out,
                   "write packed bits to this .npy file, bit i in byte i/8 at place i mod 8, and an index beside it")
      ->type_name("FILE")
      ->capture_default_str();
  verb->add_option("--layer", options->layer, "which layer (default: the code of an autoencoder, else the top one)")
      ->type_name("NAME");
  verb->add_option("--threshold", options->threshold,
                   "a bit is 1 above this number (default: above its median over the training cases)")
      ->type_name("NUMBER");
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { hash(session, *options); }; });
}

}  // namespace deepboltz
