#include "cli/download/flow_control.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>

namespace filer {
namespace {

using namespace std::chrono_literals;

constexpr FlowControl::Clock::time_point start{1h};

/// Replies to requests that filled the window, all after the same time.
void take_replies(FlowControl& flow, int count, FlowControl::Clock::duration round_trip) {
  for (int reply = 0; reply < count; ++reply) flow.take_reply(flow.chunk(), flow.window(), round_trip);
}

/// A line with a rate and a delay, always asked for as much as flow control wants; for so many seconds.
class Line {
 public:
  Line(double rate, double delay) : rate_(rate), delay_(delay) {}

  void run(FlowControl& flow, double seconds) {
    for (const double end = now_ + seconds; now_ < end;) {
      while (in_flight_ == 0 || in_flight_ + flow.chunk() <= flow.window()) ask(flow.chunk());
      const Chunk chunk = chunks_.front();
      chunks_.pop_front();
      now_ = chunk.arrives;
      in_flight_ -= chunk.bytes;
      carried += chunk.bytes;
      longest_wait = std::max(longest_wait, now_ - chunk.asked);
      flow.take_reply(chunk.bytes, chunk.in_flight, std::chrono::nanoseconds(ns(now_ - chunk.asked)));
    }
  }

  std::uint64_t carried = 0;  ///< bytes
  double longest_wait = 0;    ///< for a chunk, s

 private:
  struct Chunk {
    std::uint64_t bytes, in_flight;
    double asked, arrives;
  };

  static std::int64_t ns(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

  void ask(std::uint64_t bytes) {
    in_flight_ += bytes;
    free_at_ = std::max(free_at_, now_ + delay_) + static_cast<double>(bytes) / rate_;
    chunks_.push_back({bytes, in_flight_, now_, free_at_});
  }

  double rate_, delay_;
  double now_ = 0, free_at_ = 0;
  std::uint64_t in_flight_ = 0;
  std::deque<Chunk> chunks_;
};

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

TEST(FlowControl, FillsALongFastLine) {
  FlowControl flow;
  Line line(100e6, 0.04);
  line.run(flow, 1);  // learns
  line.carried = 0;
  line.run(flow, 5);
  EXPECT_GT(line.carried, 475e6);
}

TEST(FlowControl, NeverAsksForMoreThanItMay) {
  FlowControl flow;
  Line line(10e9, 0.5);
  line.run(flow, 20);
  EXPECT_EQ(flow.window(), FlowControl::most_window);
}

TEST(FlowControl, AsksForLittleAtOnceOverASlowLine) {
  FlowControl flow;
  Line line(100e3, 0.05);
  line.run(flow, 10);
  EXPECT_LT(flow.chunk(), 50000U);
  line.longest_wait = 0;
  line.carried = 0;
  line.run(flow, 10);
  EXPECT_LT(line.longest_wait, 2);
  EXPECT_GT(line.carried, 900e3);
}

}  // namespace
}  // namespace filer
