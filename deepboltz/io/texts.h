// Texts in an archive, as one tensor of bytes: each with its length, four bytes, before it.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/io/safetensors.h"

namespace deepboltz {

// Nothing where there are no texts.
void add_texts(const std::string& name, const std::vector<std::string>& texts, Archive& archive);

// InputError, naming the archive's file: there is no such tensor, it has no bytes, or it ends within a text.
std::vector<std::string> take_texts(const std::string& name, const Archive& archive);

}  // namespace deepboltz
