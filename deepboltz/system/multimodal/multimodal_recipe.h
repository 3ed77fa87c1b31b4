// What a recipe of a multimodal machine says: a data set of several parts, by its name or in files, a pathway of layers
// for each part, the joint layer that they meet in, how they are pretrained one by one and learn together.
//
//   [[data.part]]        one a part that is in the user's own files
//   [[pathway]]          one a part: the visible layer and the hidden layers on it
//   [joint]              the layer above all pathways, with a label layer or without
//   [[layer]]            in the place of pathways and the joint layer: one a layer, of any graph
//   [[connection]]       one a connection between two of these layers
//   [[pretrain.stage]]   one a hidden layer: those of the first pathway from the bottom up, of the second, …, the joint
//                        one last; of [[layer]] in their order
#pragma once

#include "deepboltz/data/join_parts.h"
#include "deepboltz/model/build.h"
#include "deepboltz/setting/refuse.h"
#include "deepboltz/system/layered/layered_recipe.h"
#include "deepboltz/task/given_parts.h"

namespace deepboltz {

// A part of the data, and its visible layer.
struct PartRecipe {
  std::string name;
  Unit visible = Bernoulli{};
  Binarisation binarise = Binarisation::none;  // of grey values, where the visible units are bits
  double hide = 0;                             // in this share of the presentations of joint training it is not shown
  double rescale = 0;  // of counts: documents are scaled to this number of words; 0: they stay as they are
  double length = 0;   // of counts: the words of a document that is missing or hidden; 0: the training median
  double rate = 1;     // what the rate of joint training is multiplied by, from the visible layer to those above
};

struct PathwayRecipe : PartRecipe {
  std::vector<std::int64_t> hidden;
};

// A layer of any graph: of a part, whose name it has; of the labels (part = "labels"); or hidden, with a name of its
// own.
struct LayerRecipe : PartRecipe {
  std::string part;
  std::int64_t units = 0;  // of a hidden layer
};

struct JointRecipe {
  std::int64_t units = 200;
  bool labels = false;
};

// A part in the user's own files, of any format that data/read_data.h reads; data/read_options.h says what the options
// mean.
struct PartFileRecipe {
  std::string name;
  std::string train, test;  // paths; test may be empty
  DataFormat format = DataFormat::automatic;
  std::string data_key, label_key, label_column, id_column, text_column;
  std::int64_t words = 0, height = 0, width = 0;
  bool colour = false, invert = false;
};

struct PartDataRecipe {
  std::string name = "tagged-strokes";    // a data set of parts (data/part_data.h), or "files"
  std::vector<PartFileRecipe> parts;      // of "files"
  JoinOptions join{.by = JoinBy::names};  // how the cases of several files become cases of several parts
  std::int64_t validation = 0;            // hold out N cases of the training set, drawn in the shares of their classes
  bool use_validation = false;            // … or train on them after all
  std::string leave_out;  // the cases of this source, such as a speaker, are tested, and all others learnt from
  std::int64_t train_cases = 0, test_cases = 0;  // > 0: only the first N; a generator draws N
};

struct MultimodalMonitorRecipe {
  std::int64_t every = 1;             // epochs between lines of metrics.csv
  std::int64_t cases = 500;           // that are looked at each time
  std::int64_t checkpoint_every = 5;  // epochs
};

struct MultimodalEvaluateRecipe {
  std::int64_t information_cases = 200;  // test cases of which log p(part | others) is measured, drawn by key
  std::int64_t ais_steps = 2'000, ais_runs = 4;
  std::int64_t slices = 3;                    // of the time of a group, whose means are its features
  MeanFieldOptions mean_field{.sweeps = 50};  // that infers what is free
  std::string layer;                          // whose means are codes; empty: the top layer
  bool layers = true;                         // classify by each layer in turn, too
};

struct MultimodalRecipe final : SystemRecipe {
  MultimodalRecipe();

  PartDataRecipe data;
  std::vector<PathwayRecipe> pathways;
  JointRecipe joint;                          // of pathways
  std::vector<LayerRecipe> layers;            // in the place of pathways …
  std::vector<ListedConnection> connections;  // … with these between
  DType precision = DType::f32;
  double weight_scale = 0.01;  // of the initial weights, where nothing is pretrained
  std::optional<PretrainRecipe> pretrain;
  StageRecipe train;
  MultimodalMonitorRecipe monitor;
  MultimodalEvaluateRecipe evaluate;

  // The parts that it sees, in the order of their visible layers; where a recipe says the one of that number.
  std::vector<PartRecipe> parts() const;
  std::string key_of_part(std::size_t number) const;
  bool has_labels() const;
};

void part_data_settings(Section s, PartDataRecipe& data);
void multimodal_settings(Section top, MultimodalRecipe& recipe);

// What is said of the parts' files.
void require_consistent_parts(const MultimodalRecipe& recipe, const Refuse& refuse);
// Calls refuse(key, message) at the first contradiction; `refuse` throws.
void require_consistent(const MultimodalRecipe& recipe, const Refuse& refuse);

}  // namespace deepboltz
