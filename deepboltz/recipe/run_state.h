// What a run carries from one update to the next: all that a checkpoint holds.
#pragma once

#include "deepboltz/learn/learning_state.h"
#include "deepboltz/learn/pretrain.h"
#include "deepboltz/recipe/finetune.h"
#include "deepboltz/recipe/run_data.h"

namespace deepboltz {

// What the key of a run is folded by.
struct RunUse {
  enum : std::uint64_t { initialise, stage, joint, finetune };
};

struct RunState {
  std::string phase;  // "pretrain", "train", "finetune", "done"
  EnergyModel model;
  PretrainRule rule;                // the recipe's, its scales spelt out
  std::vector<EnergyModel> stages;  // of pretraining: finished ones, and the one in training
  std::optional<LearningState> learning = {};
  std::optional<Finetuning> finetuning = {};
  std::string metrics = {};  // the text of metrics.csv
  std::string from = {};     // where another run's machine was the beginning: SHA256 FOLDER of its model
};

// In its first phase, no parameter set. InputError: not a stage a hidden layer.
RunState untrained_state(const Recipe& recipe, const RunData& data);

// The parameters that joint training begins with, where nothing is pretrained.
void initialise(Context& ctx, const Recipe& recipe, const RunData& data, RunState& state);

// One stage of pretraining more, with the parameters that it begins with.
void begin_stage(Context& ctx, const Recipe& recipe, const RunData& data, RunState& state);

}  // namespace deepboltz
