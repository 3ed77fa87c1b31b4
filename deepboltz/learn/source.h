// Where the cases of learning come from: a function that shows them to a machine, batch by batch, as states of its
// layers. Here the columns of Cases become such a source, and states that figures are taken on.
//
// Where training cases are drawn anew at each presentation, the cases that figures are taken on are drawn once, by the
// key of their column. Never compare figures of different conventions (data/transform.h).
#pragma once

#include <functional>

#include "deepboltz/data/cases.h"
#include "deepboltz/kernel/bits.h"
#include "deepboltz/kernel/grey_cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// What a machine sees of cases in one of its visible layers.
struct PartSource {
  // The states of the layer.    out: (rows, units)
  std::function<void(Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out)> states;
  std::span<const std::uint8_t> known = {};  // one a case: whether it has this part; empty: all have it
  double hide =
      0;  // the share of presentations in which a case that has the part is shown without it, as if it had none
  double length = 0;  // of documents: the words of one that is missing or hidden (infer/missing_part.h)
};

// Cases by their numbers. The key is that of the presentation: binarisation draws anew from it.
struct Source {
  std::uint32_t cases = 0;
  std::vector<PartSource> visible;  // one a visible layer, in the order of their numbers
  std::function<void(std::span<const std::uint32_t> rows, Matrix out)> labels;  // one-hot (rows, classes); empty: none
  // What the only visible layer's `states` do, for integers, where that is quicker: into bits at once, or into grey
  // pixels. Empty: its numbers are packed.
  std::function<void(Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out)> bits = {};
  std::function<void(Context& ctx, std::span<const std::uint32_t> rows, GreyCases& out)> grey = {};
  // In (0, 1]: an epoch shows each case with that probability, hence the statistics of the weighted set. Empty: all are
  // shown.
  std::span<const float> weights = {};
  // > 0: only the first `labelled` cases have labels; of the others `labels` is never asked. Without weights.
  std::uint32_t labelled = 0;

  // Cases that an epoch shows, some of them more than once (learn/labelled_order.h); by weights: on average.
  double shown() const;
};

// The column of a visible layer: the one of its name, or the visible column where it is the only such layer.
// InputError: there is none.
const Column& column_of(const EnergyModel& model, LayerId visible, const Cases& cases);

// How often an epoch shows a case, as Source::shown says it; `weighted`: by the cases' weights.
double shown_an_epoch(const Cases& cases, bool weighted);

// Cases for learning, as states of the model's visible layers, and of its label where the cases have one. `model` and
// `cases` must outlive the source.
Source source_of(const EnergyModel& model, const Cases& cases);
// The same in grey, nothing made binary, for the layers above the first while pretraining.
Source grey_source_of(const EnergyModel& model, const Cases& cases);

// Some of the cases, in the given order. None of them may be weighted.
Source chosen_cases(Source source, std::vector<std::uint32_t> rows);

// `count` cases from `first` on in a state: visible layers clamped, parts that are missing inferred
// (infer/missing_part.h); the label layer clamped if it is known and wanted.
State fixed_cases(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t first, std::int64_t count,
                  bool with_labels);

// Means of the visible layers over the cases that have the part, as states: (1, units) a layer, empty for hidden layers
// and labels.
std::vector<Tensor> visible_means(Context& ctx, const EnergyModel& model, const Cases& cases);

// Base rates of documents: the frequencies of the words in the training set, with one word more of every kind. (Those
// of base_rates would give rare words a twentieth of a word a document each.)
std::vector<Tensor> word_frequencies(Context& ctx, const EnergyModel& model, const Cases& cases);

// Cases on the bits that figures are taken on (Column::fixed), as states of the visible layer.    (cases, units)
Tensor fixed_states(Context& ctx, const EnergyModel& model, const Cases& cases);

// Cases as they are, not made binary, as states of the visible layer.    (cases, units)
Tensor visible_states(Context& ctx, const EnergyModel& model, const Cases& cases);

// The same without a copy where bytes serve as they are, standing for x/255.
Rows shown_cases(Context& ctx, const EnergyModel& model, const Cases& cases);

}  // namespace deepboltz
