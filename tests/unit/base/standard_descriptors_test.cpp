#include "base/standard_descriptors.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace filer {
namespace {

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) >= 0;
}

/// Exits with 0 if all three are open after some of them were closed.
void occupy_after_closing(int first, int last) {
  for (int descriptor = first; descriptor <= last; ++descriptor) ::close(descriptor);
  occupy_standard_descriptors();
  ::_exit(is_open(0) && is_open(1) && is_open(2) ? 0 : 1);
}

TEST(StandardDescriptorsDeathTest, AreOpenAfterwardsWhicheverWereClosed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(occupy_after_closing(0, 2), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(occupy_after_closing(0, 0), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(occupy_after_closing(1, 1), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(occupy_after_closing(2, 2), testing::ExitedWithCode(0), "");
}

TEST(StandardDescriptors, LeavesNothingOpenThatWasNot) {
  const int before = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::close(before);
  occupy_standard_descriptors();
  const int after = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::close(after);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace filer
