// Which options each format knows: the one table, for readers, help and recipes.
#pragma once

#include <string>
#include <string_view>

#include "deepboltz/data/read_options.h"

namespace deepboltz {

std::string_view word_of(DataFormat format);  // "idx", "npy", …

// The formats that know the option, as in "NPZ, MAT"; `option` is called as in a recipe: "label_column".
std::string formats_with(std::string_view option);

// InputError, naming file, option and formats, where an option is given that the format does not know.
void require_known(const ReadOptions& options, DataFormat format, const std::string& file);
// The same for cases that no file has: every option is unknown to them.
void require_no_options(const ReadOptions& options, const std::string& name);

// The options without those that the format does not know.
ReadOptions known_to(DataFormat format, ReadOptions options);
// `given` wherever it says something, `otherwise` elsewhere.
ReadOptions merged(const ReadOptions& given, ReadOptions otherwise);

}  // namespace deepboltz
