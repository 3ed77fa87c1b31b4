// Networks in archives: a classifier file is a safetensors file whose header says "network", a line a layer:
// NAME ACTIVATION INPUT, INPUT being the number of the extra input that feeds the layer, or "-"; and whose tensors are
// NAME.weight and NAME.bias.
#pragma once

#include <filesystem>

#include "deepboltz/io/safetensors.h"
#include "deepboltz/stack/network.h"

namespace deepboltz {

void write_network(const std::filesystem::path& path, Network& network);

// InputError, naming the file, where anything is missing or does not fit.
Network read_network(const std::filesystem::path& path);

}  // namespace deepboltz
