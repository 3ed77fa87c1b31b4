#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void evaluate_settings(Section s, EvaluateRecipe& evaluate) {
  s.add("ais_steps", evaluate.ais_steps, kFromOne, "temperatures between the base rates and the model");
  s.add("ais_runs", evaluate.ais_runs, {.low = 2}, "independent AIS runs");
  s.choose("ladder", evaluate.ladder, {"three-part", "uniform"}, "spacing of the temperatures");
  s.add("raise_cases", evaluate.raise_cases, kFromZero, "RBMs: test cases measured by RAISE");
  s.add("raise_steps", evaluate.raise_steps, kFromOne, "temperatures of RAISE");
  s.add("raise_chains", evaluate.raise_chains, kFromOne, "chains a case of RAISE");
  s.add("exact_cases", evaluate.exact_cases, kFromZero, "DBMs: test cases whose true log p is measured by clamped AIS");
  s.add("exact_steps", evaluate.exact_steps, kFromOne, "temperatures of clamped AIS");
  s.add("exact_runs", evaluate.exact_runs, {.low = 2}, "runs a case of clamped AIS");
  s.add("burn_in", evaluate.burn_in, kFromZero, "sweeps before chains serve as samples for reverse AIS");
  s.add("tempering_levels", evaluate.tempering_levels, {.low = 2, .high = 10'000},
        "temperatures of parallel tempering, from the base rates to the model");
  s.add("tempering_ladders", evaluate.tempering_ladders, {.low = 2}, "independent ladders of parallel tempering");
  s.add("tempering_rounds", evaluate.tempering_rounds, {.low = 0, .high = 1'000'000'000},
        "rounds of parallel tempering that are measured, after as many that space its ladder; below 2: none");
  s.add("documents", evaluate.documents, {.low = 2},
        "model.visible = \"counts\": test documents of the perplexity that is compared with published ones");
  s.add("all_documents", evaluate.all_documents,
        "model.visible = \"counts\": the perplexity of all test documents too");
  s.add("extra_draws", evaluate.extra_draws, {.low = 2},
        "model.visible = \"counts:EXTRA\": draws of a document's hidden units, for the sum over its extra words");
  s.add("populations", evaluate.populations, {.low = 2, .high = 10'000},
        "model.visible = \"counts\": populations of chains that grow documents, for log Z of every length");
  s.add("population_chains", evaluate.population_chains, {.low = 1, .high = 1'000'000}, "chains of a population");
  s.add("population_sweeps", evaluate.population_sweeps, {.low = 1, .high = 1'000'000}, "its sweeps at every length");
  s.add("completion_cases", evaluate.completion_cases, kFromZero, "test cases completed under four masks; 0: none");
  s.add("completion_burn_in", evaluate.completion_burn_in, kFromZero, "sweeps of a completion before those that count");
  s.add("completion_sweeps", evaluate.completion_sweeps, kFromOne, "sweeps of a completion that count");
  s.add("completion_chains", evaluate.completion_chains, kFromOne, "chains a case of a completion");
}

void monitor_settings(Section s, MonitorRecipe& monitor) {
  s.add("every", monitor.every, kFromOne, "epochs between lines of metrics.csv");
  s.add("cases", monitor.cases, kFromOne, "training and held-out cases looked at each time");
  s.add("likelihood_every", monitor.likelihood_every, kFromZero,
        "epochs between short annealings of the joint model; 0: never");
  s.add("pictures_every", monitor.pictures_every, kFromZero, "epochs between pictures; 0: none");
  s.add("checkpoint_every", monitor.checkpoint_every, kFromOne, "epochs between checkpoints");
}

}  // namespace deepboltz
