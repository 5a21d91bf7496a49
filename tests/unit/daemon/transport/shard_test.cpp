#include "protocol/request_encoder.hpp"
#include "tests/unit/daemon/transport/shard_fixture.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace filer {
namespace {

using std::chrono::seconds;

class ShardTest : public test::ShardFixture {};

TEST_F(ShardTest, AnswersARequest) {
  start();
  ZmqPeer peer(address);
  EXPECT_EQ(ReceivedReply(peer.ask(ask_for_file)).content(), "hello");
}

TEST_F(ShardTest, AnswersAReqSocketAgainAndAgain) {
  start();
  ZmqPeer peer(address, zmq::socket_type::req);
  for (int round = 0; round < 5; ++round) {
    peer.send({ask_for_file});
    const auto reply = peer.receive();
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->size(), 1U);
    EXPECT_EQ(ReceivedReply(reply->front()).content(), "hello");
  }
}

TEST_F(ShardTest, ReturnsTheEnvelopeUnchanged) {
  start();
  ZmqPeer peer(address);
  const Frames envelope = {"first", std::string("\0\xff", 2), std::string(1000, 'x'), ""};
  Frames request = envelope;
  request.push_back(ask_for_file);
  peer.send(request);
  auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(ReceivedReply(reply->back()).content(), "hello");
  reply->pop_back();
  EXPECT_EQ(*reply, envelope);
}

TEST_F(ShardTest, AnswersWhatIsNoRequestToo) {
  start();
  ZmqPeer peer(address);
  EXPECT_EQ(code_of(peer.ask("nonsense")), "bad_request");
  EXPECT_EQ(code_of(peer.ask("")), "bad_request");
  EXPECT_EQ(code_of(peer.ask(ask_for_file)), "ok");
}

TEST_F(ShardTest, DropsAndLogsAMessageWithoutADelimiter) {
  start();
  ZmqPeer peer(address);
  peer.send({ask_for_file});
  EXPECT_TRUE(eventually([&] { return recording->count("it has no delimiter") == 1; }));
  const LogEntry entry = recording->entries().at(0);
  EXPECT_EQ(
      entry.message,
      "a message of 127.0.0.1 was dropped: it has no delimiter (empty frame) within its first frames, so "
      "nobody to answer");
  EXPECT_EQ(entry.message_id, message_id::messages_dropped);
  EXPECT_EQ(test::field(entry, "FILER_PEER"), "127.0.0.1");
  // Whatever comes next is the answer to what is asked next.
  EXPECT_EQ(ReceivedReply(peer.ask(ask_for_file)).content(), "hello");
}

TEST_F(ShardTest, RefusesSeveralRequestsInOneMessage) {
  start();
  ZmqPeer peer(address);
  for (const Frames& request :
       {Frames{"", ask_for_file, ask_for_file}, Frames{"", ask_for_file, ""}, Frames{""}}) {
    peer.send(request);
    const auto reply = peer.receive();
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->size(), 2U);
    EXPECT_EQ(ReceivedReply(reply->back()).error()->code, "bad_request");
    EXPECT_EQ(ReceivedReply(reply->back()).error()->message,
              "a request is exactly one frame after the delimiter");
  }
}

TEST_F(ShardTest, ServesEveryAddressItListensOn) {
  const std::string path = served.host / "x.sock";
  listeners.emplace_back(BindConfig{"ipc://" + path, "here"});
  listeners.emplace_back(BindConfig{"tcp://127.0.0.1:*", "here"});
  shard = std::make_unique<Shard>(shared(), 0);
  for (const Listener& listener : listeners) {
    ZmqPeer peer(listener.address());
    EXPECT_EQ(ReceivedReply(peer.ask(ask_for_file)).content(), "hello") << listener.address();
  }
}

TEST_F(ShardTest, TakesConnectionsThatWaitedForIt) {
  listeners.emplace_back(BindConfig{"tcp://127.0.0.1:*", "here"});
  ZmqPeer peer(listeners.front().address());
  peer.send({"", ask_for_file});
  shard = std::make_unique<Shard>(shared(), 0);
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(ReceivedReply(reply->back()).content(), "hello");
}

TEST_F(ShardTest, GivesEveryOneOfManyPipelinedRequestsOneReply) {
  constexpr int count = 5000;
  start();
  ZmqPeer peer;
  peer.socket().set(zmq::sockopt::sndhwm, 0);
  peer.connect(address);
  for (int number = 0; number < count; ++number) peer.send({std::to_string(number), "", ask_for_file});
  std::set<std::string> answered;
  for (int number = 0; number < count; ++number) {
    const auto reply = peer.receive();
    ASSERT_TRUE(reply) << number;
    ASSERT_EQ(reply->size(), 3U);
    ASSERT_EQ(ReceivedReply(reply->back()).content(), "hello");
    EXPECT_TRUE(answered.insert(reply->front()).second) << reply->front();
  }
  EXPECT_EQ(answered.size(), static_cast<std::size_t>(count));
  peer.send({"last", "", ask_for_file});
  EXPECT_EQ(peer.receive()->front(), "last");
}

/// A crowd that asks the same at the same time shares an answer, which must not be older than any of the
/// questions.
TEST_F(ShardTest, AnswersWithWhatTheFileHeldOnceTheQuestionWasAsked) {
  constexpr int rounds = 300;
  constexpr int crowd_size = 20;
  start();
  ZmqPeer crowd(address), peer(address);
  for (int round = 0; round < rounds; ++round) {
    for (int number = 0; number < crowd_size; ++number) crowd.send({"", ask_for_file});
    served.host.write("root/file.txt", "content " + std::to_string(round));
    ASSERT_EQ(ReceivedReply(peer.ask(ask_for_file)).content(), "content " + std::to_string(round));
    for (int number = 0; number < crowd_size; ++number) ASSERT_TRUE(crowd.receive());
  }
}

TEST_F(ShardTest, LogsAndCountsEveryRequestOfACrowd) {
  constexpr std::size_t count = 200;
  start();
  ZmqPeer peer(address);
  for (std::size_t number = 0; number < count; ++number) peer.send({"", ask_for_file});
  for (std::size_t number = 0; number < count; ++number) ASSERT_TRUE(peer.receive());
  EXPECT_TRUE(eventually([&] { return recording->size() == count; }));
  EXPECT_EQ(statistics.snapshot().at(1).name, "requests");
  EXPECT_EQ(statistics.snapshot().at(1).value, count);
}

TEST_F(ShardTest, TellsAPeerThatDoesNotReadToReadFirst) {
  constexpr std::size_t count = 100;
  Limits limits;
  limits.peer_bytes_in_flight = 2 * mebibyte;
  start(limits);
  const auto stalling = make_stalling_peer();
  for (std::size_t number = 0; number < count; ++number) stalling->send({"", ask_for_large});
  ASSERT_TRUE(eventually([&] { return recording->size() == count; }));
  EXPECT_GT(recording->count("busy"), 50U);
  // It gets a reply to each all the same, once it reads.
  std::size_t served_count = 0, busy_count = 0;
  for (std::size_t number = 0; number < count; ++number) {
    const auto reply = stalling->receive();
    ASSERT_TRUE(reply) << number;
    const std::string code = code_of(reply->back());
    ++(code == "ok" ? served_count : busy_count);
    EXPECT_TRUE(code == "ok" || code == "busy") << code;
  }
  EXPECT_EQ(busy_count, recording->count("busy"));
  EXPECT_GE(served_count, 2U);
  EXPECT_EQ(code_of(stalling->ask(ask_for_large)), "ok");
}

TEST_F(ShardTest, ServesOthersWhileOnePeerDoesNotRead) {
  Limits limits;
  limits.peer_bytes_in_flight = 2 * mebibyte;
  start(limits);
  const auto stalling = make_stalling_peer();
  for (int number = 0; number < 100; ++number) stalling->send({"", ask_for_large});
  ASSERT_TRUE(eventually([&] { return recording->count("busy") > 0; }));
  ZmqPeer other(address);
  for (int round = 0; round < 100; ++round) EXPECT_EQ(code_of(other.ask(ask_for_large)), "ok");
}

TEST_F(ShardTest, DropsTheRequestsOfAPeerThatKeepsAskingAndDoesNotRead) {
  Limits limits;
  limits.peer_bytes_in_flight = 2 * mebibyte;
  start(limits);
  const auto stalling = make_stalling_peer();
  for (int number = 0; number < 20000; ++number) stalling->send({"", ask_for_large});
  EXPECT_TRUE(eventually([&] { return recording->count("its peer does not read") > 0; }));
  ZmqPeer other(address);
  EXPECT_EQ(code_of(other.ask(ask_for_large)), "ok");
}

