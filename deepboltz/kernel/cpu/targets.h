// Which of Highway's targets kernels are compiled for; comes before any header of Highway. The integer kernels also
// define HWY_WANT_AVX3_DL, for popcounts, compression and dot products of 16-bit lanes.
//
// Left out: SSSE3, where Highway 1.0.3 shifts 16-bit lanes by SSE4's instructions; and the SVE family, whose vectors
// have no size at compile time and cannot be members. Processors that have SVE have NEON too.
#pragma once

// The thread sanitizer sees AVX2 and plain loops: what threads share does not depend on the vectors.
#ifdef __SANITIZE_THREAD__
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL)
#else
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif
