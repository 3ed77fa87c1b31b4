// The names of its data that training leaves in a model's notes, one a line (recipe/run_checkpoint.cpp).
#pragma once

#include <string>
#include <vector>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// The words of the visible units, from the note "vocabulary"; empty: it has none. InputError: not a word a unit.
std::vector<std::string> vocabulary_of(const EnergyModel& model);

// The names of the classes, from the note "classes"; empty: they are called by their numbers.
std::vector<std::string> class_names_of(const EnergyModel& model);

}  // namespace deepboltz
