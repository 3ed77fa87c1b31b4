// How real-valued data become the states of a Gaussian layer, fitted on the training cases and kept in the model:
//
//   columns   every column by its own mean and standard deviation; of rectified linear units by the latter alone,
//             because 0 stays 0
//   zca       all of them together, decorrelated: by the means and the root of the covariance (model/whitening.h)
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/model/layer.h"
#include "deepboltz/system/begin_options.h"

namespace deepboltz {

enum class Standardise : std::uint8_t { columns, zca };

// Sets shift, scale and whitening of the layer. InputError where a column does not vary, by its number; for `zca` also
// where the layer is whitened, or the data are as decorrelated as whitening makes them. `floor`: of model/whitening.h
// Shapes only: the root of `zca` is diagonal, the deviations of the columns.
void standardise(const Cases& cases, Standardise how, double floor, const BeginOptions& options, Layer& visible);

// The greatest eigenvalue of the correlations of the columns, from 1 to their number, by the first 1,000 cases.
double greatest_correlation(const Cases& cases);

}  // namespace deepboltz
