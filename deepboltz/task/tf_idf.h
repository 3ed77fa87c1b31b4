// Words by how much they tell of a document beside others:
//
//   weight of a word in a document = log(1 + count) · log(documents / documents with the word)
//
// Spärck Jones (1972); Salton & Buckley (1988).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "deepboltz/kernel/sparse_rows.h"

namespace deepboltz {

// log(documents / documents with the word), a number a word; of a word that no document has 0.    documents: counts
std::vector<double> inverse_document_frequencies(const SparseRows& documents);

// The counts ← the weights of the words.
SparseRows tf_idf(SparseRows documents, std::span<const double> inverse_frequencies);

// The cosine of row `i` of a and row `j` of b, which have as many columns; 0 where one of them is all 0.
double cosine(const SparseRows& a, std::int64_t i, const SparseRows& b, std::int64_t j);

// The words of the greatest weights of a row, the greatest first, of equals the first: "orbit, shuttle, nasa".
std::string telling_words(const SparseRows& weighted, std::int64_t row, const std::vector<std::string>& vocabulary,
                          std::size_t most);

}  // namespace deepboltz
