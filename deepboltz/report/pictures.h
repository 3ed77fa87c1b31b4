// Pictures of what a machine has learnt and what it makes of images, each as one grid ready for a PNG. Images are rows
// of height·width·channels numbers; needs of one function only are said there.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct PictureShape {
  int height = 28, width = 28;
  int channels = 1;                     // 3: the colours of a pixel stand together
  int magnify = 1;                      // screen pixels a pixel, either way
  GreyScale scale = GreyScale::shared;  // of cases and samples
};

// That of the cases that the model was trained on; where they say nothing, a square. InputError where the visible units
// are neither. Counts and real values are shown each picture by its own greys.
PictureShape picture_shape(const EnergyModel& model, const Meaning& visible);
bool has_picture_shape(const EnergyModel& model, const Meaning& visible);

// The weights between the visible and the first hidden layer, a row a hidden unit, those of the greatest Euclidean norm
// first; `count` at most.
Tensor strongest_filters(const EnergyModel& model, std::int64_t count);

// The weights between the visible and the first hidden layer, as what they add to the data (model/standardisation.h): a
// picture a hidden unit, mid-grey for zero, those of the greatest Euclidean norm first; `count` at most.
Image first_layer_filters(Context& ctx, const EnergyModel& model, PictureShape shape, std::int64_t count = 100);

// The same for the second hidden layer: each unit as the sum of the first layer's filters weighted by its own weights,
// of which only the `strongest` (by absolute value; 0: all) count (Lee, Ekanadham & Ng 2008). InputError: no second
// layer.
Image second_layer_filters(Context& ctx, const EnergyModel& model, PictureShape shape, std::int64_t count = 100,
                           std::int64_t strongest = 0);

// Samples on the left, data on the right, `columns` each, as many rows as both fill.    (any, height·width) each
Image samples_beside_data(ConstMatrix samples, ConstMatrix data, PictureShape shape, int columns = 10);

// A tensor a row, from above; its pictures from left to right.    (pictures, height·width) each, at least one
Image rows_of_pictures(std::span<const Tensor> rows, PictureShape shape);

// A chain a row, its frames from left to right.    a frame: (chains, height·width), at least one
Image chains_over_time(std::span<const Tensor> frames, PictureShape shape);

// A case a column; from above: the image, what was seen of it (hidden pixels mid-grey), one completion, the
// probabilities. truth, sample, probability: (cases, height·width) of one type; known: the same, u8; the first `count`
// cases
Image completion_picture(ConstMatrix truth, ConstMatrix known, ConstMatrix sample, ConstMatrix probability,
                         PictureShape shape, std::int64_t count = 20);

}  // namespace deepboltz
