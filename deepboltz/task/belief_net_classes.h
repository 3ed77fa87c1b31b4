// Which class a case is, by a belief net whose top has a label layer: recognition up to the top, then the free energy
// of the top with each label in turn (Hinton, Osindero & Teh 2006, §6).
#pragma once

#include "deepboltz/stack/belief_net.h"
#include "deepboltz/task/classify.h"

namespace deepboltz {

struct BeliefNetClassifyOptions {
  int passes = 0;            // passes up by draws, whose p(y | hD) are averaged; 0: one pass by means
  std::int64_t batch = 500;  // cases at a time
  Key key = {};              // of the draws of case r: (key, pass, r)
  Report report = {};        // false stops with Interrupted
};

// cases: (cases, bottom units) u8, standing for x/255, or the net's number type. InputError: a top without a label
// layer, shapes that do not fit.
Classification classify(Context& ctx, const BeliefNet& net, ConstMatrix cases, const BeliefNetClassifyOptions& options);

}  // namespace deepboltz
