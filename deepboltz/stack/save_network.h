// Networks in archives: PREFIXnetwork in the header, a line a layer: NAME UNIT EXTRA, EXTRA the number of an
// input or "-"; tensors PREFIXNAME.weight and PREFIXNAME.bias.
#pragma once

#include "deepboltz/io/safetensors.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

void add_network(const Network& network, const std::string& prefix, Archive& archive);

// InputError, naming the archive's file: not a network, malformed, or not finite.
Network take_network(const std::string& prefix, Archive& archive);

}  // namespace deepboltz
