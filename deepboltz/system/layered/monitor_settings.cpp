#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

void monitor_settings(Section s, MonitorRecipe& monitor) {
  s.add("every", monitor.every, kFromOne, "epochs from one line of metrics.csv to the next");
  s.add("cases", monitor.cases, kFromOne,
        "number of training cases, and of held-out cases, that are measured each time");
  s.add("likelihood_every", monitor.likelihood_every, kFromZero,
        "epochs from one short AIS of the joint model to the next. 0: never");
  s.add("pictures_every", monitor.pictures_every, kFromZero, "epochs from one set of pictures to the next. 0: none");
  s.add("checkpoint_every", monitor.checkpoint_every, kFromOne, "epochs from one checkpoint to the next");
}

}  // namespace deepboltz
