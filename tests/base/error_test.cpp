#include "deepboltz/base/error.h"

#include <gtest/gtest.h>

namespace deepboltz {
namespace {

TEST(Error, EachKindCarriesTheExitCodeOfTheCommandLine) {
  EXPECT_EQ(InputError("").exit_code(), 2);
  EXPECT_EQ(FileError("").exit_code(), 3);
  EXPECT_EQ(NumericalError("").exit_code(), 4);
  EXPECT_EQ(DeviceError("").exit_code(), 5);
}

TEST(Error, RequireSaysWhatWasExpectedAndWhatCame) {
  EXPECT_NO_THROW(require(true, "{} units", 3));
  try {
    require(false, "connect: '{}' has {} units", "edges", 500);
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "connect: 'edges' has 500 units");
  }
}

}  // namespace
}  // namespace deepboltz
