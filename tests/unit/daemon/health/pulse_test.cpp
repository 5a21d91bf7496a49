#include "daemon/health/pulse.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(Pulse, IsFeltAtTheFirstLook) {
  Pulse pulse;
  EXPECT_TRUE(pulse.is_felt());
}

TEST(Pulse, IsFeltOnceForAllBeatsSinceTheLastLook) {
  Pulse pulse;
  (void)pulse.is_felt();
  pulse.beat();
  pulse.beat();
  EXPECT_TRUE(pulse.is_felt());
  EXPECT_FALSE(pulse.is_felt());
}

TEST(Pulse, IsFeltWhileTheThreadWaitsForAnotherProcess) {
  Pulse pulse;
  (void)pulse.is_felt();
  {
    const Pulse::Elsewhere waiting(pulse);
    for (int look = 0; look < 3; ++look) EXPECT_TRUE(pulse.is_felt());
  }
  EXPECT_TRUE(pulse.is_felt()) << "it came back";
  EXPECT_FALSE(pulse.is_felt());
}

}  // namespace
}  // namespace filer
