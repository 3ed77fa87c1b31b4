#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/data/sequences.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/png.h"
#include "deepboltz/model/presentation.h"
#include "deepboltz/task/family_pictures.h"
#include "deepboltz/task/samples.h"

namespace deepboltz {

namespace {

struct SampleVerb {
  std::string model, out = "samples.png", values = "mean";
  std::vector<std::uint32_t> labels;
  std::int64_t count = 100;
  int sweeps = 1'000, magnify = 2;
};

// The asked-for classes in turn, in equal shares: 7 7 7 … 8 8 8 …
std::vector<std::uint32_t> labels_of_chains(const SampleVerb& options) {
  std::vector<std::uint32_t> labels;
  for (std::int64_t i = 0; i < options.count && !options.labels.empty(); ++i)
    labels.push_back(options.labels[std::size_t(i * std::int64_t(options.labels.size()) / options.count)]);
  return labels;
}

void sample(Session& session, const SampleVerb& options) {
  const bool sequences = options.out.ends_with(".fasta");
  const bool picture = !sequences && is_picture_name(options.out);
  require_writable(options.out);
  const Trained trained = open_trained(options.model, session.options.math);
  const EnergyModel& model = trained.model;
  const std::string_view letters = letters_of(model);
  require(!sequences || !letters.empty(), "{}: the model '{}' is not of sequences", options.out, options.model);
  const PictureShape shape = picture ? picture_shape(model) : PictureShape{};
  const std::vector<std::uint32_t> labels = labels_of_chains(options);
  const Samples samples = draw_samples(session.context(), model,
                                       {.chains = options.count,
                                        .burn_in = options.sweeps,
                                        .labels = labels,
                                        .key = session.key().fold(2),
                                        .report = session.report()});
  Tensor rows = (options.values == "mean" && !sequences ? samples.mean.back() : samples.sample.back()).clone();
  to_data(model.layer(model.visible()), rows);
  if (sequences)
    write_file(options.out, as_bytes(to_fasta(rows, letters)));
  else if (picture)
    write_png(options.out,
              picture_grid(rows, shape.height, shape.width, {.magnify = options.magnify, .scale = shape.scale}));
  else
    write_rows(options.out, rows);
  nlohmann::json json{
      {"file", options.out}, {"count", options.count}, {"sweeps", options.sweeps}, {"values", options.values}};
  if (!samples.label.empty()) json["labels"] = samples.label.back();
  if (session.options.json)
    session.print(json);
  else
    session.print(options.out + "\n");
  const bool completes = std::holds_alternative<Bernoulli>(model.layer(model.visible()).unit);
  session.console.next(
      fmt::format("deepboltz {}", completes ? "complete " + options.model + " --mask left-half --out completed.png"
                                            : "plot " + options.model));
}

}  // namespace

void add_sample(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "sample", "draw from a model",
                            "deepboltz sample runs/first --label 7 --count 100 --out sevens.png");
  auto options = std::make_shared<SampleVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("--out", options->out,
                   "a name that ends in .png, .npy or .csv; of sequences also .fasta, always drawn")
      ->type_name("FILE")
      ->capture_default_str();
  verb->add_option("--label", options->labels, "draw this class; given again, the samples are shared among the classes")
      ->type_name("CLASS")
      ->allow_extra_args(false);
  verb->add_option("--count", options->count, "samples, each from its own chain")
      ->check(at_least(1, 1'000'000))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--sweeps", options->sweeps, "Gibbs sweeps from noise")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option(
          "--values", options->values,
          "mean: of the visible units given the hidden ones, for pixels their probabilities; draw: drawn from it")
      ->check(one_of({"mean", "draw"}))
      ->type_name("KIND")
      ->capture_default_str();
  verb->add_option("--magnify", options->magnify, "PNG: screen pixels a pixel")
      ->check(at_least(1, 32))
      ->type_name("N")
      ->capture_default_str();
  verb->callback([&session, options] { session.run = [&session, options] { sample(session, *options); }; });
}

}  // namespace deepboltz
