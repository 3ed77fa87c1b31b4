// The authors' published vectors (Random123, kat_vectors: philox4x32, 10 rounds).
#include "deepboltz/rng/philox.h"

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST(Philox, GivesThePublishedNumbers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// Numbers can be had at compile time.
static_assert(philox4x32({0, 0, 0, 0}, {0, 0})[0] == 0x6627e8d5);

}  // namespace
}  // namespace deepboltz
