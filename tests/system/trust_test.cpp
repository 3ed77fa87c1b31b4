// Which perplexity is to be quoted.
#include "deepboltz/system/graph/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(Trust, IsInTheHigherPerplexity) {
  const auto quoted = [](double grown, double by_ais) {
    Perplexity a, b;
    a.per_document.value = grown;
    b.per_document.value = by_ais;
    const QuotedPerplexity q = which_to_trust(a, b);
    return q.name + ": " + q.reason;
  };
  EXPECT_THAT(quoted(900, 904), testing::StartsWith("perplexity: AIS of each length is 0.4 %"));
  EXPECT_THAT(quoted(900, 855), testing::StartsWith("perplexity: the two are 5.0 % apart"));
  EXPECT_THAT(quoted(900, 990), testing::StartsWith("perplexity_by_ais: the two are 10.0 % apart"));
}

}  // namespace
}  // namespace deepboltz
