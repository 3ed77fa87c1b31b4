// How the files of each named data set become a part of it. The list, with what the files are, is in named_data.cpp.
#pragma once

#include "deepboltz/data/named_data.h"

namespace deepboltz {

Dataset read_mnist(const NamedData& mnist, Part part, const DataPlaces& places);
Dataset read_omniglot(const NamedData& omniglot, Part part, const DataPlaces& places);
Dataset read_binary_set(const NamedData& set, Part part, const DataPlaces& places);
Dataset read_ocr_letters(const NamedData& set, Part part, const DataPlaces& places);  // one of them: pictures, 16 × 8
Dataset read_newsgroups(const NamedData& documents, Part part, const DataPlaces& places);
Dataset read_reuters(const NamedData& documents, Part part, const DataPlaces& places);
Dataset read_nips_papers(const NamedData& documents, Part part, const DataPlaces& places);
Dataset read_photographs(const NamedData& cifar, Part part, const DataPlaces& places);
Dataset read_frey(const NamedData& frey, Part part, const DataPlaces& places);
Dataset read_olivetti(const NamedData& olivetti, Part part, const DataPlaces& places);
Dataset read_orl(const NamedData& orl, Part part, const DataPlaces& places);

}  // namespace deepboltz
