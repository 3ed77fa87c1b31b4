#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void evaluate_settings(Section s, EvaluateRecipe& evaluate) {
  s.add("ais_steps", evaluate.ais_steps, kFromOne, "AIS: number of temperatures between the base rates and the model");
  s.add("ais_runs", evaluate.ais_runs, {.low = 2}, "AIS: number of independent runs");
  s.choose("ladder", evaluate.ladder, {"three-part", "uniform"}, "AIS: spacing of the temperatures");
  s.add("raise_cases", evaluate.raise_cases, kFromZero, "RAISE, for RBMs: number of test cases");
  s.add("raise_steps", evaluate.raise_steps, kFromOne, "RAISE: number of temperatures");
  s.add("raise_chains", evaluate.raise_chains, kFromOne, "RAISE: chains for each case");
  s.add("exact_cases", evaluate.exact_cases, kFromZero,
        "clamped AIS, for the true log p of DBMs: number of test cases");
  s.add("exact_steps", evaluate.exact_steps, kFromOne, "clamped AIS: number of temperatures");
  s.add("exact_runs", evaluate.exact_runs, {.low = 2}, "clamped AIS: runs for each case");
  s.add("burn_in", evaluate.burn_in, kFromZero, "reverse AIS: sweeps before a chain is used as a sample");
  s.add("tempering_levels", evaluate.tempering_levels, {.low = 2, .high = 10'000},
        "parallel tempering: number of temperatures, from the base rates to the model");
  s.add("tempering_ladders", evaluate.tempering_ladders, {.low = 2},
        "parallel tempering: number of independent ladders");
  s.add("tempering_rounds", evaluate.tempering_rounds, {.low = 0, .high = 1'000'000'000},
        "parallel tempering: rounds that are measured. As many before them space the temperatures. Below 2: no "
        "tempering");
  s.add("documents", evaluate.documents, {.low = 2},
        "model.visible = \"counts\": test documents for the perplexity that is compared with published ones");
  s.add("all_documents", evaluate.all_documents,
        "model.visible = \"counts\": also give the perplexity of all test documents");
  s.add("extra_draws", evaluate.extra_draws, {.low = 2},
        "model.visible = \"counts:EXTRA\": draws of the hidden units for each document, to sum over its extra words");
  s.add("populations", evaluate.populations, {.low = 2, .high = 10'000},
        "model.visible = \"counts\": populations of chains that grow documents, for log Z of each length");
  s.add("population_chains", evaluate.population_chains, {.low = 1, .high = 1'000'000}, "chains in each population");
  s.add("population_sweeps", evaluate.population_sweeps, {.low = 1, .high = 1'000'000},
        "sweeps of a population at each length");
  s.add("completion_cases", evaluate.completion_cases, kFromZero,
        "completion: number of test cases, each under four masks. 0: none");
  s.add("completion_burn_in", evaluate.completion_burn_in, kFromZero,
        "completion: sweeps before the first that counts");
  s.add("completion_sweeps", evaluate.completion_sweeps, kFromOne, "completion: sweeps that count");
  s.add("completion_chains", evaluate.completion_chains, kFromOne, "completion: chains for each case");
}

}  // namespace deepboltz
