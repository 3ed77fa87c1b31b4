// How the files of each named data set become a part of it. The list, with what the files are, is in named_data.cpp.
#pragma once

#include "deepboltz/data/named_data.h"

namespace deepboltz {

Dataset read_mnist(const NamedData& mnist, Share share, const DataPlaces& places);
Dataset read_omniglot(const NamedData& omniglot, Share share, const DataPlaces& places);
Dataset read_binary_set(const NamedData& set, Share share, const DataPlaces& places);
Dataset read_ocr_letters(const NamedData& set, Share share, const DataPlaces& places);  // one of them: pictures, 16 × 8
Dataset read_ocr_letters_classes(const NamedData& set, Share share, const DataPlaces& places);
Dataset read_newsgroups(const NamedData& documents, Share share, const DataPlaces& places);
Dataset read_reuters(const NamedData& documents, Share share, const DataPlaces& places);
Dataset read_nips_papers(const NamedData& documents, Share share, const DataPlaces& places);
Dataset read_photographs(const NamedData& cifar, Share share, const DataPlaces& places);
Dataset read_frey(const NamedData& frey, Share share, const DataPlaces& places);
Dataset read_olivetti(const NamedData& olivetti, Share share, const DataPlaces& places);
Dataset read_face_patches(const NamedData& olivetti, Share share, const DataPlaces& places);
Dataset read_orl(const NamedData& orl, Share share, const DataPlaces& places);

}  // namespace deepboltz
