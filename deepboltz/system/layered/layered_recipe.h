// What the recipes of all kinds say that are made of layers: the cases, the layers, how they are pretrained one by one,
// what is looked at meanwhile. Each setting has its key, bounds and meaning once (*_settings.cpp); defaults are here
// and in the options it holds.
//
// This folder is no kind of system. It has what the kinds of layers have in common: system/graph/, system/stack/.
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
#include "deepboltz/system/layered/standardise.h"
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
  std::string label_column, id_column, text_column;
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
  bool means = false;               // these learn from the means of the layer below, not from draws
  bool grey_input = true;           // the layers above the first are fed from grey values, not from binarised ones
  std::vector<StageRecipe> stages;  // one a hidden layer
};

// [finetune]: of a network that was machines.
struct FinetuneRecipe {
  std::int64_t epochs = 50;
  double average = 0;          // what is kept is the mean over this share of the epochs, the last ones; 0: the last
  double output_scale = 0.1;   // of the class layer's initial weights …
  bool output_labels = false;  // … or it starts at the label layer
  BackpropOptions backprop;
};

struct MonitorRecipe {
  std::int64_t every = kOpen;             // epochs between lines of metrics.csv
  std::int64_t cases = 1'000;             // of the training and validation sets, looked at each time
  std::int64_t likelihood_every = kOpen;  // epochs between short annealings of the joint model; 0: never
  std::int64_t pictures_every = kOpen;    // epochs between pictures; 0: none
  std::int64_t checkpoint_every = kOpen;  // epochs between checkpoints
};

// What the key of a run is folded by.
struct RunUse {
  enum : std::uint64_t { initialise, stage, joint, finetune };
};

// What is open, kOpen, is chosen once the data are read.
struct LayeredRecipe : SystemRecipe {
  DataRecipe data;
  ModelRecipe model;
  std::optional<PretrainRecipe> pretrain;
  MonitorRecipe monitor;

  virtual bool needs_classes() const { return model.labels; }  // whether every training case must have a class
};

// The settings of each section.
void data_settings(Section s, DataRecipe& data);
void model_settings(Section s, ModelRecipe& model);
void stage_settings(Section s, StageRecipe& stage);  // [train], and each [[pretrain.stage]]
void monitor_settings(Section s, MonitorRecipe& monitor);

// What some of them have in common.
void pretrain_stage_settings(Section& s, PretrainRecipe& pretrain);
void finetune_settings(Section& s, FinetuneRecipe& finetune);
void average_setting(Section& s, double& average);
void mean_field_settings(Section& s, MeanFieldOptions& options);
void adam_settings(Section& s, AdamMoments& moments);

}  // namespace deepboltz
