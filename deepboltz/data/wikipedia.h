// Articles of Wikipedia with their pictures (Rasiwasia et al. 2010): 2,173 / 693 pairs of ten categories.
//
//   image   128 visual words (SIFT), counts: the file's shares divided by the least above 0 of each picture
//   text    1,000 words, counts: found back from the file's tf-idf (weighted_counts.h); words have no names
//   lda     10 shares of topics, f32
//   label   the category
//
// A case is called by the section of the article in the list of pairs.
#pragma once

#include <filesystem>

#include "deepboltz/data/cases.h"
#include "deepboltz/data/share.h"

namespace deepboltz {

inline constexpr const char* kLdaPart = "lda";

struct WikipediaFiles {
  std::filesystem::path features;                 // matrices I, T and T_tfidf, _tr and _te each
  std::filesystem::path train_pairs, test_pairs;  // lines: text, picture, category from 1
  std::filesystem::path categories;               // a name a line
};

// InputError: what MAT-files are refused for; matrices that do not fit; a line that is no pair; weights that no counts
// explain.
Cases read_wikipedia(const WikipediaFiles& files, Share share);

}  // namespace deepboltz
