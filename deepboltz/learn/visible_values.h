// Whether numbers are those that a model's visible units have.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/model/energy_model.h"

namespace deepboltz {

// Documents as such units take them: counts stay as they are, bits say which words come, others get the numbers.
Dataset documents_for(const Unit& visible, Dataset documents);

// InputError, naming case and column, unless the cases are what the model's visible units take: whole numbers up to the
// trials of binomial units, numbers from 0 on of rectified linear ones, and of counts any, not all of them 0.
void require_values(const EnergyModel& model, const Cases& cases);

// Why there is no log p of such cases: they are grey, and nothing makes bits of them. A density of binary units says
// nothing about values in between; figures taken there look far too good. Empty: there is log p.
std::string no_log_p_of_grey(const Unit& visible, const Cases& cases);

}  // namespace deepboltz
