// Fresh samples of a belief net: chains of its top, then one pass down for every look at them. Only the top has chains;
// what stands below it is drawn once, from above (Hinton, Osindero & Teh 2006).
#pragma once

#include "deepboltz/stack/belief_net.h"
#include "deepboltz/task/samples.h"

namespace deepboltz {

// What draw_samples (task/samples.h) says of a model, for a net: `mean` and `sample` are of the bottom, labels and the
// report of the top. Of the options start_means are of the top's visible layer, start_cases (chains, bottom units) are
// recognised by one pass of draws, and `length` is that of documents at the bottom.
// InputError as of draw_samples, and a net whose parts do not fit.
Samples draw_samples(Context& ctx, const BeliefNet& net, const SampleOptions& options);

}  // namespace deepboltz
