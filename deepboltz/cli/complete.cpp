#include "deepboltz/task/complete.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/complete_parts.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/png.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/task/masks.h"

namespace deepboltz {

namespace {

constexpr const char* kInferred = "inferred";  // of --mask
constexpr double kFewTaken = 0.02;             // with fewer, a thousand sweeps move a chain less than twenty times

struct CompleteVerb {
  std::string model, file, out = "completed.png", mask = "left-half", method = "gibbs";
  CaseOptions cases;
  std::int64_t count = 20;
  int burn_in = 1'000, sweeps = 1'000, chains = 10, magnify = 2;
  PartCompletion parts;
};

// The system says itself which pixels are hidden: a case a column, as observed, p(clear), without what covers it.
void complete_inferred(Session& session, const CompleteVerb& options) {
  const Trained trained = open_trained(session, options.model);
  require(trained.kind->uses.uncover != nullptr && trained.recipe,
          "complete: '{}' does not infer masks; --mask inferred is for a run of a robust machine", options.model);
  require_output(options.out, inputs_of(trained, options.file, options.cases));
  Cases cases = options.file.empty() ? cases_of_run(session, trained, "complete without a FILE")
                                     : read_cases(session, options.file, options.cases, trained);
  cases = first_cases(cases, options.count);
  Uncovered found = trained.kind->uses.uncover(session.context(), trained.system, *trained.recipe->values, cases,
                                               session.key().fold(3), session.report());
  const bool picture = is_picture_name(options.out);
  if (picture) {
    const Meaning& meaning = meaning_of(trained.system, kVisibleColumn);
    Tensor observed(found.clean.dtype(), cases.count(), found.clean.cols());
    each_value(cases.at(kVisibleColumn), [&](std::int64_t r, std::int64_t i, double x) { observed.set(r, i, x); });
    const Tensor rows[] = {std::move(observed), std::move(found.clear), std::move(found.clean)};
    write_png(options.out, rows_of_pictures(rows, {.height = meaning.height,
                                                   .width = meaning.width,
                                                   .channels = meaning.channels,
                                                   .magnify = options.magnify,
                                                   .scale = GreyScale::each}));
  } else {
    write_rows(options.out, found.clean);
  }
  if (session.options.json)
    session.print(nlohmann::json{
        {"file", options.out}, {"mask", options.mask}, {"cases", cases.count()}, {"data", cases.origin.name}});
  else
    session.print(options.out + "\n");
  if (picture)
    session.console.say(
        "a case a column; from above: as observed, the probability that a pixel is clear, without what "
        "covers it");
  session.console.next("deepboltz report " + options.model);
}

void complete_verb(Session& session, const CompleteVerb& options) {
  require(options.file.empty() || options.parts.given.empty(),
          "complete: expected a FILE or --given PART=WHAT, got both: '{}' and '{}'", printable(options.file),
          options.parts.given.empty() ? "" : printable(options.parts.given.front()));
  if (!options.parts.given.empty()) return complete_parts(session, options.model, options.cases, options.parts);
  require(options.parts.want.empty(), "--want: expected --given PART=WHAT beside it");
  if (options.mask == kInferred) return complete_inferred(session, options);
  const bool picture = is_picture_name(options.out);
  const Mask mask = mask_named(options.mask);
  const Trained trained = open_sampler(session, options.model);
  require(trained.kind->uses.parts == nullptr,
          "complete: '{}' has cases of several parts; expected --given PART=WHAT, what is known of a case",
          options.model);
  require_output(options.out, inputs_of(trained, options.file, options.cases));
  const auto by_kind = trained.kind->uses.complete;
  const EnergyModel& model = by_kind ? machine_of_cases(trained, "complete") : graph_of(trained, "complete");
  Context& ctx = session.context();
  Cases cases = options.file.empty() ? cases_of_run(session, trained, "complete without a FILE")
                                     : read_cases(session, options.file, options.cases, trained);
  cases = first_cases(cases, options.count);
  PictureShape shape = picture_shape(model, meaning_of(trained.system, kVisibleColumn));
  shape.magnify = options.magnify;
  const Key key = session.key().fold(3);
  const State shown = fixed_cases(ctx, model, cases, 0, cases.count(), false);
  const ConstMatrix truth = shown.x(model.visible());
  const Tensor known = known_pixels(mask, shape.height, shape.width * shape.channels, cases.count(), key.fold(0));
  const CompleteOptions how{
      .method = options.method == "gibbs" ? CompleteOptions::Method::gibbs : CompleteOptions::Method::mean_field,
      .burn_in = options.burn_in,
      .sweeps = options.sweeps,
      .chains = options.chains,
      .key = key.fold(1),
      .report = session.report()};
  const Completion done =
      by_kind ? by_kind(ctx, trained.system, truth, known, how) : complete(ctx, model, truth, known, how);
  if (done.accepted < 1)
    session.console.say(fmt::format("{:.2g} % of the proposed hidden layers were taken{}", 100 * done.accepted,
                                    done.accepted < kFewTaken ? "; take more --burn-in and --sweeps" : ""));
  if (picture)
    write_png(options.out, completion_picture(truth, known, done.sample, done.probability, shape, cases.count()));
  else
    write_rows(options.out, done.probability);
  if (session.options.json)
    session.print(nlohmann::json{{"file", options.out},
                                 {"mask", options.mask},
                                 {"cases", cases.count()},
                                 {"data", cases.origin.name},
                                 {"accepted", done.accepted}});
  else
    session.print(options.out + "\n");
  if (picture)
    session.console.say(
        "a case a column; from above: the image, what was seen of it, one completion, the probabilities");
  session.console.next("deepboltz report " + options.model);
}

}  // namespace

void add_complete(CLI::App& program, Session& session) {
  CLI::App* verb =
      add_verb(program, session, "complete", "fill in the hidden part of images, or a part of cases that have several",
               "deepboltz complete runs/first --mask left-half --out completed.png");
  auto options = std::make_shared<CompleteVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("FILE", options->file, fmt::format("the images: {} (default: test cases of the run)", kCaseFormats))
      ->type_name("");
  verb->add_option(
          "--mask", options->mask,
          "what is hidden: left-half, right-half, top-half, bottom-half, centre or random; inferred: a robust machine "
          "finds out")
      ->type_name("MASK")
      ->capture_default_str();
  verb->add_option("--out", options->out,
                   "the file to write. .png: a picture; .npy, .csv: the probabilities of all pixels")
      ->type_name("FILE")
      ->capture_default_str();
  verb->add_option("--count", options->count, "use only the first N cases")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--method", options->method, "gibbs, or mean-field, which is fast and gives one answer")
      ->check(one_of({"gibbs", "mean-field"}))
      ->type_name("METHOD")
      ->capture_default_str();
  verb->add_option("--burn-in", options->burn_in, "gibbs: sweeps before the first one that counts")
      ->check(at_least(0))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--sweeps", options->sweeps, "gibbs: sweeps that count")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--chains", options->chains, "gibbs: chains for each case")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--magnify", options->magnify, "PNG: how many screen pixels wide a pixel is")
      ->check(at_least(1, 32))
      ->type_name("N")
      ->capture_default_str();
  add_part_options(*verb, options->parts);
  add_case_options(*verb, options->cases);
  verb->callback([&session, options, verb] {
    if (verb->count("--out") > 0) options->parts.out = options->out;
    options->parts.mean_field = options->method == "mean-field";
    options->parts.burn_in = options->burn_in;
    options->parts.sweeps = options->sweeps;
    options->parts.chains = options->chains;
    session.run = [&session, options] { complete_verb(session, *options); };
  });
}

}  // namespace deepboltz
