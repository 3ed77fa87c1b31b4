// Models in archives. A model file is a safetensors file whose header says, beside the tensors,
//
//   deepboltz            the format's version, "1", "2" where a layer is whitened, "3" where one is a condition
//   precision            f32 | f64
//   layers               a line a layer: NAME UNIT UNITS ROLE, UNIT a word of unit/unit.h
//   connections          a line a connection: LOWER UPPER
//   note/NAME            texts that travel with the model (recipe, transform, …), not interpreted here
//
// and whose tensors are layer/NAME/bias, layer/NAME/offset (where there is one), layer/NAME/shift and layer/NAME/scale
// (likewise), layer/NAME/root (likewise; its inverse and determinant are not saved), connection/LOWER/UPPER/weight.
// Newer programs read every older version; a newer version is refused by name. The condition of a machine over ratings
// was a second visible layer before version 3.
#pragma once

#include <filesystem>

#include "deepboltz/io/safetensors.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

inline constexpr int kModelFormat = 3;  // the newest that is read

// InputError if a factor of pretraining is not 1: stages are not models to keep.
void add_model(const EnergyModel& model, Archive& archive);

// InputError, naming the archive's file, where anything is missing, of another shape, or not finite.
EnergyModel take_model(Archive& archive);

// The numbers alone, under names that start with `prefix`: for a checkpoint whose graph is known otherwise.
void add_numbers(const EnergyModel& model, const std::string& prefix, Archive& archive);
void take_numbers(const std::string& prefix, Archive& archive, EnergyModel& model);

void write_model(const std::filesystem::path& path, const EnergyModel& model);
EnergyModel read_model(const std::filesystem::path& path);

}  // namespace deepboltz
