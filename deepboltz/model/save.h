// Models in archives (format 3; system/save.h says what else a file holds). A model stands under a prefix, its header
// beside the tensors:
//
//   PREFIXprecision      f32 | f64
//   PREFIXlayers         a line a layer: NAME UNIT UNITS ROLE, UNIT a word of unit/unit.h
//   PREFIXconnections    a line a connection: LOWER UPPER
//
// and its tensors: PREFIXlayer/NAME/bias, PREFIXlayer/NAME/offset (where there is one), …/shift and …/scale (likewise),
// …/root (likewise; its inverse and determinant are not saved), PREFIXconnection/LOWER/UPPER/weight. Formats 1 and 2
// are the same with an empty prefix; the condition beside softmax units was a second visible layer there.
#pragma once

#include "deepboltz/io/safetensors.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// InputError if a factor of pretraining is not 1: stages are not models to keep.
void add_model(const EnergyModel& model, const std::string& prefix, Archive& archive);

// InputError, naming the archive's file, where anything is missing, of another shape, or not finite.
EnergyModel take_model(const std::string& prefix, Archive& archive);

// The numbers alone, under names that start with `prefix`: for a checkpoint whose graph is known otherwise.
void add_numbers(const EnergyModel& model, const std::string& prefix, Archive& archive);
void take_numbers(const std::string& prefix, Archive& archive, EnergyModel& model);

}  // namespace deepboltz
