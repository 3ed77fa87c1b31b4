// Whether samples are of a family of sequences: their frequencies of letters at sites, and of pairs of letters at pairs
// of sites, beside those of the family. The connected pairs c_ij(a, b) = f_ij(a, b) − f_i(a) f_j(b) are what sites that
// do not know of each other lack. Cocco, Feinauer, Figliuzzi, Monasson & Weigt (2018)
#pragma once

#include <span>

#include "deepboltz/tensor/context.h"

namespace deepboltz {

// Pearson correlations, over all sites and letters, or all pairs of different sites and letters.
struct FamilyMatch {
  double site = 0, pair = 0, connected = 0;
};

// family, samples: (cases, sites · letters) one-hot, of one number type. weights: what each case counts for; empty: all
// alike.
FamilyMatch match_family(Context& ctx, ConstMatrix family, std::span<const float> family_weights, ConstMatrix samples,
                         std::span<const float> sample_weights, std::int64_t letters);

}  // namespace deepboltz
