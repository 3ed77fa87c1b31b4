#include "deepboltz/learn/stage.h"

namespace deepboltz {

bool run_epochs(Context& ctx, Stage& stage, const KeepGoing& keep_going, const std::function<bool()>& after_epoch) {
  while (stage.epochs_done() < stage.epochs())
    if (!stage.epoch(ctx, keep_going) || !after_epoch()) return false;
  return true;
}

}  // namespace deepboltz
