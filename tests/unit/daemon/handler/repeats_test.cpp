#include "daemon/handler/repeats.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <variant>

namespace filer {
namespace {

Task get_of(const std::string& path, const std::string& peer = "10.0.0.1") {
  GetRequest request;
  request.target.path = path;
  Task task;
  task.request = request;
  task.peer.address = peer;
  task.most_bytes = Handler::any_size;
  return task;
}

Outcome replied(const std::string& header) {
  Outcome outcome;
  outcome.reply = {header, std::make_shared<const Bytes>("bytes")};
  outcome.record.path = "a";
  outcome.record.peer = "10.0.0.1";
  outcome.record.user = "1000";
  return outcome;
}

TEST(Repeats, AnswerTheSameTaskOfAnotherPeerTheSame) {
  Repeats repeats;
  repeats.keep(get_of("a"), replied("header"));
  for (int times = 0; times < 3; ++times) {
    const auto outcome = repeats.find(get_of("a", "10.0.0.2"));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, Outcome::Kind::replied);
    EXPECT_EQ(outcome->reply.header, "header");
    EXPECT_EQ(*outcome->reply.data, "bytes");
    EXPECT_EQ(outcome->record.path, "a");
    EXPECT_EQ(outcome->record.peer, "10.0.0.2");
    EXPECT_EQ(outcome->record.user, "");
  }
}

TEST(Repeats, AnswerNothingElse) {
  Repeats repeats;
  EXPECT_FALSE(repeats.find(get_of("a")));
  repeats.keep(get_of("a"), replied("header"));
  EXPECT_FALSE(repeats.find(get_of("b")));
  Task task = get_of("a");
  task.may_wait = true;
  EXPECT_FALSE(repeats.find(task));
  task = get_of("a");
  task.most_bytes = 100;
  EXPECT_FALSE(repeats.find(task));
  task = get_of("a");
  std::get<GetRequest>(task.request).offset = 1;
  EXPECT_FALSE(repeats.find(task));
  task.request = ClassicRequest{"a"};
  EXPECT_FALSE(repeats.find(task));
}

TEST(Repeats, AnswerNothingOnceTheyForgot) {
  Repeats repeats;
  repeats.keep(get_of("a"), replied("header"));
  repeats.forget();
  EXPECT_FALSE(repeats.find(get_of("a")));
}

TEST(Repeats, AreOfTheLastTaskOnly) {
  Repeats repeats;
  repeats.keep(get_of("a"), replied("header"));
  repeats.keep(get_of("b"), replied("other"));
  EXPECT_FALSE(repeats.find(get_of("a")));
  EXPECT_EQ(repeats.find(get_of("b"))->reply.header, "other");
}

/// A task that would block, or waits for a change, has no answer yet.
TEST(Repeats, AreOfRepliesOnly) {
  Repeats repeats;
  for (const auto kind : {Outcome::Kind::would_block, Outcome::Kind::unmodified}) {
    repeats.keep(get_of("b"), replied("older"));
    Outcome outcome;
    outcome.kind = kind;
    repeats.keep(get_of("a"), outcome);
    EXPECT_FALSE(repeats.find(get_of("a")));
    EXPECT_FALSE(repeats.find(get_of("b")));
  }
}

TEST(Repeats, KeepNoAnswerAboutThePeerItself) {
  Repeats repeats;
  for (const Request& request : {Request(HelloRequest{}), Request(StatsRequest{})}) {
    Task task = get_of("a");
    task.request = request;
    repeats.keep(task, replied("header"));
    EXPECT_FALSE(repeats.find(task));
  }
}

TEST(Repeats, KeepNoFailure) {
  Repeats repeats;
  Outcome outcome = replied("header");
  outcome.record.code = ErrorCode::changed;
  repeats.keep(get_of("a"), outcome);
  EXPECT_FALSE(repeats.find(get_of("a")));
}

TEST(Repeats, TookAsLongAsTheirOwnPeerWaited) {
  using namespace std::chrono_literals;
  Repeats repeats;
  Outcome outcome = replied("header");
  outcome.record.duration = 1h;
  repeats.keep(get_of("a"), outcome);
  Task task = get_of("a");
  task.start = std::chrono::steady_clock::now() - 1min;
  const auto same = repeats.find(task);
  ASSERT_TRUE(same);
  EXPECT_GE(same->record.duration, 1min);
  EXPECT_LT(same->record.duration, 1h);
}

TEST(Repeats, KeepNoLargeHeader) {
  Repeats repeats;
  repeats.keep(get_of("a"), replied(std::string(1 << 20, 'x')));
  EXPECT_FALSE(repeats.find(get_of("a")));
}

TEST(Repeats, ShareTheDataOfAReply) {
  Repeats repeats;
  Outcome outcome = replied("header");
  outcome.reply.data = std::make_shared<const Bytes>(std::string(1 << 20, 'x'));
  repeats.keep(get_of("a"), outcome);
  EXPECT_EQ(repeats.find(get_of("a"))->reply.data, outcome.reply.data);
  repeats.forget();
  EXPECT_EQ(outcome.reply.data.use_count(), 1);
}

}  // namespace
}  // namespace filer
