// Multimodal deep Boltzmann machines: several kinds of data in one machine, each by a pathway of layers of its own,
// that meet in a joint layer. Parts: model. Srivastava & Salakhutdinov (2012); docs/models/multimodal.md
#pragma once

#include "deepboltz/system/kind.h"

namespace deepboltz {

Kind multimodal_kind();

}  // namespace deepboltz
