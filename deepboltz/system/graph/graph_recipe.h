// What a recipe of one machine says: an RBM, a deep Boltzmann machine, over pixels, documents, sequences, real values.
// Each setting has its key, bounds and meaning once (*_settings.cpp); defaults are here and in the options it holds.
#pragma once

#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

struct GraphFinetuneRecipe : FinetuneRecipe {
  MeanFieldOptions mean_field{.sweeps = 50};  // that infers the posterior fed in beside the pixels
};

struct EvaluateRecipe {
  std::int64_t ais_steps = 14'500;  // temperatures between the base and the model
  std::int64_t ais_runs = 100;
  std::string ladder = "three-part";                                       // three-part | uniform
  std::int64_t raise_cases = 500, raise_steps = 2'000, raise_chains = 10;  // RBMs only
  std::int64_t exact_cases = 100, exact_steps = 2'000,
               exact_runs = 20;  // DBMs: true log p of the first N cases, by clamped AIS
  std::int64_t burn_in = 1'000;  // sweeps before the chains serve as samples for reverse AIS
  std::int64_t tempering_levels = 20, tempering_ladders = 20, tempering_rounds = 200;  // log Z by parallel tempering
  std::int64_t documents = 50;     // counts: the published protocol's number of test documents …
  bool all_documents = true;       // … and whether all are measured too
  std::int64_t extra_draws = 100;  // of the hidden units of a document with extra words
  std::int64_t populations = 10, population_chains = 100, population_sweeps = 5;  // that grow documents for their log Z
  std::int64_t completion_cases = 0;                                              // completed under four masks; 0: none
  std::int64_t completion_burn_in = 1'000, completion_sweeps = 1'000, completion_chains = 10;
};

// [train] and [monitor] begin open: kOpen, a rate that is no number, open_method. What a text leaves open is chosen
// once it is read (the method) and once its data are (system/graph/adapt.h).
struct GraphRecipe final : LayeredRecipe {
  GraphRecipe();

  StageRecipe train;
  std::optional<GraphFinetuneRecipe> finetune;
  EvaluateRecipe evaluate;

  bool needs_classes() const override { return LayeredRecipe::needs_classes() || finetune; }
};

// The settings of each section.
void pretrain_settings(Section s, PretrainRecipe& pretrain);
void recognition_settings(Section s, RecognitionRule& rule);
void graph_finetune_settings(Section s, GraphFinetuneRecipe& finetune);
void evaluate_settings(Section s, EvaluateRecipe& evaluate);

}  // namespace deepboltz
