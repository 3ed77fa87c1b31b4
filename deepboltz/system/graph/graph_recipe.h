// What a recipe of one machine says: an RBM, a deep Boltzmann machine, over pixels, documents, sequences, real values.
// Each setting has its key, bounds and meaning once (*_settings.cpp); defaults are here and in the options it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deepboltz/data/read_options.h"
#include "deepboltz/data/split.h"
#include "deepboltz/data/transform.h"
#include "deepboltz/learn/backprop.h"
#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/learn/pretrain.h"
#include "deepboltz/setting/section.h"
#include "deepboltz/system/graph/standardise.h"
#include "deepboltz/system/system_recipe.h"

namespace deepboltz {

struct DataRecipe {
  std::string name = "strokes";  // a named data set (data/named.h), or "file"
  // Paths, for "file": any format that data/read_data.h reads. Which options a format knows is in
  // data/format_options.h, what they mean in data/read_options.h.
  std::string train, validation_file, test;
  std::string train_where, validation_where, test_where;     // only these cases, as in "drawer 1..15"
  std::string train_labels, validation_labels, test_labels;  // the files with the labels
  std::string data_key, label_key;                           // which arrays
  std::string validation_data_key, validation_label_key, test_data_key, test_label_key;  // empty: the two before
  bool cases_in_columns = false, pixels_by_column = false;
  DataFormat format = DataFormat::automatic;  // of the files; automatic: as data/read_data.h finds it
  std::string label_column, id_column;
  double scale = 0;  // of grey values: the number that is ink; 0: found
  double identity = 0;
  std::int64_t rules = kRules;
  std::string vocabulary;  // of documents in files: the file with their words
  std::int64_t words = 0;  // documents: keep the N most frequent words; 0: all, of text without a vocabulary
                           // 2,000
  std::string stop_words;  // of such text: a file with words left out; empty: the usual English ones
  bool colour = false;     // of PNG files: pictures in red, green and blue
  bool invert = false;     // of files: dark ink on light paper
  std::int64_t height = 0, width = 0;               // of files of bare rows: that they are pictures of this size
  Binarisation binarise = Binarisation::each_time;  // of the training cases; figures are taken on cases drawn once
  std::int64_t validation = 0;                      // hold out N cases of the training set …
  HeldOut held_out = HeldOut::drawn;  // … in the shares of its classes; last: the end of it, but documents are drawn …
  bool use_validation = false;        // … or trained on after all (the last run, with choices made)
  std::int64_t labelled = 0;          // > 0: only the first N training cases have labels
  std::int64_t patch_side = 0;        // > 0: cases are patches of the pictures (data/patches.h) …
  std::int64_t patches = 50'000,
               held_out_patches = 5'000;         // … from the training set; from the validation and the test set
  bool subtract_mean = false;                    // of each patch
  std::int64_t train_cases = 0, test_cases = 0;  // > 0: only the first N; a generator draws N
};

struct ModelRecipe {
  std::vector<std::int64_t> hidden{500};
  Unit visible = Bernoulli{}, hidden_unit = Bernoulli{};
  bool labels = false;                             // a label layer at the top
  Standardise standardise = Standardise::columns;  // of Gaussian visible units
  double whitening_floor = 0.01;                   // of zca, in mean eigenvalues
  DType precision = DType::f32;
  double weight_scale = 0.01;  // of the initial weights, N(0, scale²), where nothing is pretrained
  bool bias_from_data = true;  // visible biases start at the fields of the training means
};

// [train], and each [[pretrain.stage]]
struct StageRecipe : LearningPlan {
  bool open_method = false;  // chosen by the visible units
};

struct PretrainRecipe {
  PretrainRule rule;                // empty scales: those of 2009
  double weight_scale = 0.01;       // of each stage's initial weights
  bool grey_input = true;           // the layers above the first are fed from grey values, not from binarised ones
  std::vector<StageRecipe> stages;  // one a hidden layer
};

struct FinetuneRecipe {
  std::int64_t epochs = 50;
  double output_scale = 0.1;                  // of the output layer's initial weights
  MeanFieldOptions mean_field{.sweeps = 50};  // that infers the posterior fed in beside the pixels
  BackpropOptions backprop;
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

struct MonitorRecipe {
  std::int64_t every = kOpen;             // epochs between lines of metrics.csv
  std::int64_t cases = 1'000;             // of the training and validation sets, looked at each time
  std::int64_t likelihood_every = kOpen;  // epochs between short annealings of the joint model; 0: never
  std::int64_t pictures_every = kOpen;    // epochs between pictures; 0: none
  std::int64_t checkpoint_every = kOpen;  // epochs between checkpoints
};

// [train] and [monitor] begin open: kOpen, a rate that is no number, open_method. What a text leaves open is chosen
// once it is read (the method) and once its data are (system/graph/adapt.h).
struct GraphRecipe final : SystemRecipe {
  GraphRecipe();

  DataRecipe data;
  ModelRecipe model;
  std::optional<PretrainRecipe> pretrain;
  StageRecipe train;
  std::optional<FinetuneRecipe> finetune;
  EvaluateRecipe evaluate;
  MonitorRecipe monitor;
};

// The settings of each section.
void data_settings(Section s, DataRecipe& data);
void model_settings(Section s, ModelRecipe& model);
void pretrain_settings(Section s, PretrainRecipe& pretrain);
void stage_settings(Section s, StageRecipe& stage);  // [train], and each [[pretrain.stage]]
void finetune_settings(Section s, FinetuneRecipe& finetune);
void evaluate_settings(Section s, EvaluateRecipe& evaluate);
void monitor_settings(Section s, MonitorRecipe& monitor);

// What [train] and [finetune] have in common.
void mean_field_settings(Section& s, MeanFieldOptions& options);
void adam_settings(Section& s, AdamMoments& moments);

}  // namespace deepboltz
