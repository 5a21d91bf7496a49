#include "cli/pause.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

using std::chrono::milliseconds;

TEST(GrowingPause, GrowsToASecond) {
  GrowingPause pause;
  milliseconds before{0};
  for (int number = 0; number < 20; ++number) {
    const milliseconds length = pause.next();
    EXPECT_GE(length, before);
    before = length;
  }
  EXPECT_EQ(before, milliseconds(1000));
}

TEST(GrowingPause, IsShortAgainOnceItIsReset) {
  GrowingPause pause;
  const milliseconds first = pause.next();
  (void)pause.next();
  pause.reset();
  EXPECT_EQ(pause.next(), first);
  EXPECT_LT(first, milliseconds(100));
}

}  // namespace
}  // namespace filer
