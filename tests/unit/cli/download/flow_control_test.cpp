#include "cli/download/flow_control.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

using namespace std::chrono_literals;

constexpr FlowControl::Clock::time_point start{1h};

/// Replies to requests that filled the window, all after the same time.
void take_replies(FlowControl& flow, int count, FlowControl::Clock::duration round_trip) {
  for (int reply = 0; reply < count; ++reply) flow.take_reply(flow.chunk(), flow.window(), round_trip);
}

TEST(FlowControl, GrowsWhileRepliesAreQuickToItsBounds) {
  FlowControl flow;
  const std::uint64_t window = flow.window(), chunk = flow.chunk();
  take_replies(flow, 4, 1ms);
  EXPECT_GT(flow.window(), window);
  EXPECT_GT(flow.chunk(), chunk);
  take_replies(flow, 1000, 1ms);
  EXPECT_EQ(flow.window(), FlowControl::most_window);
  EXPECT_EQ(flow.chunk(), FlowControl::most_window / 4);
}

TEST(FlowControl, DoesNotGrowWhereTheWindowIsNotUsed) {
  FlowControl flow;
  const std::uint64_t window = flow.window();
  for (int reply = 0; reply < 100; ++reply) flow.take_reply(1000, 1000, 1ms);
  EXPECT_EQ(flow.window(), window);
}

TEST(FlowControl, ShrinksWhileRepliesQueueUpToItsBounds) {
  FlowControl flow;
  take_replies(flow, 100, 1ms);
  const std::uint64_t window = flow.window();
  take_replies(flow, 1, 5s);
  EXPECT_LT(flow.window(), window);
  take_replies(flow, 1000, 5s);
  EXPECT_EQ(flow.window(), 2 * FlowControl::least_chunk);
  EXPECT_EQ(flow.chunk(), FlowControl::least_chunk);
}

TEST(FlowControl, TakesALongWayForNoQueue) {
  FlowControl flow;
  const std::uint64_t window = flow.window();
  take_replies(flow, 4, 300ms);
  EXPECT_GT(flow.window(), window);
}

TEST(FlowControl, AsksForLittleAtOnceOnASlowWay) {
  FlowControl flow;
  for (int reply = 0; reply < 100; ++reply) flow.take_reply(20000, 20000, 1s);
  EXPECT_EQ(flow.chunk(), FlowControl::least_chunk);
}

TEST(FlowControl, HalvesWhereTheDaemonIsBusy) {
  FlowControl flow;
  const std::uint64_t window = flow.window();
  flow.take_busy(start);
  EXPECT_EQ(flow.window(), window / 2);
  EXPECT_LE(flow.chunk(), flow.window() / 4);
}

TEST(FlowControl, HalvesOnceForRepliesThatSayBusyTogether) {
  FlowControl flow;
  const std::uint64_t window = flow.window();
  flow.take_busy(start);
  flow.take_busy(start + 99ms);
  EXPECT_EQ(flow.window(), window / 2);
  flow.take_busy(start + 100ms);
  EXPECT_EQ(flow.window(), window / 4);
}

TEST(FlowControl, KeepsRoomForARequestHoweverBusyTheDaemonIs) {
  FlowControl flow;
  for (int second = 0; second < 100; ++second) flow.take_busy(start + second * 1s);
  EXPECT_EQ(flow.window(), 2 * FlowControl::least_chunk);
  EXPECT_EQ(flow.chunk(), FlowControl::least_chunk);
}

TEST(FlowControl, AsksForNoMoreThanTheDaemonGives) {
  FlowControl flow;
  flow.bound_chunk(1000);
  EXPECT_EQ(flow.chunk(), 1000U);
  take_replies(flow, 100, 1ms);
  EXPECT_EQ(flow.chunk(), 1000U);
  flow.take_busy(start);
  EXPECT_EQ(flow.chunk(), 1000U);
  flow.bound_chunk(0);
  EXPECT_EQ(flow.chunk(), 1U);
}

TEST(FlowControl, TakesReplyTimesOfAnyLength) {
  FlowControl flow;
  for (const auto time : {FlowControl::Clock::duration::zero(), FlowControl::Clock::duration(-1s),
                          FlowControl::Clock::duration::max()}) {
    flow.take_reply(flow.chunk(), flow.window(), time);
    EXPECT_GE(flow.chunk(), FlowControl::least_chunk);
    EXPECT_LE(flow.chunk(), flow.window());
    EXPECT_LE(flow.window(), FlowControl::most_window);
  }
}

}  // namespace
}  // namespace filer
