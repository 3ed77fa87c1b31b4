// The cases of a run as a model is shown them: made binary, as states of its layers, as means.
//
// Where training cases are drawn anew at each presentation, the cases that figures are taken on are drawn once, by a
// key of the recipe's seed. Never compare figures of different conventions (data/transform.h).
#pragma once

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/transform.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/recipe/recipe.h"

namespace deepboltz {

enum class Share : std::uint8_t { train, validation, test };

// How a part of the data is shown to a model, in binary, and a state's layers filled with it.
class Presenter {
 public:
  explicit Presenter(const Recipe& recipe)
      : training_(takes_numbers(recipe.model.visible) ? Binarisation::none : recipe.data.binarise),
        labelled_(recipe.data.labelled),
        seed_(recipe.seed) {}

  // How the cases that figures are taken on are shown: the same way every time.
  Transform fixed(Share share) const;

  // Cases for learning, as states of the model's visible layer. `model` and `data` must outlive the source.
  Source source(const EnergyModel& model, const Dataset& data) const;
  // The same in grey, for the layers above the first while pretraining.
  Source grey_source(const Dataset& data) const;

 private:
  Binarisation training_;
  std::int64_t labelled_;
  std::uint64_t seed_;
};

// The first `count` cases of a set in a state: visible and label layers clamped (the label only if it is known and
// wanted).
State fixed_cases(Context& ctx, const EnergyModel& model, const Presenter& presenter, Share share, const Dataset& data,
                  std::int64_t first, std::int64_t count, bool with_labels);

// Means of the visible layer over the training set, as states: (1, units) a layer, empty for hidden layers and labels.
std::vector<Tensor> visible_means(Context& ctx, const EnergyModel& model, const Dataset& data);

// Base rates of documents: the frequencies of the words in the training set, with one word more of every kind. (Those
// of base_rates would give rare words a twentieth of a word a document each.)
std::vector<Tensor> word_frequencies(Context& ctx, const EnergyModel& model, const Dataset& data);

// Cases as they are, not made binary, as states of the visible layer: what classification sees.
Tensor visible_states(Context& ctx, const EnergyModel& model, const Dataset& data);

}  // namespace deepboltz
