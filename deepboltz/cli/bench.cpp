#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/kernel/instruction_sets.h"
#include "deepboltz/timing/ais_bench.h"
#include "deepboltz/timing/epoch_bench.h"
#include "deepboltz/timing/gibbs_bench.h"

namespace deepboltz {

namespace {

Math math_of(const Session& session, Math otherwise) {
  const std::string& math = session.options.math;
  require(math != "f64", "--math: expected int16, int24 or f32, got f64");
  return math == "auto" ? otherwise : math == "f32" ? Math::f32 : math == "int24" ? Math::int24 : Math::int16;
}

std::string_view name_of(Math math) { return math == Math::int16 ? "int16" : math == Math::int24 ? "int24" : "f32"; }

std::string isa_of(Math math) {
  const InstructionSets sets = instruction_sets();
  return is_integer(math) ? sets.integers : sets.floats;
}

// One object, or three lines: what `timed` is of, `details` on top in JSON.
void print(Session& session, const char* what, const TimedBesideProducts& timed, Math math, nlohmann::json details) {
  const std::string isa = isa_of(math);
  const int threads = session.context().threads();
  if (session.options.json) {
    details.update({{"seconds", timed.seconds},
                    {"products_seconds", timed.products_seconds},
                    {"ratio", timed.ratio},
                    {"least_ratio", timed.least_ratio},
                    {"most_ratio", timed.most_ratio},
                    {"math", name_of(math)},
                    {"isa", isa},
                    {"threads", threads}});
    session.print(details);
  } else {
    session.print(fmt::format("{:<15} {:.3f} s, on {} ({} threads)\n", what, timed.seconds, isa, threads));
    session.print(fmt::format("its products    {:.3f} s as floats\n", timed.products_seconds));
    session.print(
        fmt::format("ratio           {:.3f} ({:.3f} to {:.3f})\n", timed.ratio, timed.least_ratio, timed.most_ratio));
  }
  session.console.next("deepboltz doctor");
}

void time_epoch(Session& session, EpochBenchOptions options) {
  options.math = math_of(session, Math::int16);
  const bool draws = options.statistics == Negative::Statistics::sample;
  print(session, "epoch", bench_epoch(session.context(), options), options.math,
        {{"statistics", draws ? "sample" : "rao-blackwell"}, {"pixels", options.grey ? "grey" : "binary"}});
}

void time_ais(Session& session, AisBenchOptions options) {
  options.math = math_of(session, Math::int24);
  print(session, "annealing", bench_ais(session.context(), options), options.math,
        {{"runs", options.runs}, {"temperatures", options.temperatures}});
}

void time_gibbs(Session& session, GibbsBenchOptions options) {
  options.math = math_of(session, Math::int16);
  const double seconds = bench_gibbs(session.context(), options);
  const double units = double(options.chains * (options.visible + options.hidden)) / seconds;
  const std::string isa = isa_of(options.math);
  if (session.options.json)
    session.print(nlohmann::json{{"seconds", seconds},
                                 {"unit_updates_per_second", units},
                                 {"math", name_of(options.math)},
                                 {"isa", isa},
                                 {"threads", session.context().threads()}});
  else
    session.print(fmt::format(
        "sweep           {:.1f} µs of both layers, on {} ({} threads)\nunits           {:.1f} million draws a second\n",
        1e6 * seconds, isa, session.context().threads(), 1e-6 * units));
  session.console.next("deepboltz doctor");
}

// Adds a count from 1 to a benchmark's options.
void add_count(CLI::App& verb, const char* name, auto& value, const char* meaning) {
  verb.add_option(name, value, meaning)->check(at_least(1))->type_name("N")->capture_default_str();
}

void add_bench_gibbs(CLI::App& bench, Session& session) {
  CLI::App* gibbs = add_verb(bench, session, "gibbs", "time sweeps of block Gibbs sampling of an RBM",
                             "deepboltz bench gibbs --visible 784 --hidden 500 --chains 100 --threads 1 --math int16");
  auto options = std::make_shared<GibbsBenchOptions>();
  add_count(*gibbs, "--visible", options->visible, "visible units");
  add_count(*gibbs, "--hidden", options->hidden, "hidden units");
  add_count(*gibbs, "--chains", options->chains, "number of chains");
  add_count(*gibbs, "--sweeps", options->sweeps, "sweeps of both layers in each turn");
  add_count(*gibbs, "--turns", options->turns, "number of turns that are timed");
  gibbs->callback([&session, options] { session.run = [&session, options] { time_gibbs(session, *options); }; });
}

void add_bench_ais(CLI::App& bench, Session& session) {
  CLI::App* ais =
      add_verb(bench, session, "ais", "time annealed importance sampling of an RBM, beside its float products",
               "deepboltz bench ais --visible 784 --hidden 500 --runs 100 --threads 1 --math int24");
  auto options = std::make_shared<AisBenchOptions>();
  add_count(*ais, "--visible", options->visible, "visible units");
  add_count(*ais, "--hidden", options->hidden, "hidden units");
  ais->add_option("--runs", options->runs, "number of independent runs")
      ->check(at_least(2))
      ->type_name("N")
      ->capture_default_str();
  add_count(*ais, "--temperatures", options->temperatures, "temperatures in each turn");
  add_count(*ais, "--turns", options->turns,
            "number of turns that are timed, each between two measurements of the products");
  ais->callback([&session, options] { session.run = [&session, options] { time_ais(session, *options); }; });
}

}  // namespace

void add_bench(CLI::App& program, Session& session) {
  CLI::App* verb =
      add_verb(program, session, "bench", "measure how fast this machine trains and samples", "deepboltz bench epoch");
  verb->require_subcommand(1);
  CLI::App* epoch = add_verb(*verb, session, "epoch",
                             "time an epoch of an RBM by CD-1, or of a deep machine, beside its float products",
                             "deepboltz bench epoch --visible 784 --hidden 500 --batch 100 --threads 1 --math int16");
  auto options = std::make_shared<EpochBenchOptions>();
  add_count(*epoch, "--visible", options->visible, "visible units");
  epoch->add_option("--hidden", options->hidden, "units of each hidden layer. Several numbers make a deep machine")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  add_count(*epoch, "--batch", options->batch, "number of cases in each update");
  add_count(*epoch, "--cases", options->cases, "number of cases in the epoch");
  epoch
      ->add_option("--density", options->density,
                   "share of the visible units that are on, at random (default: digits that the program draws)")
      ->check(CLI::Range(0.0, 1.0).description(""))
      ->type_name("SHARE");
  epoch->add_flag("--grey", options->grey, "learn from grey pixels instead of bits drawn from them");
  auto statistics = std::make_shared<std::string>("rao-blackwell");
  epoch
      ->add_option("--statistics", *statistics,
                   "what an update counts: rao-blackwell (means of the last block), or sample (draws)")
      ->check(one_of({"rao-blackwell", "sample"}))
      ->type_name("NAME")
      ->capture_default_str();
  add_count(*epoch, "--turns", options->turns,
            "number of epochs that are timed, each between two measurements of the products");
  epoch->callback([&session, options, statistics] {
    if (*statistics == "sample") options->statistics = Negative::Statistics::sample;
    session.run = [&session, options] { time_epoch(session, *options); };
  });
  add_bench_gibbs(*verb, session);
  add_bench_ais(*verb, session);
}

}  // namespace deepboltz
