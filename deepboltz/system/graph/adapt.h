// What a recipe leaves open is chosen by its data, so that a recipe of nothing but data and layers learns.
//
//   train.batch    a twentieth of the training cases, from 10 to 100
//   train.epochs   as many as 10,000 updates take
//   train.rate     falls in a line to 0 over the epochs, from
//                    bits, spins, …    0.05 √(784/units), from 0.02 to 0.2: the fields of a hidden unit sum over them
//                    gaussian          0.05/λ, at most 0.02: λ is the greatest eigenvalue of the columns'
//                                      correlations, along which weights grow first and diverge; whitened: 0.01
//                    counts            0.15/words of a document: its gradient is a sum over them
//                    relu              0.001
//                    several hidden layers: a third of these
//   train.l2       sequences: 6/cases, at most 0.02: a site has many letters, most of them in few cases; others 0
//   monitor        50 lines of figures and checkpoints, 5 annealings and sets of pictures
//
// A recipe that says its epochs has batches of 100, and is looked at every epoch. The rule of the method stands in
// graph.cpp, because it needs no data. What these choices reach: docs/results/defaults.md
#pragma once

#include <string>

#include "deepboltz/data/cases.h"
#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

// Fills in what is left open (graph_recipe.h), and says what; empty: nothing was.
std::string adapt(const Cases& train, GraphRecipe& recipe);

}  // namespace deepboltz
