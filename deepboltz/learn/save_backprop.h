// What back-propagation carries beside its network, in archives, under PREFIX.
#pragma once

#include "deepboltz/io/safetensors.h"
#include "deepboltz/learn/backprop.h"

namespace deepboltz {

void add_backprop(const BackpropState& state, const Network& network, const std::string& prefix, Archive& archive);

// Into a state that start_backprop() made for the same options and network. InputError, naming the archive's file.
void take_backprop(Archive& archive, const std::string& prefix, Network& network, BackpropState& state);

}  // namespace deepboltz