TEST_F(ShardTest, AnswersAtTheEndWhatItHasReceived) {
  // Large replies fill the kernel's buffers, small ones more than libzmq's own queue: the rest waits in the
  // outbox.
  constexpr std::size_t large = 16, small = 400;
  Limits limits;
  limits.peer_bytes_in_flight = 1024 * mebibyte;
  limits.bytes_in_flight = 1024 * mebibyte;
  start(limits);
  ZmqPeer peer;
  peer.socket().set(zmq::sockopt::rcvhwm, 1);
  peer.connect(address);
  for (std::size_t number = 0; number < large; ++number) peer.send({"", ask_for_large});
  for (std::size_t number = 0; number < small; ++number) peer.send({"", ask_for_file});
  ASSERT_TRUE(eventually([&] { return recording->size() == large + small; }));
  const auto stopping = std::async(std::launch::async, [&] { shard.reset(); });
  std::map<std::size_t, std::size_t> sizes;
  for (std::size_t number = 0; number < large + small; ++number) {
    const auto reply = peer.receive();
    ASSERT_TRUE(reply) << number;
    ++sizes[ReceivedReply(reply->back()).content()->size()];
  }
  EXPECT_EQ(sizes, (std::map<std::size_t, std::size_t>{{mebibyte, large}, {5, small}}));
  stopping.wait();
}

TEST_F(ShardTest, DoesNotWaitAtTheEndForAPeerThatNeverReads) {
  start();
  const auto stalling = make_stalling_peer();
  for (int number = 0; number < 1000; ++number) stalling->send({"", ask_for_file});
  for (int number = 0; number < 30; ++number) stalling->send({"", ask_for_large});
  ASSERT_TRUE(eventually([&] { return recording->size() == 1030; }));
  const auto begin = std::chrono::steady_clock::now();
  shard.reset();
  context.close();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(10));
}

TEST_F(ShardTest, StopsWhilePeersGoOnAsking) {
  start();
  std::atomic<bool> done = false;
  std::thread asking([&] {
    ZmqPeer peer(address);
    while (!done) {
      peer.send({"", ask_for_file});
      (void)peer.receive(std::chrono::milliseconds(1));
    }
  });
  ASSERT_TRUE(eventually([&] { return recording->size() > 10; }));
  const auto begin = std::chrono::steady_clock::now();
  shard.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(10));
  done = true;
  asking.join();
}

TEST_F(ShardTest, StopsAtOnceWhereNothingIsToBeDone) {
  start();
  const auto begin = std::chrono::steady_clock::now();
  shard.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1500));
}

TEST_F(ShardTest, CutsOffAPeerWhoseRequestIsTooLongAndNobodyElse) {
  Limits limits;
  limits.request_bytes = 1024;
  start(limits);
  ZmqPeer honest(address);
  EXPECT_EQ(code_of(honest.ask(ask_for_file)), "ok");
  ZmqPeer verbose;
  verbose.watch_connection();
  verbose.connect(address);
  verbose.send({"", std::string(1025, ' ')});
  EXPECT_TRUE(verbose.is_disconnected());
  honest.watch_connection();
  EXPECT_EQ(code_of(honest.ask(ask_for_file)), "ok");
  EXPECT_EQ(code_of(honest.ask(std::string(1024, ' '))), "bad_request");
  EXPECT_FALSE(honest.is_disconnected(std::chrono::milliseconds(0)));
  EXPECT_EQ(recording->count(ask_for_file), 0U);
}

TEST_F(ShardTest, SurvivesPeersThatDoNotSpeakZeroMq) {
  start();
  for (int round = 0; round < 5; ++round) {
    ZmqPeer raw(zmq::socket_type::stream);
    raw.connect(address);
    const auto greeting = raw.receive();
    ASSERT_TRUE(greeting);
    raw.send({greeting->front(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"});
    ZmqPeer honest(address);
    EXPECT_EQ(code_of(honest.ask(ask_for_file)), "ok");
  }
}

}  // namespace
}  // namespace filer
