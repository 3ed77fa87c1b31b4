#include "deepboltz/kernel/running_sums.h"

#include <algorithm>

namespace deepboltz {

void RunningSums::keep(const Bits& sent) {
  DEEPBOLTZ_ASSERT(sent.cases() <= capacity_ && sent.units() == sent_.units());
  sent_.set_cases(sent.cases());
  std::copy_n(sent.row(0), sent.cases() * sent.words(), sent_.row(0));
}

}  // namespace deepboltz
