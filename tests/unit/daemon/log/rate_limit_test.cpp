#include "daemon/log/rate_limit.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace filer {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view served = "served";
constexpr std::string_view refused = "refused";

class RateLimitTest : public testing::Test {
 protected:
  RateLimitTest() { (void)limit.advance(start); }

  /// How many of `count` entries are admitted.
  std::uint64_t admitted(std::string_view event, std::string_view peer, int count) {
    std::uint64_t number = 0;
    for (int entry = 0; entry < count; ++entry) number += limit.admit(event, peer) ? 1U : 0U;
    return number;
  }

  RateLimit::Clock::time_point start{std::chrono::hours(1)};
  RateLimit limit;
};

TEST_F(RateLimitTest, AdmitsAnyNumberUnlessToldOtherwise) {
  EXPECT_EQ(admitted(served, "a", 100000), 100000U);
  EXPECT_FALSE(limit.next_report());
}

TEST_F(RateLimitTest, AdmitsSoManyASecondAboutAPeer) {
  limit.set_rates({3, 0});
  EXPECT_EQ(admitted(served, "a", 10), 3U);
  EXPECT_EQ(admitted(served, "b", 10), 3U) << "another peer has its own";
  EXPECT_EQ(admitted(refused, "a", 10), 3U) << "another kind of event hides none";
  (void)limit.advance(start + milliseconds(999));
  EXPECT_EQ(admitted(served, "a", 10), 0U);
  (void)limit.advance(start + milliseconds(1000));
  EXPECT_EQ(admitted(served, "a", 10), 3U);
}

TEST_F(RateLimitTest, AdmitsSoManyASecondAboutAllPeers) {
  limit.set_rates({3, 5});
  EXPECT_EQ(admitted(served, "a", 10), 3U);
  EXPECT_EQ(admitted(served, "b", 10), 2U);
  EXPECT_EQ(admitted(served, "c", 10), 0U);
  EXPECT_EQ(admitted(refused, "c", 10), 3U) << "another kind of event hides none";
}

TEST_F(RateLimitTest, CountsWhatItLeavesOutByEventAndNamesTheLoudestPeer) {
  limit.set_rates({1, 0});
  (void)admitted(served, "a", 3);
  (void)admitted(served, "b", 6);
  (void)admitted(served, "c", 1);
  (void)admitted(refused, "c", 2);
  EXPECT_EQ(limit.next_report(), start + milliseconds(1000));
  EXPECT_TRUE(limit.advance(start + milliseconds(999)).empty());
  const auto left_out = limit.advance(start + milliseconds(1000));
  ASSERT_EQ(left_out.size(), 2U);
  EXPECT_EQ(left_out[0].event, refused);
  EXPECT_EQ(left_out[0].count, 1U);
  EXPECT_EQ(left_out[0].loudest_peer, "c");
  EXPECT_EQ(left_out[1].event, served);
  EXPECT_EQ(left_out[1].count, 7U);
  EXPECT_EQ(left_out[1].loudest_peer, "b");
  EXPECT_EQ(left_out[1].of_loudest_peer, 5U);
  EXPECT_TRUE(limit.advance(start + milliseconds(5000)).empty()) << "told already";
  EXPECT_FALSE(limit.next_report());
}

TEST_F(RateLimitTest, GivesPeersThatItCannotTellApartTheShareOfOne) {
  limit.set_rates({1, 0});
  std::uint64_t number = 0;
  for (std::size_t peer = 0; peer < RateLimit::most_peers + 100; ++peer)
    number += admitted(served, "peer " + std::to_string(peer), 1);
  EXPECT_EQ(number, RateLimit::most_peers + 1);
  EXPECT_EQ(limit.advance(start + milliseconds(1000)).at(0).loudest_peer, RateLimit::other_peers);
}

TEST_F(RateLimitTest, TakesOtherRatesAtAnyTime) {
  limit.set_rates({1, 0});
  EXPECT_EQ(admitted(served, "a", 10), 1U);
  limit.set_rates({5, 0});
  EXPECT_EQ(admitted(served, "a", 10), 4U);
}

}  // namespace
}  // namespace filer
