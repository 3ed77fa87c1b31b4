// Nonlinear conjugate gradients: Polak & Ribière (1969) with β = max(0, ·), after Nocedal & Wright (2006), §5.2, with a
// line search to the strong Wolfe conditions by bracketing and safeguarded cubic interpolation or extrapolation (their
// §3.5, algorithms 3.5 and 3.6, formula 3.59). Nothing is carried from a call to the next: fine-tuning makes a few line
// searches a large batch, and the next batch has another loss.
//
// Where a step leads to a loss that is not finite, the search goes back a good part of it.
#pragma once

#include <functional>
#include <span>

#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct ConjugateGradientsOptions {
  int line_searches = 3;
  int evaluations = 20;       // at most, in a line search
  double decrease = 0.01;     // f(α) ≤ f(0) + decrease·α·f'(0), in (0, curvature) …
  double curvature = 0.1;     // … and |f'(α)| ≤ curvature·|f'(0)|, below 1; near 0 the search is exact
  double extrapolation = 10;  // most that a trial step grows by, above 1
  double first_step = 1;      // length of the first trial step, in parameters, where the gradient is long
  double tolerance = 0;       // end where the gradient is no longer than this; 0: where no descent is left
};

// Writes the gradient at the parameters as they are now, returns the loss.    gradient: shaped as the parameters
using Loss = std::function<double(std::span<const Matrix> gradient)>;

struct Minimised {
  double first = 0, last = 0;  // loss before and after
  int line_searches = 0, evaluations = 0;
  double gradient = 0;      // its length after
  bool stationary = false;  // no descent is left within the tolerance, or as far as the number type can tell
};

// Lowers the loss by moving the parameters (f32 or f64, all of one type, contiguous). Raises NumericalError where the
// loss is not finite at the start.
Minimised minimise(Context& ctx, const ConjugateGradientsOptions& options, const Loss& loss,
                   std::span<const Matrix> parameters);

}  // namespace deepboltz
