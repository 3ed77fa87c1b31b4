#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/kernel/instruction_sets.h"
#include "deepboltz/task/epoch_bench.h"

namespace deepboltz {

namespace {

void bench(Session& session, EpochBenchOptions options) {
  const std::string& math = session.options.math;
  require(math != "f64", "--math: expected int16 or f32, got f64");
  options.math = math == "f32" ? Math::f32 : Math::int16;
  const EpochBench result = bench_epoch(session.context(), options);
  const InstructionSets sets = instruction_sets();
  const std::string& isa = options.math == Math::int16 ? sets.integers : sets.floats;
  if (session.options.json) {
    session.print(nlohmann::json{{"seconds", result.seconds},
                                 {"products_seconds", result.products_seconds},
                                 {"ratio", result.ratio},
                                 {"least_ratio", result.least_ratio},
                                 {"most_ratio", result.most_ratio},
                                 {"math", options.math == Math::int16 ? "int16" : "f32"},
                                 {"isa", isa},
                                 {"threads", session.context().threads()}});
  } else {
    session.print(fmt::format("epoch           {:.3f} s, on {} ({} threads)\n", result.seconds, isa,
                              session.context().threads()));
    session.print(fmt::format("its products    {:.3f} s as floats\n", result.products_seconds));
    session.print(fmt::format("ratio           {:.3f} ({:.3f} to {:.3f})\n", result.ratio, result.least_ratio,
                              result.most_ratio));
  }
  session.console.next("deepboltz doctor");
}

}  // namespace

void add_bench(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "bench", "how fast this machine trains", "deepboltz bench epoch");
  verb->require_subcommand(1);
  CLI::App* epoch =
      add_verb(*verb, session, "epoch",
               "an epoch of an RBM by CD-1, or of a deep machine, and the float products that it contains",
               "deepboltz bench epoch --visible 784 --hidden 500 --batch 100 --threads 1 --math int16");
  auto options = std::make_shared<EpochBenchOptions>();
  const auto count = [&](const char* name, auto& value, const char* meaning) {
    epoch->add_option(name, value, meaning)->check(at_least(1))->type_name("N")->capture_default_str();
  };
  count("--visible", options->visible, "visible units");
  epoch->add_option("--hidden", options->hidden, "units of each hidden layer; several: a deep machine")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  count("--batch", options->batch, "cases an update");
  count("--cases", options->cases, "cases of the epoch");
  epoch
      ->add_option("--density", options->density,
                   "so many of the visible units are on, at random (default: digits drawn by the program)")
      ->check(CLI::Range(0.0, 1.0).description(""))
      ->type_name("SHARE");
  count("--turns", options->turns, "epochs that are timed, each between two measurements of the products");
  epoch->callback([&session, options] { session.run = [&session, options] { bench(session, *options); }; });
}

}  // namespace deepboltz
