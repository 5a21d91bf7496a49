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

TEST(SystemError, TellsWhatLastsFromWhatMayPass) {
  for (const int lasting : {ENOENT, EACCES, ENOTDIR, ELOOP}) EXPECT_TRUE(is_lasting(lasting)) << lasting;
  for (const int passing : {EMFILE, ENFILE, ENOMEM, EIO, EINTR}) EXPECT_FALSE(is_lasting(passing)) << passing;
}

}  // namespace
}  // namespace filer
