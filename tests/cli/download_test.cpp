// What a download refuses: hosts that do not answer, and addresses that are not HTTPS.
#include "deepboltz/cli/download.h"

#include "tests/io/refusal.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/base/error.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

TEST(Download, WithoutANetworkOneLineSaysWhatToDo) {
  EXPECT_THROW(fetch_https("https://127.0.0.1:9/a", 10), FileError);  // the discard port: nobody listens
  const std::string message = refusal([] { fetch_https("https://127.0.0.1:9/a", 10); });
  EXPECT_THAT(message, HasSubstr("https://127.0.0.1:9/a: cannot download: "));
  EXPECT_THAT(message, HasSubstr("set DEEPBOLTZ_DATA"));
  EXPECT_EQ(message.find('\n'), std::string::npos);
  for (const char* url : {"http://127.0.0.1:9/a", "file:///etc/hostname", "ftp://127.0.0.1/a", "nonsense"})
    EXPECT_THROW(fetch_https(url, 10), FileError) << url;
}

}  // namespace
}  // namespace deepboltz
