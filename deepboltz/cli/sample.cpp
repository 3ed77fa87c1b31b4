#include <algorithm>
#include <cmath>
#include <numeric>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/sample_parts.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/data/sequences.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/png.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/report/family_pictures.h"
#include "deepboltz/report/pictures.h"
#include "deepboltz/task/class_samples.h"

namespace deepboltz {

namespace {

struct SampleVerb {
  std::string model, out, values;  // empty: as the model suggests
  std::vector<std::string> labels;
  std::int64_t count = 100, length = 100;
  int sweeps = 1'000, frames = 1, apart = 100, magnify = 2, levels = ChainSampler{}.levels;
  double lowest = ChainSampler{}.lowest;
  std::string sampler = "gibbs";
};

// The units of the label layer; 0: no machine has one.
std::int64_t label_units(const System& system) {
  for (const auto& [name, part] : system.parts)
    if (const auto* model = std::get_if<EnergyModel>(&part))
      if (const auto label = model->find(Role::label)) return model->layer(*label).units;
  return 0;
}

// The class of that name; classes without names have numbers.
std::uint32_t class_named(const std::string& name, const System& system) {
  const Meaning& classes = meaning_of(system, kLabelColumn);
  const std::int64_t units = label_units(system);
  require(units > 0, "--label: the model has no label layer (model.labels in the recipe)");
  std::vector<std::string> names;
  const bool named = std::int64_t(classes.names.size()) == units;
  for (std::int64_t k = 0; k < units; ++k) names.push_back(named ? classes.names[std::size_t(k)] : std::to_string(k));
  const auto found = std::ranges::find(names, name);
  require(found != names.end(), "--label: there is no class '{}'; there are {}", printable(name), list_of(names));
  return std::uint32_t(found - names.begin());
}

// The asked-for classes in turn, in equal shares: 7 7 7 … 8 8 8 …
std::vector<std::uint32_t> labels_of_chains(const SampleVerb& options, const System& system) {
  std::vector<std::uint32_t> asked, labels;
  for (const std::string& name : options.labels) asked.push_back(class_named(name, system));
  for (std::int64_t i = 0; i < options.count && !asked.empty(); ++i)
    labels.push_back(asked[std::size_t(i * std::int64_t(asked.size()) / options.count)]);
  return labels;
}

ChainSampler sampler_of(const SampleVerb& options) {
  using Kind = ChainSampler::Kind;
  const Kind kind = options.sampler == "parallel-tempering"     ? Kind::parallel_tempering
                    : options.sampler == "trajectory"           ? Kind::trajectory
                    : options.sampler == "tempered-transitions" ? Kind::tempered_transitions
                    : options.sampler == "cast"                 ? Kind::cast
                    : options.sampler == "length-exchange"      ? Kind::length_exchange
                                                                : Kind::gibbs;
  return {.kind = kind, .levels = options.levels, .lowest = options.lowest};
}

nlohmann::json to_json(const SamplingReport& report) {
  const auto finite = [](double x) { return std::isfinite(x) ? nlohmann::json(x) : nlohmann::json(nullptr); };
  nlohmann::json out{{"autocorrelation_time", report.mixing.autocorrelation_time},
                     {"r_hat", finite(report.mixing.r_hat)},
                     {"ess", report.mixing.ess}};
  if (report.acceptance) out["acceptance"] = *report.acceptance;
  if (report.barrier) out["barrier"] = *report.barrier;
  if (report.barrier) out["round_trips"] = report.round_trips;
  return out;
}

std::string words_of(const SamplingReport& report) {
  std::string text = fmt::format("energy: autocorrelation time {:.1f} sweeps, R-hat {:.3f}, effective draws {:.0f}",
                                 report.mixing.autocorrelation_time, report.mixing.r_hat, report.mixing.ess);
  if (report.acceptance) text += fmt::format("; {:.1f} % of moves accepted", 100 * *report.acceptance);
  if (report.barrier) text += fmt::format(", barrier {:.2f}, {} round trips", *report.barrier, report.round_trips);
  return text;
}

// From the training cases of the run, where they are at hand.
ClassSamples samples_of_classes(Session& session, const Trained& trained, const EnergyModel& model,
                                const SampleOptions& chains) {
  std::unique_ptr<CaseSets> sets;
  if (!trained.folder.empty() && trained.recipe)
    sets = sets_at_hand(session, trained, "sample", "Chains begin at noise");
  return draw_class_samples(session.context(), model, chains, {.cases = sets ? &sets->train : nullptr});
}

nlohmann::json to_json(const ClassSamples& classes, std::int64_t count) {
  return {{"start", classes.from_cases ? "cases" : "noise"},
          {"at_first_percent", 100 * classes.own},
          {"at_last_percent", 100 * (1 - double(classes.others) / double(count))}};
}

void say_of_classes(Session& session, const ClassSamples& classes, const std::optional<SamplingReport>& report,
                    std::int64_t count) {
  session.console.say(fmt::format(
      "chains began at {} and ran for {} sweeps; the machine takes {:.1f} % of their samples for the class that was "
      "asked for, and {:.1f} % after the others began again",
      classes.from_cases ? "training cases of their class" : "noise", classes.sweeps, 100 * classes.own,
      100 * (1 - double(classes.others) / double(count))));
  if (report && report->mixing.r_hat > kMixed)
    session.console.say(fmt::format(
        "warning: the chains do not mix (R-hat {:.2f}): samples may be too near to where they began; take more "
        "--sweeps, or train with more train.sweeps and a rate that falls to 0",
        report->mixing.r_hat));
}

// A document a line: its words, the most frequent first, as often as they come.
void write_documents(const std::filesystem::path& path, const std::vector<std::string>& vocabulary,
                     const Tensor& counts) {
  require(!vocabulary.empty(), "sample: the model has no vocabulary; take a name that ends in .npy or .csv");
  std::string text;
  std::vector<std::int64_t> order(std::size_t(counts.cols()));
  for (std::int64_t r = 0; r < counts.rows(); ++r) {
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](auto a, auto b) { return counts.at(r, a) > counts.at(r, b); });
    for (const std::int64_t k : order)
      for (double i = 0; i < counts.at(r, k); ++i) text += vocabulary[std::size_t(k)] + " ";
    text.back() = '\n';
  }
  write_file(path, as_bytes(text));
}

