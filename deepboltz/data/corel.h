// 5,000 photographs with their tags (Duygulu et al. 2002), as Mulan's set has them.
//
//   image    499 kinds of regions ("blob words"): which of them the picture has
//   text     374 tags: which of them it has
//   topics   the same tags, for measures
//
// The first 4,500 are training cases, the rest test cases.
#pragma once

#include <filesystem>

#include "deepboltz/data/cases.h"
#include "deepboltz/data/share.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

inline constexpr std::int64_t kCorelTraining = 4'500;

// features: matrices X and y of 0 and 1, a picture a row. tags: an XML file with an element <label name="…"> for each
// column of y. InputError: other numbers, other sizes.
Cases read_corel(const std::filesystem::path& features, const std::filesystem::path& tags, Share share);

// The names in the order of the file. InputError "FILE:LINE: …": a name that is not closed, empty, or comes twice.
std::vector<std::string> parse_tags(std::string_view xml, const std::string& file);

}  // namespace deepboltz
