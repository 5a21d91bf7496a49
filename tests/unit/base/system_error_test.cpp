#include "base/system_error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace filer {
namespace {

TEST(SystemError, SaysWhatFailedAndWhy) {
  EXPECT_STREQ(make_system_error(ENOENT, "open '/srv/x'").what(), "open '/srv/x': No such file or directory");
}

TEST(SystemError, CarriesTheErrno) {
  EXPECT_EQ(make_system_error(EXDEV, "openat2").code(), std::error_code(EXDEV, std::generic_category()));
}

TEST(SystemError, ThrowsTheCurrentErrno) {
  errno = EACCES;
  try {
    throw_errno("read");
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EACCES);
    EXPECT_STREQ(error.what(), "read: Permission denied");
  }
}

}  // namespace
}  // namespace filer
