// A figure estimated from both sides: on average `least` is at most the figure, and `most` at least. A wide gap means
// that neither can be trusted; between two that agree there is the figure. Grosse, Ghahramani & Adams (2015)
#pragma once

#include "deepboltz/estimate/estimate.h"

namespace deepboltz {

struct Bracket {
  Estimate least, most;

  double middle() const { return (least.value + most.value) / 2; }
};

// A number that is known without error.
inline Bracket exact_bracket(double value) { return {exactly(value), exactly(value)}; }

// a − b: the least of a less the most of b, and the other way round.
inline Bracket difference(const Bracket& a, const Bracket& b) {
  return {difference(a.least, b.most), difference(a.most, b.least)};
}
inline Bracket shifted(const Bracket& a, double constant) {
  return {shifted(a.least, constant), shifted(a.most, constant)};
}

}  // namespace deepboltz
