// What learning carries, in archives: with the model beside it, training goes on from here as if it had never stopped.
#pragma once

#include "deepboltz/io/safetensors.h"
#include "deepboltz/learn/step.h"

namespace deepboltz {

void add_learning(const LearningState& learning, Archive& archive);

// Restores into `learning`, as start_learning made it for the same model, learner and batch. InputError, naming the
// archive's file, where a part is missing or of another shape.
void take_learning(Archive& archive, LearningState& learning);

// Restores one tensor of learning. InputError: it is missing, or of another type or shape than `tensor`.
void take_tensor(Archive& archive, const std::string& name, Tensor& tensor);

}  // namespace deepboltz
