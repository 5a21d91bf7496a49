#include "cli/latencies.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace filer {
namespace {

using std::chrono::nanoseconds;

TEST(Latencies, KnowsTheShareOfThemThatTookAtMostSoLong) {
  Latencies latencies;
  for (int time = 1; time <= 100000; ++time) latencies.add(nanoseconds(time));
  EXPECT_EQ(latencies.count(), 100000U);
  EXPECT_NEAR(static_cast<double>(latencies.at(0.5).count()), 50000, 1000);
  EXPECT_NEAR(static_cast<double>(latencies.at(0.99).count()), 99000, 1980);
  EXPECT_EQ(latencies.longest(), nanoseconds(100000));
}

TEST(Latencies, AreWithinTwoPercentAtEverySize) {
  for (std::int64_t time = 1; time < std::int64_t{1} << 62; time = time * 3 + 1) {
    Latencies latencies;
    latencies.add(nanoseconds(time));
    latencies.add(nanoseconds(std::int64_t{1} << 62));
    const auto seen = static_cast<double>(latencies.at(0).count());
    EXPECT_GE(seen, static_cast<double>(time));
    EXPECT_LE(seen, static_cast<double>(time) * 1.02);
  }
}

TEST(Latencies, AreNeverLongerThanTheLongest) {
  Latencies latencies;
  latencies.add(nanoseconds(1000001));
  EXPECT_EQ(latencies.at(0.5), nanoseconds(1000001));
}

TEST(Latencies, OfClocksThatWentBackAreNothing) {
  Latencies latencies;
  latencies.add(nanoseconds(-5));
  EXPECT_EQ(latencies.at(0.5), nanoseconds(0));
}

}  // namespace
}  // namespace filer
