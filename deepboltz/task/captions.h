// What people are told of a case that they cannot see: its name, its classes, and of a document the words that tell it
// from the others.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/data/cases.h"

namespace deepboltz {

inline constexpr std::size_t kTellingWords = 5;  // of a document

struct Caption {
  std::string name, classes, words;  // empty: it has none

  std::string text() const;  // those that it has, parted by " · "
};

// The names of each case's classes or topics, parted by ", "; nothing where cases have none.
std::vector<std::string> class_words(const Cases& cases);

// The kTellingWords words of the greatest TF-IDF weights of each document among them all (tf_idf.h).    documents:
// counts
std::vector<std::string> telling_words(const SparseRows& documents, const std::vector<std::string>& vocabulary);

// Of each case. `documents`: the visible column has counts of words.
std::vector<Caption> captions(const Cases& cases, bool documents);

}  // namespace deepboltz
