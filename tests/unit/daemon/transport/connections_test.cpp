#include "daemon/transport/connections.hpp"

#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <memory>
#include <string>
#include <vector>

namespace filer {
namespace {

using test::eventually;
using test::ZmqPeer;

bool becomes_readable(FileDescriptor event) {
  constexpr int patience_ms = 10000;
  pollfd item{event.get(), POLLIN, 0};
  return ::poll(&item, 1, patience_ms) == 1;
}

class ConnectionsTest : public testing::Test {
 protected:
  ConnectionsTest() { router.bind("tcp://127.0.0.1:*"); }

  /// A peer whose message has arrived.
  [[nodiscard]] std::unique_ptr<ZmqPeer> connect() {
    auto peer = std::make_unique<ZmqPeer>(router.get(zmq::sockopt::last_endpoint));
    peer->send({"x"});
    zmq::message_t frame;
    for (frame.rebuild(); frame.to_string_view() != "x";) EXPECT_TRUE(router.recv(frame));
    return peer;
  }

  static Limits make_limits() {
    Limits limits;
    limits.peers = most;
    return limits;
  }
  static constexpr std::size_t most = 3;

  zmq::context_t context;
  zmq::socket_t router{context, zmq::socket_type::router};
  Statistics statistics;
  const Limits limits = make_limits();
  Connections connections{context, router, statistics, limits};
};

/// Whoever waits for the descriptor hears of each of them, of the first one too.
TEST_F(ConnectionsTest, TellThatOneHasEnded) {
  for (int number = 0; number < 5; ++number) {
    connect().reset();
    std::size_t ended = 0;
    while (ended == 0) {
      ASSERT_TRUE(becomes_readable(connections.event())) << number;
      ended = connections.take_changes().ended.size();
    }
    EXPECT_EQ(ended, 1U);
    EXPECT_TRUE(connections.take_changes().ended.empty());
  }
}

TEST_F(ConnectionsTest, AreCountedWhileTheyAreOpen) {
  const auto first = connect();
  auto second = connect();
  (void)connections.take_changes();
  EXPECT_EQ(statistics.connections(), 2U);
  second.reset();
  EXPECT_TRUE(eventually([&] { return connections.take_changes().ended.size() == 1; }));
  EXPECT_EQ(statistics.connections(), 1U);
}

TEST_F(ConnectionsTest, AreCutBeyondTheMostThatThereMayBe) {
  std::vector<std::unique_ptr<ZmqPeer>> peers;
  while (peers.size() < most) peers.push_back(connect());
  ZmqPeer one_too_many;
  one_too_many.watch_connection();
  one_too_many.connect(router.get(zmq::sockopt::last_endpoint));
  EXPECT_TRUE(eventually([&] {
    (void)connections.take_changes();
    return statistics.connections_turned_away() > 0;
  }));
  EXPECT_TRUE(one_too_many.is_disconnected());
  peers.pop_back();
  EXPECT_TRUE(eventually([&] {
    (void)connections.take_changes();
    return statistics.connections() < most;
  }));
  const auto next = connect();
  (void)connections.take_changes();
  peers.back()->send({"still there"});
  zmq::message_t frame;
  while (frame.to_string_view() != "still there") ASSERT_TRUE(router.recv(frame));
}

TEST_F(ConnectionsTest, CanBeCut) {
  ZmqPeer peer;
  peer.watch_connection();
  peer.connect(router.get(zmq::sockopt::last_endpoint));
  peer.send({"x"});
  zmq::message_t frame;
  while (frame.to_string_view() != "x") ASSERT_TRUE(router.recv(frame));
  const Connection connection = ::zmq_msg_get(frame.handle(), ZMQ_SRCFD);
  (void)connections.take_changes();
  connections.cut(connection);
  EXPECT_TRUE(peer.is_disconnected());
  EXPECT_TRUE(eventually([&] { return connections.take_changes().ended == std::vector{connection}; }));
}

TEST_F(ConnectionsTest, CutTheNewestOnesOneAfterTheOther) {
  ZmqPeer first, second;
  for (ZmqPeer* peer : {&first, &second}) {
    peer->watch_connection();
    peer->connect(router.get(zmq::sockopt::last_endpoint));
    const auto count = statistics.connections();
    ASSERT_TRUE(eventually([&] {
      (void)connections.take_changes();
      return statistics.connections() > count;
    }));
  }
  connections.cut_newest();
  connections.cut_newest();  // which has not ended yet, as far as is known
  EXPECT_TRUE(second.is_disconnected());
  EXPECT_EQ(statistics.connections_turned_away(), 1U);
  EXPECT_TRUE(eventually([&] { return connections.take_changes().ended.size() == 1; }));
  EXPECT_EQ(statistics.connections(), 1U);
  connections.cut_newest();
  EXPECT_TRUE(first.is_disconnected());
}

TEST_F(ConnectionsTest, TellNothingOfThoseThatStay) {
  const auto first = connect();
  const auto second = connect();
  EXPECT_TRUE(connections.take_changes().ended.empty());
}

}  // namespace
}  // namespace filer
