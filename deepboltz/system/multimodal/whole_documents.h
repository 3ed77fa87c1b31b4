// Documents that a recipe scales to a number of words have fractions of words, and no probability. Instead that number
// of words is drawn from each: of a word with the count x in the scaled document ⌊x⌋ or ⌈x⌉, x on average.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/rng/key.h"

namespace deepboltz {

// `documents` with whole counts in the place of fractions; the sum of a document is that of its numbers, rounded.
void draw_whole_documents(Key key, Column& documents);

}  // namespace deepboltz
