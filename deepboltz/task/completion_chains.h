// The part of completion (complete.h) that all machines share: several chains a case whose known pixels are held, and
// the hidden pixels' conditional means, averaged over chains and kept sweeps.
#pragma once

#include "deepboltz/model/state.h"
#include "deepboltz/task/complete.h"

namespace deepboltz {

// How a machine's chains move. Chain r of the state draws with row first_case + r of each key's numbers.
class CompletionChains {
 public:
  virtual ~CompletionChains() = default;

  virtual State& state() = 0;  // with room for all chains of a batch
  virtual LayerId visible() const = 0;
  // Values for the hidden pixels, by the probabilities in `start` (1, units), and for all that is above them.
  virtual void start(Context& ctx, ConstMatrix start, Key key) = 0;
  // One sweep, the hidden pixels last; mean, if not empty, ← E[v | what is above], known pixels as they are.
  virtual void sweep(Context& ctx, Key key, Matrix mean) = 0;
};

// InputError unless cases and mask fit a layer of that unit, pixels are binary, and the options are in range.
void require_evidence(const Layer& visible, DType precision, ConstMatrix cases, ConstMatrix known,
                      const CompleteOptions& options);

// Rows copies·r … of the state hold case r: its known pixels, zeros where hidden, and its clamp mask.
void set_evidence(LayerId visible, ConstMatrix cases, ConstMatrix known, std::int64_t copies, State& state);

// Completes by chains, options.batch cases at a time; the arguments have passed require_evidence.
Completion complete_by_chains(Context& ctx, ConstMatrix cases, ConstMatrix known, const CompleteOptions& options,
                              CompletionChains& chains);

}  // namespace deepboltz
