// Recipes small enough that every verb takes a moment.
#pragma once

#include "tests/cli/command.h"

namespace deepboltz::test {

// An RBM on bars and stripes.
inline constexpr const char* kRbm = R"(
[data]
name = "bars-and-stripes"
train_cases = 300
test_cases = 60
validation = 40

[model]
hidden = [10]

[train]
epochs = 3
batch = 20
method = "pcd"
chains = 20
rate = 0.05

[evaluate]
ais_steps = 100
ais_runs = 20
raise_cases = 20
raise_steps = 50
burn_in = 20
tempering_levels = 4
tempering_ladders = 10
tempering_rounds = 40

[monitor]
pictures_every = 2
likelihood_every = 2
)";

// A deep machine with everything: pretraining, labels, fine-tuning.
inline constexpr const char* kDbm = R"(
[data]
name = "bars-and-stripes"
train_cases = 300
test_cases = 60
validation = 40

[model]
hidden = [10, 6]
labels = true

[pretrain]
[[pretrain.stage]]
epochs = 2
batch = 20
[[pretrain.stage]]
epochs = 2
batch = 20

[train]
epochs = 3
batch = 20
method = "pcd"
chains = 20
rate = 0.05

[finetune]
epochs = 2
batch = 20

[evaluate]
ais_steps = 100
ais_runs = 20
exact_cases = 10
exact_steps = 50
burn_in = 20
tempering_levels = 4
tempering_ladders = 10
tempering_rounds = 40

[monitor]
pictures_every = 2
likelihood_every = 2
)";

// A deep machine whose posterior is guessed by a recognition model.
inline constexpr const char* kGuessedDbm = R"(
[data]
name = "bars-and-stripes"
train_cases = 300
test_cases = 60
validation = 40

[model]
hidden = [10, 6]

[train]
epochs = 3
batch = 20
chains = 20
rate = 0.05
centering.kind = "offsets"
recognition.sweeps = 1

[evaluate]
ais_steps = 100
ais_runs = 20
exact_cases = 10
exact_steps = 50
burn_in = 20
tempering_rounds = 0
)";

// Trains `recipe` into the folder "run".
inline Outcome train(const Folder& folder, const char* recipe, std::vector<std::string> more = {}) {
  folder.write("recipe.toml", recipe);
  std::vector<std::string> arguments{"train", "recipe.toml", "--out", "run"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return folder.run(arguments);
}

}  // namespace deepboltz::test
