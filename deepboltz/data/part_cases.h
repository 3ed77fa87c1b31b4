// Cases of several parts: a picture and its words, a recording and a picture. Each part is a column with its own
// numbers and meaning; the labels, if there are any, are of the case. A case that lacks a part has a row of zeros
// there, and Column::known says so: an empty document is another thing than a missing one.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "deepboltz/data/cases.h"

namespace deepboltz {

inline constexpr const char* kImagePart = "image";
inline constexpr const char* kTextPart = "text";
inline constexpr const char* kAudioPart = "audio";
inline constexpr const char* kVideoPart = "video";

// Bytes are grey values: shown as bits, drawn anew at each presentation, as cases_of has it.
Column dense_part(std::string name, Tensor x, Meaning meaning = {});
Column sparse_part(std::string name, SparseRows x, Meaning meaning = {});
// One label a case, of `names`.
Column label_part(std::span<const int> labels, std::vector<std::string> names);
// One source a case, by its name; they are numbered in the order of their names.
Column source_part(std::span<const std::string> names);

// SHA-256 of all columns: names, shapes, numbers, which cases have them; and of the weights. Vocabularies and the names
// of cases do not enter.
std::string content_hash(const Cases& cases);

// Checks that the parts fit (InputError, naming the part), and sets the hash. Origin::name is for the messages.
Cases finished(Cases cases);

}  // namespace deepboltz
