#include <fmt/format.h>

#include "deepboltz/io/malformed.h"
#include "deepboltz/system/layered/consistent_data.h"
#include "deepboltz/system/layered/consistent_stage.h"
#include "deepboltz/system/robust/robust_recipe.h"

namespace deepboltz {
namespace {

void mask_settings(Section s, MaskRecipe& mask) {
  RobustRule& rule = mask.rule;
  s.add("hidden", mask.hidden, kFromOne, "hidden units of the mask's machine");
  s.choose("gate", mask.gate, {"product", "competing"},
           "product: as published, the observed pixel is tied to the clean one where the mask says so. competing: an "
           "observed pixel is either of the clean picture or of the noise");
  s.add("strength", mask.strength, kFromZero, "γ², how exactly a clear pixel is observed, to begin with");
  s.add("clear", mask.clear, kAny, "biases of the mask to begin with: the log-odds of a clear pixel");
  s.add("weight_scale", mask.weight_scale, kFromZero,
        "standard deviation of the initial weights of the mask's machine");
  s.add("epochs", mask.epochs, kFromZero, "passes over the covered pictures");
  s.add("batch", mask.batch, kFromOne, "number of covered pictures in each update");
  s.add("rate", rule.mask.rate, kFromZero, "learning rate of the mask's machine and of the noise");
  s.add("momentum", rule.mask.momentum, kZeroToBelowOne, "momentum of the steps of the mask's machine");
  s.add("l2", rule.mask.decay.l2, kFromZero, "weight decay of the mask's machine");
  s.add("chains", rule.mask.negative.chains, kFromOne, "persistent chains of the model's side");
  s.add("posterior_sweeps", rule.posterior_sweeps, kFromOne, "Gibbs sweeps for each covered picture in each update");
  s.add("model_sweeps", rule.model_sweeps, kFromOne, "Gibbs sweeps of the persistent chains in each update");
  s.add("strength_rate", rule.strength_rate, {.low = 0, .high = 1},
        "γ² moves at this times the learning rate; of a competing gate this share of the way. 0: it stays");
  s.add("full_statistic", rule.full_statistic,
        "γ² learns from the whole of E(v − ṽ)². false: without the variance of v, as in the released code");
  s.add("noise_memory", rule.noise_memory, kZeroToBelowOne,
        "gate = \"competing\": what is kept of the noise's moments from update to update");
  s.choose("normalise", rule.normalise, {"fitted", "release", "none"},
           "gain and offset of a picture, found anew in every sweep from its clear pixels. release: mean and norm with "
           "covered pixels at 0");
  s.add("starts", mask.starts,
        fmt::format("masks that chains begin with, by commas: {}", fmt::join(start_masks(), ", ")));
  s.add("start_sweeps", rule.start_sweeps, {.low = 6}, "sweeps of each start's chain, before one goes on");
}

}  // namespace

RobustRecipe::RobustRecipe() {
  model.visible = Gaussian{};
  monitor.every = monitor.checkpoint_every = 1;
  monitor.likelihood_every = monitor.pictures_every = 0;
  train.epochs = 100;
  train.learner.rate.start = 0.002;
  mask.rule.mask.rate = {.kind = Schedule::Kind::linear, .start = 0.1, .end = 0.001, .epochs = 10};
  mask.rule.mask.momentum.start = 0;
  mask.rule.mask.decay.l2 = 2e-4;
  mask.rule.mask.negative.kind = Negative::Kind::persistent;
  mask.rule.mask.centering = {.kind = Centering::Kind::offsets, .rate = 0.05};
  mask.rule.posterior_sweeps = 6;
  mask.rule.model_sweeps = 5;
}

void robust_settings(Section top, RobustRecipe& recipe) {
  data_settings(top.below("data."), recipe.data);
  model_settings(top.below("model."), recipe.model);
  Section face = top.below("face.");
  face.add("contrast", recipe.face.contrast, "bring each picture to mean 0 and a root mean square of 10/32");
  face.add(
      "deviation", recipe.face.deviation, {.low = 0.001, .high = 10},
      "standard deviation of the clean pixels given the hidden units, in those of the training cases, to begin with");
  stage_settings(top.below("train."), recipe.train);
  Section covered = top.below("covered.");
  covered.add_path("train", recipe.covered.train, "the file with the covered pictures that masks are learnt from");
  covered.add("train_where", recipe.covered.train_where, "use only these of them, as data.train_where");
  mask_settings(top.below("mask."), recipe.mask);
  Section denoise = top.below("denoise.");
  denoise.add("sweeps", recipe.denoise.sweeps, kFromOne, "Gibbs sweeps for each picture that is denoised");
  denoise.add("average_from", recipe.denoise.average_from, kFromZero, "sweep from which means are averaged");
  top.below("evaluate.")
      .add("components", recipe.evaluate.components, kFromOne,
           "principal components that the linear discriminant of the recognition is of");
  monitor_settings(top.below("monitor."), recipe.monitor);
}

std::vector<std::string> starts_of(const RobustRecipe& recipe) {
  std::vector<std::string> words;
  const std::string& text = recipe.mask.starts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    std::string word = text.substr(from, comma - from);
    while (word.starts_with(' ')) word.erase(0, 1);
    while (word.ends_with(' ')) word.pop_back();
    words.push_back(std::move(word));
    from = comma + 1;
  }
  return words;
}

void require_consistent(const RobustRecipe& recipe, const Refuse& refuse) {
  require_consistent_data(recipe, refuse);
  if (recipe.model.visible != Unit(Gaussian{}))
    refuse("model.visible",
           fmt::format("expected \"gaussian\" in a robust machine, got \"{}\"", word_of(recipe.model.visible)));
  if (recipe.model.standardise == Standardise::zca)
    refuse("model.standardise", "expected \"columns\": a mask is of pixels, and whitening mixes them");
  if (recipe.model.labels) refuse("model.labels", "expected false: a robust machine has no label layer");
  if (recipe.pretrain) refuse("pretrain", "the face's machine is trained by [train] alone");
  if (recipe.model.hidden.empty()) refuse("model.hidden", "expected at least one hidden layer, got []");
  require_stage({.prefix = "train.",
                 .stage = recipe.train,
                 .lower = recipe.model.visible,
                 .upper = recipe.model.hidden_unit,
                 .hidden_layers = recipe.model.hidden.size()},
                recipe, refuse);
  if (recipe.mask.epochs > 0 && recipe.covered.train.empty())
    refuse("covered.train", "expected the file with the covered pictures that the mask's machine learns from");
  if (recipe.mask.gate == Gate::Kind::competing && recipe.mask.strength <= 0)
    refuse("mask.strength", fmt::format("expected more than 0 with a competing gate, got {}", recipe.mask.strength));
  if (recipe.mask.rule.normalise == Normalise::release && !recipe.face.contrast)
    refuse("mask.normalise", "\"release\" is for pictures whose contrast is taken; expected face.contrast = true");
  if (recipe.denoise.average_from >= recipe.denoise.sweeps)
    refuse("denoise.average_from", fmt::format("expected less than denoise.sweeps = {}, got {}", recipe.denoise.sweeps,
                                               recipe.denoise.average_from));
  try {
    masks_of(starts_of(recipe), 1, 1);
  } catch (const InputError& error) {
    refuse("mask.starts", error.what());
  }
}

}  // namespace deepboltz
