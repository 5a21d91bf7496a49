#include "daemon/health/status_line.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace filer {
namespace {

using std::chrono::seconds;

class StatusLineTest : public testing::Test {
 protected:
  StatusLine::Clock::time_point start{std::chrono::hours(1)};
  StatusLine status{start};
};

TEST_F(StatusLineTest, TellsWhatIsDoneASecond) {
  EXPECT_EQ(status.update({3, 1000, 5, 50 << 20}, start + seconds(5)),
            "3 peers, 200 requests/s, 10 MiB/s, 1.0 errors/s");
  EXPECT_EQ(status.update({1, 1001, 5, (50 << 20) + 1000}, start + seconds(15)),
            "1 peer, 0.1 requests/s, 100 B/s, 0 errors/s");
}

TEST_F(StatusLineTest, SaysNothingThatWasSaidBefore) {
  EXPECT_EQ(status.update({}, start + seconds(5)), "0 peers, 0 requests/s, 0 B/s, 0 errors/s");
  EXPECT_EQ(status.update({}, start + seconds(10)), std::nullopt);
  EXPECT_EQ(status.update({2, 0, 0, 0}, start + seconds(15)), "2 peers, 0 requests/s, 0 B/s, 0 errors/s");
}

TEST_F(StatusLineTest, MeasuresOverSomeSeconds) {
  EXPECT_EQ(status.update({1, 100, 0, 0}, start + seconds(1)), std::nullopt);
  EXPECT_EQ(status.update({1, 100, 0, 0}, start + seconds(2)), "1 peer, 50 requests/s, 0 B/s, 0 errors/s")
      << "what was not told is in it";
}

}  // namespace
}  // namespace filer
