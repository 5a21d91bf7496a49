#include "cli/pending.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace filer {
namespace {

using namespace std::chrono_literals;
using Clock = PendingRequests::Clock;

PendingRequest request_of(Clock::time_point sent, std::chrono::milliseconds grace = 0ms) {
  PendingRequest request;
  request.first_sent = request.asked = request.sent = sent;
  request.grace = grace;
  return request;
}

/// The numbers of those that are sent.
template <class Sending>
std::vector<std::uint64_t> sent_by(const Sending& sending) {
  std::vector<std::uint64_t> numbers;
  sending([&](std::uint64_t number, const PendingRequest&) { numbers.push_back(number); });
  return numbers;
}

TEST(PendingRequests, AreNumberedFromOneOnAndNeverTheSame) {
  PendingRequests pending;
  EXPECT_EQ(pending.add({}), 1U);
  pending.erase(1);
  EXPECT_EQ(pending.add({}), 2U);
  EXPECT_EQ(pending.find(1), nullptr);
  EXPECT_NE(pending.find(2), nullptr);
}

TEST(PendingRequests, AreLateWhenTheirReplyCouldHaveCome) {
  PendingRequests pending;
  const auto now = Clock::now();
  pending.add(request_of(now));
  EXPECT_EQ(pending.late_at({}, 5s), now + 5s);
  EXPECT_EQ(pending.late_at(now + 2s, 5s), now + 7s);  // others were answered meanwhile
}

TEST(PendingRequests, AreLateLaterWhereTheirReplyIsRightlySlow) {
  PendingRequests pending;
  const auto now = Clock::now();
  pending.add(request_of(now, 60s));
  EXPECT_EQ(pending.late_at({}, 5s), now + 65s);
  pending.add(request_of(now + 1s));
  EXPECT_EQ(pending.late_at({}, 5s), now + 6s);
}

TEST(PendingRequests, AreAskedAgainAfterPausesThatGrow) {
  PendingRequests pending;
  const auto number = pending.add(request_of(Clock::now()));
  auto& request = *pending.find(number);
  std::chrono::milliseconds last = 0ms;
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(pending.postpone(request, Clock::now() + 1h));
    EXPECT_GE(request.pause, last);
    last = request.pause;
  }
  EXPECT_GT(last, 100ms);
  EXPECT_LE(last, 1s);
}

TEST(PendingRequests, AreNotAskedAgainWhereThatWouldBeTooLate) {
  PendingRequests pending;
  const auto number = pending.add(request_of(Clock::now()));
  EXPECT_FALSE(pending.postpone(*pending.find(number), Clock::now()));
}

TEST(PendingRequests, AreNotUnderWayWhilePostponed) {
  PendingRequests pending;
  const auto now = Clock::now();
  const auto number = pending.add(request_of(now, 60s));
  ASSERT_TRUE(pending.postpone(*pending.find(number), now + 1h));
  EXPECT_FALSE(pending.is_any_under_way());
  EXPECT_EQ(pending.late_at({}, 5s), Clock::time_point::max());
  EXPECT_EQ(pending.next_again(), *pending.find(number)->ask_again_at);
}

TEST(PendingRequests, AreSentAgainWhenTheyAreDue) {
  PendingRequests pending;
  const auto now = Clock::now();
  const auto postponed = pending.add(request_of(now));
  pending.add(request_of(now));
  ASSERT_TRUE(pending.postpone(*pending.find(postponed), now + 1h));
  EXPECT_TRUE(sent_by([&](const auto& send) { pending.send_due(now, send); }).empty());
  EXPECT_EQ(sent_by([&](const auto& send) { pending.send_due(now + 1h, send); }),
            std::vector<std::uint64_t>{postponed});
  EXPECT_EQ(pending.find(postponed)->sent, now + 1h);
  EXPECT_TRUE(sent_by([&](const auto& send) { pending.send_due(now + 2h, send); }).empty());
}

TEST(PendingRequests, AreSentAgainWhereALaterOneWasAnswered) {
  PendingRequests pending;
  const auto now = Clock::now();
  const auto overtaken = pending.add(request_of(now - 10s));
  pending.add(request_of(now - 10s, 60s));  // rightly slow
  pending.add(request_of(now - 1s));        // not overtaken
  const auto again = [&](Clock::time_point at) {
    return sent_by([&](const auto& send) { pending.send_overtaken(at, at - 5s, send); });
  };
  EXPECT_EQ(again(now), std::vector<std::uint64_t>{overtaken});
  EXPECT_TRUE(again(now + 1ms).empty());
  EXPECT_EQ(pending.late_at({}, 5s), now - 5s);  // that makes it no less late
}

TEST(PendingRequests, AreAllSentOverANewConnectionButThosePostponed) {
  PendingRequests pending;
  const auto now = Clock::now();
  pending.add(request_of(now));
  const auto postponed = pending.add(request_of(now));
  pending.add(request_of(now));
  ASSERT_TRUE(pending.postpone(*pending.find(postponed), now + 1h));
  EXPECT_EQ(sent_by([&](const auto& send) { pending.send_all(now, send); }),
            (std::vector<std::uint64_t>{1, 3}));
}

}  // namespace
}  // namespace filer