// What machines of several parts do not have.
void require_no_option_of_one_part(const SampleVerb& options) {
  const SampleVerb plain;
  for (const auto& [name, said] :
       {std::pair("--label", !options.labels.empty()), std::pair("--length", options.length != plain.length),
        std::pair("--frames", options.frames != plain.frames), std::pair("--values", !options.values.empty()),
        std::pair("--sampler", options.sampler != plain.sampler)})
    require(!said, "sample: {} is for machines of one part, and '{}' has several", name, options.model);
}

void sample(Session& session, SampleVerb options) {
  const Trained trained = open_sampler(session, options.model);
  if (trained.kind->uses.parts) require_no_option_of_one_part(options);
  if (trained.kind->uses.parts)
    return sample_parts(
        session, trained,
        {.out = options.out, .count = options.count, .sweeps = options.sweeps, .magnify = options.magnify});
  const auto draw = trained.kind->uses.draw;
  const EnergyModel& model = draw ? machine_of_cases(trained, "sample") : graph_of(trained, "sample");
  const Meaning& visible = meaning_of(trained.system, kVisibleColumn);
  const bool counts = std::holds_alternative<Counts>(model.layer(model.visible()).unit);
  const std::string letters = letters_of(visible);
  const bool pictures = has_picture_shape(model, visible);
  if (options.out.empty())
    options.out = std::string("samples") + (counts ? ".txt" : !letters.empty() ? ".fasta" : pictures ? ".png" : ".csv");
  const bool words = options.out.ends_with(".txt"), sequences = options.out.ends_with(".fasta");
  require(!words || counts, "{}: text is for documents, and '{}' has no layer of counts", options.out, options.model);
  require(!sequences || !letters.empty(), "{}: the model '{}' is not of sequences", options.out, options.model);
  if (words || sequences) options.values = "draw";
  const bool picture = !words && !sequences && is_picture_name(options.out);
  require(picture || options.frames == 1, "{}: frames of chains are a picture, expected a name that ends in .png",
          options.out);
  require_output(options.out, inputs_of(trained));
  PictureShape shape = picture ? picture_shape(model, visible) : PictureShape{};
  shape.magnify = options.magnify;
  const std::vector<std::uint32_t> labels = labels_of_chains(options, trained.system);
  std::optional<Trajectory> trajectory;
  if (!draw && options.sampler == "trajectory") {
    trajectory = read_trajectory(session.context(), model, trained.folder);
    require(trajectory.has_value(),
            "{}: there is no trajectory.safetensors in this folder; only training with train.sampler = \"trajectory\" "
            "keeps one",
            options.model);
  }
  const SampleOptions chains{.chains = options.count,
                             .burn_in = options.sweeps,
                             .frames = options.frames,
                             .sweeps_between = options.apart,
                             .sampler = sampler_of(options),
                             .trajectory = trajectory ? &*trajectory : nullptr,
                             .length = options.length,
                             .labels = labels,
                             .key = session.key().fold(2),
                             .report = session.report()};
  const bool of_classes = !draw && !labels.empty() && options.frames == 1;
  ClassSamples classes;
  if (of_classes) classes = samples_of_classes(session, trained, model, chains);
  const Samples samples = of_classes ? std::move(classes.samples)
                          : draw     ? draw(session.context(), trained.system, chains)
                                     : draw_samples(session.context(), model, chains);
  if (options.values.empty()) options.values = &shown_frames(model, samples) == &samples.mean ? "mean" : "draw";
  std::vector<Tensor> frames;
  for (const Tensor& frame : options.values == "mean" ? samples.mean : samples.sample) {
    frames.push_back(frame.clone());
    to_data(session.context(), model.layer(model.visible()), frames.back());
  }
  const Tensor& rows = frames.back();
  if (words)
    write_documents(options.out, visible.names, rows);
  else if (sequences)
    write_file(options.out, as_bytes(to_fasta(rows, letters)));
  else if (options.frames > 1)
    write_png(options.out, chains_over_time(frames, shape));
  else if (picture)
    write_png(options.out,
              picture_grid(rows, shape.height, shape.width,
                           {.magnify = options.magnify, .channels = shape.channels, .scale = shape.scale}));
  else
    write_rows(options.out, rows);
  nlohmann::json json{{"file", options.out},
                      {"count", options.count},
                      {"sweeps", of_classes ? classes.sweeps : options.sweeps},
                      {"values", options.values}};
  json["sampler"] = options.sampler;
  if (samples.report) json["mixing"] = to_json(*samples.report);
  if (of_classes) json["of_their_class"] = to_json(classes, options.count);
  if (samples.report) session.console.say(words_of(*samples.report));
  if (of_classes) say_of_classes(session, classes, samples.report, options.count);
  if (!samples.label.empty()) json["labels"] = samples.label.back();
  if (session.options.json)
    session.print(json);
  else
    session.print(options.out + "\n");
  const bool graph = trained.kind->uses.graph != nullptr;  // topics and complete work on one
  if (graph && counts) return session.console.next("deepboltz topics " + options.model);
  const bool completes = graph && pictures && std::holds_alternative<Bernoulli>(model.layer(model.visible()).unit);
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
                   "the file to write: .png, .npy or .csv; documents may be .txt, sequences .fasta (default: "
                   "samples.png, .txt, .fasta or .csv, as the model is)")
      ->type_name("FILE");
  verb->add_option("--length", options->length, "documents: number of words in each")
      ->check(at_least(1, 1'000'000))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--label", options->labels,
                   "draw cases of this class, by name or number. May be given again: the samples are then shared among "
                   "the classes")
      ->type_name("CLASS")
      ->allow_extra_args(false);
  verb->add_option("--count", options->count, "number of samples, each from its own chain")
      ->check(at_least(1, 1'000'000))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option(
          "--sweeps", options->sweeps,
          "Gibbs sweeps, which begin at noise. With --label and a run they begin at training cases of the class, and "
          "are up to four times as many where the chains have not mixed")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--frames", options->frames, "PNG: number of pictures of each chain, from left to right")
      ->check(at_least(1, 1'000))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--apart", options->apart, "sweeps from one picture of a chain to the next")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--values", options->values,
                   "mean: means of the visible units given the hidden ones, which are probabilities for bits; draw: "
                   "values drawn from them (default: mean; draw for documents, sequences and whitened data)")
      ->check(one_of({"mean", "draw"}))
      ->type_name("KIND");
  verb->add_option("--sampler", options->sampler,
                   "what moves the chains between modes. trajectory needs a run that was trained with it; "
                   "length-exchange is for documents")
      ->check(one_of({"gibbs", "parallel-tempering", "tempered-transitions", "cast", "trajectory", "length-exchange"}))
      ->type_name("NAME")
      ->capture_default_str();
  verb->add_option("--levels", options->levels, "number of temperatures, or of lengths, for samplers other than gibbs")
      ->check(at_least(2, 10'000))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--lowest", options->lowest, "inverse temperature of the hottest level, from 0 to below 1")
      ->check(CLI::Range(0.0, 0.999999))
      ->type_name("BETA")
      ->capture_default_str();
  verb->add_option("--magnify", options->magnify, "PNG: how many screen pixels wide a pixel is")
      ->check(at_least(1, 32))
      ->type_name("N")
      ->capture_default_str();
  verb->callback([&session, options] { session.run = [&session, options] { sample(session, *options); }; });
}

}  // namespace deepboltz
